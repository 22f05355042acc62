/**
 * How long it takes until so many tabs of a real Node-RED are off and known to be, as a share of what the
 * best raw script takes (`contain-raw-node-red.ts`), in turns in one run and watched from outside.
 *
 *   node bench/contain-node-red.ts [--tabs 200] [--pairs 3] [--only postgres|embedded]
 *
 * The first run installs Node-RED. Not a part of `npm run bench`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { until } from '../src/testing/n8n/n8n-api.ts';
import { chain, httpIn, httpResponse } from '../src/testing/node-red/flows.ts';
import { editor, startRealNodeRed } from '../src/testing/node-red/real-node-red.ts';
import { install } from './contain-firebreak.ts';
import { measurePairs } from './containing.ts';
import type { Ground } from './containing.ts';
import { onEachDatabase, withStore } from './databases.ts';

const { values } = parseArgs({
  options: {
    tabs: { type: 'string', default: '200' },
    pairs: { type: 'string', default: '3' },
    only: { type: 'string', default: 'postgres' },
  },
});
const now = () => new Date();

const hooks = Array.from({ length: Number(values.tabs) }, (_, index) => ({
  id: `bench${String(index).padStart(4, '0')}`,
  path: `bench-${index}`,
}));
const flows = hooks.flatMap(({ id, path }) =>
  chain({ id, label: path }, [httpIn(`/${path}`), httpResponse()]),
);
const nodeRed = await startRealNodeRed({ flows });
const folder = await mkdtemp(join(tmpdir(), 'fb-contain-raw-'));
try {
  const { baseUrl, api } = nodeRed;
  const ground: Ground = {
    targets: hooks.map(({ id, path }) => ({ id, url: `${baseUrl}/${path}` })),
    script: {
      file: 'contain-raw-node-red.ts',
      order: { baseUrl, key: await signIn(baseUrl), folder, hooks },
    },
    activation: async () =>
      (await api.flows()).flows.map(({ id, disabled }) => ({ id, disabled: disabled ?? null })),
    switchOn: async () => {
      await api.deploy(() => flows);
      // Its flows start after the answer.
      for (const { path } of hooks) {
        const answers = async () => (await fetch(`${baseUrl}/${path}`)).ok;
        await until(`${path} answers`, answers, 60_000);
      }
    },
  };
  const secret = `${editor.username}:${editor.password}`;
  await onEachDatabase(
    (database) =>
      withStore(database, now, async (store) => {
        const firebreak = await install(store, { kind: 'node-red', baseUrl, secret });
        await measurePairs(database.label, Number(values.pairs), ground, firebreak);
      }),
    values.only,
  );
} finally {
  await nodeRed.stop();
  await rm(folder, { recursive: true, force: true });
}

async function signIn(baseUrl: string): Promise<string> {
  const { username, password } = editor;
  const answer = await fetch(`${baseUrl}/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'node-red-admin',
      grant_type: 'password',
      scope: '*',
      username,
      password,
    }),
  });
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}
