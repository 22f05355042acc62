import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Proof, Reading } from '../../domain/verification.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import { until } from '../../testing/n8n/n8n-api.ts';
import type { NewApiWorkflow } from '../../testing/n8n/n8n-api.ts';
import {
  calledByOthers,
  callWorkflow,
  chain,
  everySeconds,
  node,
  nothing,
  webhook,
} from '../../testing/n8n/nodes.ts';
import type { Check } from '../platform.ts';
import { settleMs } from './quiet.ts';

const never = new AbortController().signal;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

const anHourBehind = (): Date => new Date(Date.now() - 3_600_000);

/** n8n keeps a record of all its executions, whatever its default. */
function keepsAll(workflow: NewApiWorkflow): NewApiWorkflow {
  const settings = { saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all' };
  return { ...workflow, settings: { ...workflow.settings, ...settings } };
}

async function checked({ platform }: Connected, check: Check): Promise<Reading> {
  const [reading] = await platform.checkDisabled([check], never);
  assert.ok(reading);
  return reading;
}

function proofs(reading: Reading, method: string): readonly Proof[] {
  return reading.proofs.filter((proof) => proof.method === method);
}

describe('checkDisabled', () => {
  it('counts no silence of an address that was never heard to answer', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('deaf'));
    // As when the address was derived wrongly: nothing is registered there, before or after.
    n8n.fake.workflows.listening.delete(workflow);

    const reading = await checked(n8n, await switchedOff(n8n, workflow));

    assert.deepEqual(proofs(reading, 'webhook-probe'), []);
    assert.match(reading.doubts.join(' '), /“Webhook”.*proves nothing/);
  });

  it('believes no probe where a proxy answers OPTIONS by itself', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('proxied'));
    const check = await switchedOff(n8n, workflow);
    const fault = { kind: 'status', status: 200, message: 'ok' } as const;
    n8n.fake.faults.add({ fault, method: 'OPTIONS' });

    const reading = await checked(n8n, check);

    assert.deepEqual(proofs(reading, 'webhook-probe'), []);
    assert.match(reading.doubts.join(' '), /could not be probed/);
  });

  it('doubts an address that another workflow has claimed and does not answer for yet', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('gap')));
    const heir = await n8n.live({ ...hook('gap'), name: 'heir' });
    // Published and listed, but n8n has not come to registering its address.
    n8n.fake.workflows.listening.delete(heir);

    const reading = await checked(n8n, check);

    assert.match(reading.doubts.join(' '), /published again by “heir” \(id fake\d+\)/);
  });

  it('doubts an address that another workflow claims while it is being probed', async (test) => {
    let heir: string | undefined;
    const n8n: Connected = await connected(test, {
      meanwhile: async ({ method, url }) => {
        const isProbe = method === 'OPTIONS' && url.endsWith('/webhook/race');
        if (isProbe && heir !== undefined) await n8n.api.publish(heir);
      },
    });
    const check = await switchedOff(n8n, await n8n.live(hook('race')));
    heir = (await n8n.api.createWorkflow({ ...hook('race'), name: 'heir' })).id;

    const reading = await checked(n8n, check);

    assert.match(reading.doubts.join(' '), /published again by “heir” \(id fake\d+\)/);
    const lists = n8n.calls.filter(({ url }) => new URL(url).pathname.endsWith('/workflows'));
    assert.equal(lists.length, 1, 'one listing serves the whole look');
  });

  it('tells its own address from one that another workflow has taken', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('shared')));
    await n8n.live({ ...hook('shared'), name: 'heir' });

    const reading = await checked(n8n, check);

    assert.deepEqual(proofs(reading, 'webhook-probe'), []);
    assert.match(
      reading.doubts.join(' '),
      /“Webhook” answers for “heir” \(id fake\d+\) again: contain it too\./,
    );
    assert.ok(reading.proofs.every(({ finding }) => finding !== 'contradicts'));
  });

  it('tells its own address from one that stands for it in another workflow', async (test) => {
    const n8n = await connected(test);
    const users = webhook('user/:id');
    const path = `${users.webhookId}/user/7`;
    const check = await switchedOff(n8n, await n8n.live(hook(path)));
    const longer = webhook('user/:id/orders');
    const elsewhere = [webhook('user/:id'), { ...longer, webhookId: users.webhookId ?? '' }];
    for (const one of elsewhere) await n8n.live(chain('elsewhere', [one, nothing()]));
    assert.deepEqual((await checked(n8n, check)).doubts, []);

    await n8n.live(chain('any user', [users, nothing()]));
    const reading = await checked(n8n, check);

    assert.match(reading.doubts.join(' '), /“Webhook” answers for “any user” \(id fake\d+\) again/);
    assert.ok(reading.proofs.every(({ finding }) => finding !== 'contradicts'));
  });

  it('names who has its address, is off, and would leave no trace of having been on', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(keepsAll(hook('traceless'))));
    const keepsNone = { saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none' };
    const unrecorded = { ...hook('traceless'), name: 'copy', settings: keepsNone };
    const others = [
      keepsAll({ ...hook('traceless'), name: 'recorded' }),
      { ...hook('elsewhere'), name: 'elsewhere', settings: keepsNone },
      unrecorded,
    ];
    await n8n.api.createWorkflow({ ...unrecorded, name: 'never published' });
    for (const other of others) await n8n.api.unpublish(await n8n.live(other));

    const reading = await checked(n8n, check);

    const told = proofs(reading, 'list').filter(({ finding }) => finding === 'silent');
    assert.match(
      told.map(({ text }) => text).find((text) => text.startsWith('“copy”')) ?? '',
      /^“copy” \(id fake\d+\) has the same address, is off just now, and n8n keeps no record of what it runs: nothing shows whether it was on in between\. Archive it, or contain it too\.$/,
    );
    assert.match(
      told.map(({ text }) => text).find((text) => text.startsWith('“never published”')) ?? '',
      / has the same address, was never published so far, and n8n keeps no record of what it runs: nothing will show what it does once it is\. Archive it, or contain it too\.$/,
    );
    assert.equal(told.length, 2);
    assert.deepEqual(reading.doubts, []);
  });

  it('waits for what only others start, and sees it run on', async (test) => {
    const n8n = await connected(test);
    const child = await n8n.live(chain('child', [calledByOthers(), nothing()]));
    const parent = await n8n.live(chain('parent', [webhook('parent'), callWorkflow(child)]));
    await fetch(`${n8n.fake.baseUrl}/webhook/parent`);
    n8n.fake.workflows.hold();
    const check = await switchedOff(n8n, child);

    const early = await checked(n8n, check);
    await fetch(`${n8n.fake.baseUrl}/webhook/parent`);
    await until('the child ran', async () => n8n.fake.executions.of(child).length > 1);
    const ran = await checked(n8n, check);

    assert.equal(proofs(early, 'list')[0]?.finding, 'agrees');
    assert.match(early.notBefore?.why ?? '', /may go on running it for callers/);
    assert.equal(early.notBefore?.at.getTime(), check.acceptedAt.getTime() + settleMs);
    assert.equal(proofs(ran, 'executions')[0]?.finding, 'contradicts');
    assert.equal(n8n.fake.executions.of(parent).at(-1)?.status, 'success');
  });

  it('counts what is queued and has not begun', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(keepsAll(hook('queued')));
    const check = await switchedOff(n8n, workflow);
    const { id } = n8n.fake.executions.start(workflow, 'v', 'webhook', 'new');

    const full = await checked(n8n, check);
    const { stopped, wereIdle } = await n8n.platform.stop(workflow, never);
    const empty = await checked(n8n, check);

    const [queued] = proofs(full, 'executions');
    assert.equal(queued?.finding, 'contradicts');
    assert.equal(queued?.text, `It is about to start again: execution ${id} is queued.`);
    assert.deepEqual([stopped, wereIdle], [1, [id]]);
    assert.equal(proofs(empty, 'executions')[0]?.finding, 'agrees');
  });

  it('waits as long for what somebody switched off just before as for its own', async (test) => {
    const n8n = await connected(test);
    const broker = node('n8n-nodes-base.mqttTrigger', 1, 'Broker', { topics: 'a' });
    const clock = await n8n.live(keepsAll(chain('clock', [everySeconds(50), nothing()])));
    const child = await n8n.live(keepsAll(chain('child', [calledByOthers(), nothing()])));
    const listener = await n8n.live(keepsAll(chain('mqtt', [broker, nothing()])));
    const readings = async (workflow: string) => {
      n8n.fake.workflows.unpublish(workflow);
      const check = await switchedOff(n8n, workflow);
      return [
        await checked(n8n, check),
        await checked(n8n, { ...check, wentOff: true as const }),
      ] as const;
    };

    const [clockLong, clockLately] = await readings(clock);
    const [childLong, childLately] = await readings(child);
    const [listenerLong, listenerLately] = await readings(listener);

    for (const off of [clockLong, childLong, listenerLong]) {
      assert.deepEqual([off.notBefore, off.doubts], [undefined, []]);
    }
    assert.match(clockLately.notBefore?.why ?? '', /Its schedule would fire/);
    assert.match(childLately.notBefore?.why ?? '', /may go on running it for callers/);
    assert.match(listenerLately.doubts.join(' '), /“Broker” still listens/);
  });

  it('doubts triggers that nothing shows from outside', async (test) => {
    const n8n = await connected(test);
    const listener = node('n8n-nodes-base.mqttTrigger', 1, 'Broker', { topics: 'a' });
    const workflow = await n8n.live(chain('mqtt', [listener, nothing()]));

    const reading = await checked(n8n, await switchedOff(n8n, workflow));

    assert.match(reading.doubts.join(' '), /“Broker” still listens/);
  });

  it('doubts a schedule whose executions are not kept', async (test) => {
    const n8n = await connected(test);
    const quiet = chain('quiet', [everySeconds(50), nothing()], { savesNothing: true });

    const reading = await checked(n8n, await switchedOff(n8n, await n8n.live(quiet)));

    assert.match(reading.doubts.join(' '), /does not keep a record of all/);
  });

  it('doubts a schedule until a success kept by the same default is seen', async (test) => {
    const n8n = await connected(test);
    const clock = await n8n.live(chain('clock', [everySeconds(50), nothing()]));
    const check = await switchedOff(n8n, clock);
    assert.match((await checked(n8n, check)).doubts.join(' '), /not seen that n8n keeps/);

    const { executions } = n8n.fake;
    const finish = (
      workflow: string,
      mode: string,
      status: 'success' | 'error' = 'success',
    ): void => executions.finish(executions.start(workflow, 'v', mode), status, true);
    const keeper = (await n8n.api.createWorkflow(keepsAll(hook('keeper')))).id;
    finish(keeper, 'webhook');
    finish(keeper, 'webhook', 'error');
    const other = (await n8n.api.createWorkflow(hook('other'))).id;
    finish(other, 'manual');
    assert.match((await checked(n8n, check)).doubts.join(' '), /not seen that n8n keeps/);
    finish(other, 'webhook');

    const halfSeen = await checked(n8n, check);
    finish(other, 'webhook', 'error');
    const seen = await checked(n8n, check);

    assert.deepEqual([...halfSeen.doubts, ...seen.doubts], []);
    assert.match(halfSeen.notBefore?.why ?? '', /fail unseen, until/);
    assert.match(seen.notBefore?.why ?? '', /Its schedule would fire for the second time/);
  });

  it('takes no record of before a change of settings for what n8n keeps by default', async (test) => {
    const n8n = await connected(test);
    const clock = await n8n.live(chain('clock', [everySeconds(50), nothing()]));
    const check = await switchedOff(n8n, clock);
    const { executions, workflows } = n8n.fake;
    const turned = (await n8n.api.createWorkflow(hook('turned'))).id;
    const finish = (status: 'success' | 'error') =>
      executions.finish(executions.start(turned, 'v', 'webhook'), status, true);
    finish('success');
    finish('error');
    assert.equal((await checked(n8n, check)).doubts.length, 0);

    // It was set to keep all when these ran, and is not any more.
    workflows.get(turned).updatedAt = new Date(Date.now() + 1_000).toISOString();
    assert.match((await checked(n8n, check)).doubts.join(' '), /not seen that n8n keeps/);
  });

  it('doubts a schedule whose failures are not kept', async (test) => {
    const n8n = await connected(test);
    const clock = chain('clock', [everySeconds(50), nothing()]);
    const settings = {
      ...clock.settings,
      saveDataSuccessExecution: 'all',
      saveDataErrorExecution: 'none',
    };
    const workflow = await n8n.live({ ...clock, settings });

    const reading = await checked(n8n, await switchedOff(n8n, workflow));

    assert.match(reading.doubts.join(' '), /does not keep a record of all/);
  });

  it('says that a deleted workflow is only gone from sight', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('deleted'));
    const check = await switchedOff(n8n, workflow);
    n8n.fake.workflows.remove(workflow);

    const reading = await checked(n8n, check);

    assert.equal(proofs(reading, 'list')[0]?.finding, 'silent');
    assert.match(reading.doubts.join(' '), /no longer lists it/);
  });

  it('compares instants on n8n’s clock, however wrong ours is', async (test) => {
    const n8n = await connected(test, { now: anHourBehind });
    const workflow = await n8n.live(keepsAll(hook('skewed')));
    n8n.fake.executions.start(workflow, 'v', 'webhook');
    const check = await switchedOff(n8n, workflow);

    const reading = await checked(n8n, {
      ...check,
      acceptedAt: new Date(anHourBehind().getTime() + 1_500),
    });

    assert.equal(proofs(reading, 'executions')[0]?.finding, 'agrees');
  });

  it('doubts everything when nothing was recorded before', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('unknown'));
    const reading = await checked(n8n, { workflow, memo: null, acceptedAt: new Date() });
    assert.equal(reading.doubts.length, 1);
  });

  it('sends the key to the API and to nothing else', async (test) => {
    const n8n = await connected(test);
    await checked(n8n, await switchedOff(n8n, await n8n.live(hook('keyless'))));

    const withKey = n8n.calls.filter(({ headers }) => headers && 'X-N8N-API-KEY' in headers);
    assert.ok(withKey.every(({ url }) => new URL(url).pathname.startsWith('/api/v1/')));
    const asked = n8n.calls.filter(({ method }) => method === 'OPTIONS');
    assert.ok(asked.length >= 3);
    assert.ok(asked.every((call) => !withKey.includes(call)));
  });
});
