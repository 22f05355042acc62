/**
 * How long it takes until so many workflows of a real n8n are off and known to be, as a share of what the
 * best raw script takes (`contain-raw.ts`), in turns in one run. Budget: ≤ 1.05 for 500 workflows.
 *
 *   node bench/contain.ts [--workflows 500] [--pairs 3] [--raw-burst 100] [--only postgres|embedded]
 *     [--before-2.40]
 *
 * Whoever claims that a webhook is off is checked at once by somebody outside (`contain-outside.ts`)
 * who calls it. `--before-2.40` switches n8n's publication service off: then it unpublishes before it
 * answers. The first run installs n8n, which takes minutes. Not a part of `npm run bench`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { activations } from '../src/testing/n8n/outside.ts';
import { responderScopes, startRealN8n } from '../src/testing/n8n/real-n8n.ts';
import { install } from './contain-firebreak.ts';
import { measurePairs, seconds } from './containing.ts';
import type { Ground } from './containing.ts';
import { onEachDatabase, withStore } from './databases.ts';
import { print } from './measure.ts';
import { addressOf, plantWebhooks, publishAgain } from './n8n-webhooks.ts';

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '3' },
    'raw-burst': { type: 'string', default: '100' },
    only: { type: 'string', default: 'postgres' },
    'before-2.40': { type: 'boolean', default: false },
  },
});
const now = () => new Date();

const n8n = await startRealN8n({ publicationService: !values['before-2.40'] });
const folder = await mkdtemp(join(tmpdir(), 'fb-contain-raw-'));
try {
  const { baseUrl, api } = n8n;
  const key = await n8n.apiKey(responderScopes);
  const from = performance.now();
  const hooks = await plantWebhooks(n8n, Number(values.workflows));
  const original = await activations(api);
  print(`${hooks.length} active workflows took ${seconds(performance.now() - from)} to make.`);
  const burst = Number(values['raw-burst']);
  const ground: Ground = {
    targets: hooks.map(({ id, path }) => ({ id, url: addressOf(baseUrl, path) })),
    script: { file: 'contain-raw.ts', order: { baseUrl, key, folder, burst, hooks } },
    activation: () => activations(api),
    switchOn: () => publishAgain(n8n, hooks, original),
  };
  await onEachDatabase(
    (database) =>
      withStore(database, now, async (store) => {
        const firebreak = await install(store, { kind: 'n8n', baseUrl, secret: key });
        await measurePairs(database.label, Number(values.pairs), ground, firebreak);
      }),
    values.only,
  );
} finally {
  await n8n.stop();
  await rm(folder, { recursive: true, force: true });
}
