/** Only n8n's list of executions fails: whatever needs it for proof is never called contained. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { contain } from '../../jobs/contain.ts';
import { sync } from '../../jobs/sync.ts';
import { bot, shown } from '../bot.ts';
import { aConnection } from '../containment.ts';
import { never } from '../guarded.ts';
import { connected } from '../n8n/connect.ts';
import { calledByOthers, chain, dailyAt, nothing, webhook } from '../n8n/nodes.ts';
import { toyJobs } from '../toy-platform.ts';

/** P-1 is to contain one that an address starts, one that a schedule does and one that others do. */
async function aNight(test: TestContext) {
  const night = await bot();
  const { store, clock } = night;
  const { now } = clock;
  const n8n = await connected(test, { n8n: { now }, now });
  await n8n.live(chain('Hooked', [webhook('hooked'), nothing()]));
  await n8n.live(chain('Daily', [dailyAt(6), nothing()]));
  await n8n.live(chain('Called', [calledByOthers(), nothing()]));
  const { syncedAt: _syncedAt, ...connection } = aConnection({
    id: randomUUID(),
    baseUrl: n8n.fake.baseUrl,
    revision: 0,
  });
  const connectionSecrets = [{ connection: connection.id, secret: new Secret('key') }];
  await store.save({ connections: [connection], connectionSecrets });
  const jobs = toyJobs(store, clock, n8n.platform);
  await sync(jobs, { connection: connection.id }, never);
  await night.see('declare Leaked key');
  await night.see('contain plan w1 w2 w3');
  await night.see('contain run P-1');
  return {
    ...night,
    platform: n8n.platform,
    /** From now on n8n answers everything but its list of executions. */
    listsNoExecutions: () => {
      const fault = { kind: 'status', status: 500, message: 'Internal Server Error' } as const;
      n8n.fake.faults.add({ fault, method: 'GET', path: /^\/api\/v1\/executions/ });
    },
    /** To the end: the schedule has missed its fire by then, in whatever zone and at whatever hour. */
    work: async () => {
      const plan = await store.plans.byName('P-1', (await night.person('ana')).id);
      assert.ok(plan);
      await contain(jobs, { plan: plan.id }, never);
      clock.forward(28 * 60 * 60_000);
      await contain(jobs, { plan: plan.id }, never);
    },
    states: async () => {
      const plan = await store.plans.byName('P-1', (await night.person('ana')).id);
      const actions = plan ? await store.plans.actions(plan.id) : [];
      return actions.map(({ lever, ref, state }) => `${lever} ${ref}: ${state}`).toSorted();
    },
  };
}

describe('a plan on an n8n that fails to list executions, and only those', () => {
  it('contains nothing of which it could not be seen what runs, and says what is left to try', async (test) => {
    const night = await aNight(test);
    night.listsNoExecutions();
    await night.work();

    assert.deepEqual(await night.states(), [
      // Its address was seen to be gone; the others show only by what runs.
      'disable w1: verified',
      'disable w2: unverifiable',
      'disable w3: unverifiable',
      'stop w1: failed',
      'stop w2: failed',
      'stop w3: failed',
    ]);
    const words = (await night.timeline()).map(({ text }) => text ?? '');
    assert.equal(
      words.at(-1),
      'P-1 has ended for 3 workflows: 3 failed. w1, w2 and w3 are NOT contained: their executions ' +
        'could not be stopped, and may go on. `contain status P-1` tells what is left to try.',
    );
    const status = shown(await night.see('contain status P-1'));
    assert.match(status, /w1, w2 and w3 are NOT contained/);
    assert.match(status, /To end every run by hand: restart its process/);
  });

  it('verifies no stop where the list fails once all were stopped', async (test) => {
    const night = await aNight(test);
    const { platform } = night;
    const checkDisabled = platform.checkDisabled.bind(platform);
    let looks = 0;
    platform.checkDisabled = async (...given) => {
      looks += 1;
      if (looks === 1) night.listsNoExecutions();
      return checkDisabled(...given);
    };
    await night.work();
    assert.deepEqual(await night.states(), [
      'disable w1: verified',
      'disable w2: unverifiable',
      'disable w3: unverifiable',
      'stop w1: unverifiable',
      'stop w2: unverifiable',
      'stop w3: unverifiable',
    ]);
    const words = (await night.timeline()).map(({ text }) => text ?? '');
    assert.equal(words.at(-1), 'P-1 has ended for 3 workflows: 3 unverifiable.');
    const status = await night.see('contain status P-1');
    assert.ok(status.next?.includes('contain verify P-1'));
    assert.match(shown(status), /What may still run of w1 .* restart its process/);
  });
});
