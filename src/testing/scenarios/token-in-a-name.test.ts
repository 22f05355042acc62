/**
 * People name things after their tokens, and write them into addresses and code. Such a workflow is
 * found and contained like any other, and nothing that is stored, logged or said holds a token; nor
 * any secret that the instance itself keeps or hands out.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { sql } from 'drizzle-orm';
import { z } from 'zod';

import { shippedPolicy } from '../../approval-policy.ts';
import { render } from '../../cli/render.ts';
import type { Reply } from '../../domain/reply.ts';
import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { exportRecord } from '../../export-record.ts';
import { exportFormats } from '../../exports/export.ts';
import { makeExporters } from '../../exports/formats.ts';
import { contain } from '../../jobs/contain.ts';
import { snapshot } from '../../jobs/snapshot.ts';
import { sync } from '../../jobs/sync.ts';
import { makeLog } from '../../log.ts';
import { bot } from '../bot.ts';
import type { Bot } from '../bot.ts';
import { filesBelow, findLeaks, tablesOf } from '../canary.ts';
import { aConnection } from '../containment.ts';
import { keepSecrets } from '../kept-secrets.ts';
import type { Secrets } from '../kept-secrets.ts';
import { connected } from '../n8n/connect.ts';
import type { Connected } from '../n8n/connect.ts';
import { calledByOthers, chain, code, http, nothing, webhook } from '../n8n/nodes.ts';
import { openDatabaseOf } from '../store.ts';
import { textOf } from '../timeline.ts';
import { toyJobs } from '../toy-platform.ts';

const secrets = {
  'name of a workflow': 'sk_live_0123456789abcdefABCDEF',
  'name of a node': 'ghp_0123456789abcdefghijABCDEFGHIJ012345',
  'value of a credential': 'value-of-the-credential',
  'secret of the connection': 'n8n-key-of-the-connection',
  'title of the incident': 'npm_0123456789abcdefghijABCDEFGHIJ01234567',
  'address of a webhook': 'sk_test_9876543210zyxwvutsrqponm',
  'address that is called': 'T0123ABCD/B0123ABCD/abcdefghijklmnopqrstuvwx',
  'header in a node': 'xoxb-012345678901-abcdefghijklmnop',
  'key in code': 'glpat-0123456789abcdefghij',
  note: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3In0.c2lnbmF0dXJlLW9mLWl0',
};
const slackHook = `https://hooks.slack.com/services/${secrets['address that is called']}`;
const never = new AbortController().signal;

describe('a token in a name, an address or code', () => {
  it('is nowhere in what is stored and said about an incident', async (test) => {
    const night = await bot();
    const n8n = await connected(test, { now: night.clock.now });
    await plant(n8n);
    const said: Reply[] = [];
    const see = async (line: string): Promise<void> => {
      said.push(await night.see(line));
    };
    const { connection, context } = await connect(night, n8n);
    await sync(context, { connection }, never);

    const kept = await keepSecrets(night, 'c1');
    const all = { ...secrets, ...kept };
    assert.ok(Object.values(all).every((secret) => secret.length > 15));

    await see(`declare Named after ${secrets['title of the incident']} severity:sev3`);
    await see(`log add They sent ${secrets.note} by mail`);
    await see('scope find active:true');
    await see('contain plan active:true');
    await see('contain run P-1');
    const plan = await night.store.plans.byName('P-1', (await night.person('ana')).id);
    assert.ok(plan);
    await contain(context, { plan: plan.id }, never);
    const [action] = await night.store.plans.actions(plan.id);
    assert.ok(action);
    const { workflow } = action;
    const by = (await night.person('ana')).id;
    await snapshot(context, { incident: plan.incident, connection, workflow, by }, never);
    await see('contain status P-1');
    await see('log show');

    const exporters = makeExporters(night.opened.options.recorder);
    const operator = await night.person('ana');
    const exports = await Promise.all(
      exportFormats.map(async (format) => {
        const source = {
          store: night.store,
          exporters,
          policy: shippedPolicy,
          now: night.clock.now,
        };
        const content = await textOf(
          exportRecord(source, 'INC-1', format, operator, 'for the test of it'),
        );
        return { name: `export as ${format}`, content };
      }),
    );

    const backup = join(night.opened.options.dataDir, 'whole.backup');
    await night.store.backup(backup);
    const unpacked = gunzipSync(await readFile(backup));

    const memos = JSON.stringify(await night.store.plans.actions(plan.id));
    assert.match(memos, /Hook \[secret\]/);
    const bare = await openDatabaseOf(night.opened);
    try {
      const row = z.record(z.string(), z.unknown());
      const tables = await tablesOf(async (query) =>
        (await bare.rows(sql.raw(query))).map((one) => row.parse(one)),
      );
      const places = [
        ...tables,
        ...(await filesBelow(night.opened.options.dataDir)),
        ...exports,
        { name: 'backup', content: unpacked },
        { name: 'log', content: logged(night, all) },
        ...said.flatMap((reply, at) => [
          { name: `reply ${at}`, content: JSON.stringify(reply) },
          { name: `stdout ${at}`, content: render(reply, { columns: 500 }) },
        ]),
      ];
      assert.deepEqual(findLeaks(all, places), []);
      assert.ok(findLeaks({ name: 'Pay with [secret]' }, places).length > 3, 'it would be seen');
      for (const { name } of exports) {
        const seen = findLeaks({ note: 'They sent' }, exports).map(({ place }) => place);
        assert.ok(seen.includes(name), name);
      }
    } finally {
      await bare.close();
      await night.opened.reopen();
    }
  });
});

/** What the process opens, so that its log knows it; it has no shape by which it could be told. */
const opened = ['secret of the connection', 'secret of a provider', 'client secret of a provider'];
/** Has no shape either, and nothing that is logged ever sees it. */
const unseen = ['value of a credential', 'factor', 'link to the console', 'cookie of a session'];

/** What the log says when all that it may come across comes by in the words of a platform. */
function logged({ failures, clock }: Bot, all: Secrets): string {
  let written = '';
  const log = makeLog({ level: 'debug', now: clock.now, write: (line) => (written += line) });
  for (const what of opened) log.keepSecret(new Secret(all[what] ?? ''));
  for (const failure of failures) log.failure(failure.error, { reference: failure.reference });
  const words = Object.entries({ ...all, 'address that is called': slackHook })
    .filter(([what]) => !unseen.some((one) => what.endsWith(one)))
    .map(([, secret]) => `Not ${secret} again.`);
  assert.ok(words.length > 10);
  for (const text of words) {
    log.failure(new PlatformError('n8n', 'refused', text), { command: text });
    log.warn(text, new Error(text, { cause: new Error(text) }));
  }
  assert.equal(written.split('\n').length, 2 * words.length + failures.length + 1);
  return written;
}

async function plant(n8n: Connected): Promise<void> {
  const workflow = secrets['name of a workflow'];
  const node = secrets['name of a node'];
  const data = { name: 'authorization', value: secrets['value of a credential'] };
  const type = 'httpHeaderAuth';
  const name = `Key ${node}`;
  const credential = { id: await n8n.api.createCredential({ name, type, data }), name, type };
  const call = http('https://pay.example/', { name: `Call ${node}`, credential });
  await n8n.live(chain(`Pay with ${workflow}`, [webhook('pay', { name: `Hook ${node}` }), call]));
  const headers = { authorization: `Bearer ${secrets['header in a node']}` };
  await n8n.live(
    chain('Told by many', [
      webhook(`in/${secrets['address of a webhook']}`),
      http(slackHook, { headers }),
      code(`const key = '${secrets['key in code']}'; return items;`),
    ]),
  );
  await n8n.live(chain(`Child of ${workflow}`, [calledByOthers(), nothing(`Then ${node}`)]));
}

async function connect({ store, clock }: Bot, { platform }: Connected) {
  const { syncedAt: _syncedAt, ...connection } = aConnection({ id: randomUUID(), revision: 0 });
  await store.save({
    connections: [connection],
    connectionSecrets: [
      { connection: connection.id, secret: new Secret(secrets['secret of the connection']) },
    ],
  });
  return { connection: connection.id, context: toyJobs(store, clock, platform) };
}
