/**
 * People name things after their tokens. Such a workflow is found and contained like any other, and
 * nothing that is stored or said about it holds the token.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';

import { sql } from 'drizzle-orm';
import { z } from 'zod';

import { Secret } from '../../domain/secret.ts';
import { exportRecord } from '../../export-record.ts';
import { exportFormats } from '../../exports/export.ts';
import { makeExporters } from '../../exports/formats.ts';
import { contain } from '../../jobs/contain.ts';
import { snapshot } from '../../jobs/snapshot.ts';
import { sync } from '../../jobs/sync.ts';
import { bot } from '../bot.ts';
import type { Bot } from '../bot.ts';
import { filesBelow, findLeaks, tablesOf } from '../canary.ts';
import { aConnection } from '../containment.ts';
import { connected } from '../n8n/connect.ts';
import type { Connected } from '../n8n/connect.ts';
import { calledByOthers, chain, http, nothing, webhook } from '../n8n/nodes.ts';
import { openDatabaseOf } from '../store.ts';
import { textOf } from '../timeline.ts';
import { toyJobs } from '../toy-platform.ts';

const secrets = {
  'name of a workflow': 'sk_live_0123456789abcdefABCDEF',
  'name of a node': 'ghp_0123456789abcdefghijABCDEFGHIJ012345',
  'value of a credential': 'value-of-the-credential',
  'secret of the connection': 'n8n-key-of-the-connection',
  'title of the incident': 'npm_0123456789abcdefghijABCDEFGHIJ01234567',
  note: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3In0.c2lnbmF0dXJlLW9mLWl0',
};
const never = new AbortController().signal;

describe('a token in a name', () => {
  it('is nowhere in what is stored and said about an incident', async (test) => {
    const night = await bot();
    const n8n = await connected(test, { now: night.clock.now });
    await plant(n8n);
    const said: string[] = [];
    const see = async (line: string): Promise<void> => {
      said.push(JSON.stringify(await night.see(line)));
    };
    const { connection, context } = await connect(night, n8n);
    await sync(context, { connection }, never);

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
        const source = { store: night.store, exporters, now: night.clock.now };
        const content = await textOf(exportRecord(source, 'INC-1', format, operator));
        return { name: `export as ${format}`, content };
      }),
    );

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
        { name: 'log', content: inspect(night.failures, { depth: 9 }) },
        ...said.map((content, at) => ({ name: `reply ${at}`, content })),
      ];
      assert.deepEqual(findLeaks(secrets, places), []);
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

async function plant(n8n: Connected): Promise<void> {
  const workflow = secrets['name of a workflow'];
  const node = secrets['name of a node'];
  const data = { name: 'authorization', value: secrets['value of a credential'] };
  const type = 'httpHeaderAuth';
  const name = `Key ${node}`;
  const credential = { id: await n8n.api.createCredential({ name, type, data }), name, type };
  const call = http('https://pay.example/', { name: `Call ${node}`, credential });
  await n8n.live(chain(`Pay with ${workflow}`, [webhook('pay', { name: `Hook ${node}` }), call]));
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
