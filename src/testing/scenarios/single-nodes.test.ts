import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { contain } from '../../jobs/contain.ts';
import { sync } from '../../jobs/sync.ts';
import { watch } from '../../jobs/watch.ts';
import { guardedFetch } from '../../platforms/guarded-fetch.ts';
import { NodeRed } from '../../platforms/node-red/node-red.ts';
import { runbooksIn } from '../../runbooks/load.ts';
import { bot, shown } from '../bot.ts';
import { aConnection } from '../containment.ts';
import { estateBot } from '../estate-bot.ts';
import { never } from '../guarded.ts';
import { chain, code, httpIn, httpResponse } from '../node-red/flows.ts';
import { SmallNodeRed } from '../node-red/small-node-red.ts';
import { standIn } from '../node-red/stand-in.ts';
import { toyJobs } from '../toy-platform.ts';
import { unhurried } from '../unhurried.ts';
import { aRunbookFolder, aStep } from '../written-runbook.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const shop = [
  ...chain({ id: 'shop', label: 'Shop' }, [
    httpIn('/shop'),
    { ...code('return msg;'), name: 'Call' },
    { ...code('return msg;'), name: 'Send mail', d: false },
    { ...code('return msg;'), name: 'Twin' },
    { ...code('return msg;'), name: 'Twin' },
    httpResponse(),
  ]),
];

/** A bot with one Node-RED of one tab, looked at once. */
async function aNight(test: TestContext, given: Parameters<typeof bot>[0] = {}) {
  const night = await bot(given);
  const { store, clock } = night;
  const small = new SmallNodeRed(shop);
  const { baseUrl } = await standIn(test, small.answer);
  const platform = new NodeRed({
    baseUrl,
    token: new Secret('token'),
    fetch: guardedFetch({ platform: 'node-red', origin: baseUrl, isPrivate: true }),
    now: clock.now,
    fingerprint: (secret) => `${secret.length}`,
  });
  const { capabilities } = await platform.probe(never);
  const { syncedAt: _syncedAt, ...connection } = aConnection({
    id: randomUUID(),
    kind: 'node-red',
    capabilities,
    revision: 0,
  });
  await store.save({
    connections: [connection],
    connectionSecrets: [{ connection: connection.id, secret: new Secret('token') }],
  });
  const jobs = toyJobs(store, clock, platform);
  const look = () => sync(jobs, { connection: connection.id }, never);
  await look();
  await night.see('declare A flow calls out severity:sev2');
  return {
    ...night,
    small,
    look,
    work: async (name: string) => {
      const plan = await store.plans.byName(name, (await night.person('ana')).id);
      assert.ok(plan);
      await contain(jobs, { plan: plan.id }, never);
    },
    tick: () => watch(jobs, { connection: connection.id, at: clock.now().toISOString() }, never),
  };
}

describe('single nodes of a workflow', () => {
  it('are switched off, watched and put back to the byte, and the workflow never counts as contained', async (test) => {
    const { see, refused, small, work, tick, timeline, store } = await aNight(test);
    const was = JSON.stringify(small.flows);

    const plan = await see('contain plan w1 nodes:"call,Send mail"');
    assert.match(plan.title, /P-1: switch off only 2 nodes of w1; the rest of it stays on/);
    assert.match(shown(plan), /w1 is NOT contained by this/);
    assert.match(shown(plan), /only “Call” and “Send mail” of “Shop”/);
    assert.match(shown(plan), /R1, reversible/);
    await see('contain run P-1');
    await work('P-1');

    const off = small.flows.filter(({ d }) => d === true).map(({ id }) => id);
    assert.deepEqual(off, ['shop-2', 'shop-3']);
    const stands = await see('contain status P-1');
    assert.equal(stands.outcome, 'done');
    assert.match(shown(stands), /Node-RED lists “Call” and “Send mail” as disabled/);
    assert.match(shown(stands), /Node-RED does not run “Call” and “Send mail”/);
    assert.ok(stands.next.includes('contain undo P-1'));
    const status = await see('status');
    assert.match(shown(status), /switching off only 2 nodes of w1, the rest stays on/);
    assert.equal(
      (await store.inventory.workflow(keyOf(await store.inventory.resolve('workflow', 'w1'))))
        ?.active,
      true,
    );
    const told = (await timeline()).map(({ text }) => text).join('\n');
    assert.match(told, /sealed evidence of w1 “Shop” before acting: tab\.json/);
    assert.match(
      told,
      /only a part of w1 “Shop” \(“Call” and “Send mail”\) is verified switched off/,
    );
    assert.doesNotMatch(told, /w1 “Shop” is verified/);

    small.change('shop-2', ({ d: _d, ...item }) => item);
    await tick();
    await tick();
    const back = (await timeline()).filter(({ kind }) => kind === 'nodes_came_back');
    assert.equal(back.length, 1);
    assert.match(back[0]?.text ?? '', /came back: Node-RED lists “Call” as enabled/);
    assert.match(
      back[0]?.text ?? '',
      /does not say since when or by whom\. Next: `contain plan w1 nodes:"shop-2,shop-3"`\.$/,
    );
    assert.equal((await see('contain status P-1')).outcome, 'failed');

    small.change('shop-2', (item) => ({ ...item, d: true }));
    await see('contain undo P-1');
    await work('P-2');
    assert.equal((await see('contain status P-2')).outcome, 'done');
    assert.equal(JSON.stringify(small.flows), was);
    assert.match((await refused('contain undo P-1')).message, /nothing to undo/);
    assert.match((await refused('contain undo P-2')).message, /is itself an undo/);
  });

  it('are switched off, proved and put back by the steps of a runbook', async (test) => {
    const folder = await aRunbookFolder('calls', { flow: 'workflow', which: 'text' }, [
      aStep('off', 'kind: act', 'do: contain.nodes', 'with: { workflow: $flow, nodes: $which }'),
      aStep('prove', 'kind: verify', 'do: contain.verify'),
      aStep('back', 'kind: manual', 'do: contain.undo'),
    ]);
    const night = await aNight(test, { runbooks: runbooksIn(folder, sha256) });
    const { see, refused, small, work } = unhurried(night);
    const was = JSON.stringify(small.flows);
    const step = await see('runbook start calls flow:w1 which:"Call,Sendmail"');
    assert.match(shown(step), /switch off nodes alone.*“Call,Sendmail” of w1 “Shop”/);
    const unknown = await refused('runbook do');
    assert.match(unknown.message, /w1 has no node “Sendmail”/);
    assert.ok(unknown.candidates.some((one) => one.endsWith('Send mail')));
    await see('runbook stop the name was wrong');

    await see('runbook start calls flow:w1 which:"call,Send mail"');
    assert.match((await refused('runbook done')).message, /has no plan yet/);
    const planned = await see('runbook do');
    assert.match(shown(planned), /w1 is NOT contained by this/);
    assert.equal(planned.next[0], 'contain run P-1');
    await see('contain run P-1');
    await work('P-1');
    assert.equal(small.flows.filter(({ d }) => d === true).length, 2);
    await see('runbook done');
    const back = await see('runbook done');
    assert.match(shown(back), /on again at once.*: w1 \(by P-1\)/);
    await see('runbook do');
    await work('P-2');
    assert.equal(JSON.stringify(small.flows), was);
    assert.match((await see('runbook done')).title, /finished/);
  });

  it('are left alone where their tab changed since the plan was made', async (test) => {
    const { see, small, work } = await aNight(test);
    await see('contain plan w1 nodes:"Call,Send mail"');
    assert.match((await see('contain edit P-1 nodes:Call')).title, /^P-2: switch off only 1 node/);
    small.change('shop-1', (item) => ({ ...item, url: '/elsewhere' }));
    await see('contain run P-2');
    await work('P-2');
    assert.ok(small.flows.every(({ d }) => d !== true));
    assert.match(shown(await see('contain status P-2')), /skipped/);
    assert.match(shown(await see('contain status P-2')), /It changed since the plan was made/);
  });

  it('are asked about when it is not clear which ones are meant', async (test) => {
    const { see, refused, small, work, look } = await aNight(test);
    const twins = await refused('contain plan w1 nodes:Twin');
    assert.equal(twins.code, 'ambiguous');
    assert.deepEqual(twins.candidates, ['shop-4 Twin', 'shop-5 Twin']);
    assert.equal((await refused('contain plan w1 nodes:Cal')).code, 'not_found');
    assert.match((await refused('contain plan nodes:Call')).message, /is about one workflow/);
    assert.match((await refused('contain plan w1 nodes:Call else:archive')).message, /archived/);
    assert.equal((await refused('contain plan w1 nodes:Call', 'vic')).code, 'not_allowed');
    await see('contain plan w1 nodes:shop-5');
    await see('contain run P-1');
    await work('P-1');
    assert.equal(small.flows.find(({ id }) => id === 'shop-5')?.['d'], true);
    await look();
    assert.match((await refused('contain plan w1 nodes:shop-5')).message, /Already off on w1/);
  });

  it('are whole workflows on a platform without such a lever, which says so', async () => {
    const { see, refused, ref } = await estateBot();
    await see('declare A flow calls out');
    const answer = await refused(`contain plan ${await ref('charge')} nodes:Call`);
    assert.equal(answer.code, 'not_ready');
    assert.match(answer.message, /n8n has no way to switch off single nodes/);
    assert.match(answer.hint ?? '', /To switch off all of it: `contain plan w\d+`/);
  });
});

function keyOf([found]: readonly { readonly key: { connection: string; id: string } }[]) {
  assert.ok(found);
  return found.key;
}
