import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { startCountingServer } from '../../testing/counting-server.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import { sleepFor } from '../../testing/n8n/fake-bench.ts';
import type { FakeExecution } from '../../testing/n8n/fake-executions.ts';
import type { ApiNode } from '../../testing/n8n/n8n-api.ts';
import { chain, code, http, nothing, webhook } from '../../testing/n8n/nodes.ts';

const never = new AbortController().signal;
const queuedRuns = 8;

/** A workflow with runs in the queue of an n8n that runs one at a time, and is busy with another. */
async function queuedUp(n8n: Connected, steps: readonly ApiNode[]): Promise<string> {
  const blocker = [webhook('blocker'), code(sleepFor(60_000)), nothing()];
  const busy = await n8n.live(chain('blocker', blocker));
  const workflow = await n8n.live(chain('queued', [webhook('queued'), ...steps]));
  const call = async (path: string): Promise<unknown> =>
    (await fetch(`${n8n.fake.baseUrl}/webhook/${path}`)).arrayBuffer();
  await call('blocker');
  assert.equal(n8n.fake.executions.of(busy)[0]?.status, 'running');
  for (let run = 0; run < queuedRuns; run += 1) await call('queued');
  return workflow;
}

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);
const began = ({ startedAt }: FakeExecution): boolean => startedAt !== null;
const idsOf = (some: readonly FakeExecution[]): string[] => some.map(({ id }) => id).toSorted();

describe('stop, of what is queued behind others', () => {
  it('lets as few begin as n8n allows, and holds those that did for running', async (test) => {
    const n8n = await connected(test, { n8n: { atOnce: 1 } });
    const workflow = await queuedUp(n8n, [code(sleepFor(60_000)), nothing()]);
    await switchedOff(n8n, workflow);

    const met = await n8n.platform.stop(workflow, never);
    const { stopped, wereRunning, wereIdle, wereQueued = [], neverBegan } = met;

    const all = n8n.fake.executions.of(workflow);
    const begun = all.filter(began);
    assert.ok(begun.length <= queuedRuns / 2 + 1, `${begun.length} began`);
    assert.equal(stopped, queuedRuns);
    assert.deepEqual(wereRunning.toSorted(), idsOf(begun));
    assert.deepEqual(wereIdle.toSorted(), idsOf(all.filter((one) => !began(one))));
    assert.deepEqual(wereQueued.toSorted(), idsOf(all));
    assert.equal(neverBegan, all.length - begun.length);
  });

  it('counts none that ran to the end, whatever n8n says, and tells them', async (test) => {
    const n8n = await connected(test, { n8n: { atOnce: 1 } });
    const workflow = await queuedUp(n8n, [nothing()]);
    const check = await switchedOff(n8n, workflow);

    const { stopped } = await n8n.platform.stop(workflow, never);

    const all = n8n.fake.executions.of(workflow);
    const ran = all.filter(({ status }) => status === 'success');
    assert.ok(ran.length > 0);
    assert.equal(stopped, all.filter(({ status }) => status === 'canceled').length);
    // What began a moment ago may be one of many; half a minute later it is known for the last.
    for (const one of all.filter(began)) one.startedAt = ago(30).toISOString();
    const later = { ...check, acceptedAt: ago(40) };
    const [reading] = await n8n.platform.checkDisabled([later], never);
    const ids = ran.map(({ id }) => id).join(', ');
    const runs = ran.length === 1 ? '1 execution' : `${ran.length} executions`;
    const wanted = `${runs} started after it was switched off and ran to the end: ${ids}.`;
    assert.ok(
      reading?.proofs.some(({ text }) => text === wanted),
      wanted,
    );
  });

  it('doubts those that began and were stopped inside a node that goes on', async (test) => {
    const server = await startCountingServer();
    test.after(() => server.close());
    const n8n = await connected(test, { n8n: { atOnce: 1 } });
    const call = http(`${server.baseUrl}/x`);
    const workflow = await queuedUp(n8n, [code(sleepFor(60_000)), call]);
    const { memo, acceptedAt } = await switchedOff(n8n, workflow);

    const stopped = await n8n.platform.stop(workflow, never);
    // As when it begins only after all was read back: its record calls it idle.
    const wereIdle = [...stopped.wereIdle, ...stopped.wereRunning];
    const late = { ...stopped, wereRunning: [], wereIdle };
    const check = { workflow, memo, acceptedAt, stopped: late };
    const [reading] = await n8n.platform.checkStopped([check], never);

    const begun = n8n.fake.executions.of(workflow).filter(began);
    assert.ok(begun.length > 0);
    for (const { id } of begun) assert.match(reading?.doubts[0] ?? '', new RegExp(`\\b${id}\\b`));
    for (const id of stopped.wereIdle) {
      assert.doesNotMatch(reading?.doubts[0] ?? '', new RegExp(`\\b${id}\\b`));
    }
  });

  it('doubts those that began also where a stop ends every node', async (test) => {
    const n8n = await connected(test, { n8n: { atOnce: 1 } });
    const workflow = await queuedUp(n8n, [code(sleepFor(60_000)), nothing()]);
    const { memo, acceptedAt } = await switchedOff(n8n, workflow);

    const stopped = await n8n.platform.stop(workflow, never);
    const [reading] = await n8n.platform.checkStopped(
      [{ workflow, memo, acceptedAt, stopped }],
      never,
    );

    const begun = n8n.fake.executions.of(workflow).filter(began);
    assert.ok(begun.length > 0);
    assert.equal(reading?.doubts.length, 1);
    for (const { id } of begun) assert.match(reading?.doubts[0] ?? '', new RegExp(`\\b${id}\\b`));
    assert.match(reading?.doubts[0] ?? '', /began while n8n’s queue was being emptied/);
    assert.match(
      reading?.doubts[0] ?? '',
      /; verified after [-\d]+ [:\d]+ UTC, it counts as over\./,
    );

    for (const one of begun) {
      one.startedAt = ago(3_700).toISOString();
      one.stoppedAt = one.startedAt;
    }
    const check = { workflow, memo, acceptedAt, requestedAt: ago(3_800), stopped };
    const [over] = await n8n.platform.checkStopped([check], never);
    assert.deepEqual(over?.doubts, []);
    assert.match(over?.proofs.at(-1)?.text ?? '', /more than an hour ago, so what n8n still ran/);
  });

  it('calls none stopped that ran to its end by itself meanwhile', async (test) => {
    const ending: FakeExecution[] = [];
    const n8n: Connected = await connected(test, {
      meanwhile: async () => {
        for (const one of ending) n8n.fake.executions.finish(one, 'success', true);
      },
    });
    const workflow = await n8n.live(chain('w', [webhook('w'), http('https://api.example/x')]));
    const { memo, acceptedAt } = await switchedOff(n8n, workflow);
    ending.push(n8n.fake.executions.start(workflow, 'v', 'webhook'));

    const stopped = await n8n.platform.stop(workflow, never);
    const [reading] = await n8n.platform.checkStopped(
      [{ workflow, memo, acceptedAt, stopped }],
      never,
    );

    assert.deepEqual([stopped.stopped, stopped.wereRunning], [0, []]);
    assert.deepEqual(reading?.doubts, []);
  });

  it('does not doubt a run that began before it in nodes that a stop ends', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(chain('w', [webhook('w'), code(sleepFor(60_000)), nothing()]));
    await (await fetch(`${n8n.fake.baseUrl}/webhook/w`)).arrayBuffer();
    for (const one of n8n.fake.executions.of(workflow)) one.startedAt = ago(10).toISOString();
    const { memo, acceptedAt } = await switchedOff(n8n, workflow);

    const stopped = await n8n.platform.stop(workflow, never);
    const [reading] = await n8n.platform.checkStopped(
      [{ workflow, memo, acceptedAt, stopped }],
      never,
    );

    assert.equal(stopped.wereRunning.length, 1);
    assert.deepEqual(reading?.doubts, []);
  });

  it('shows in one look which of many have anything to stop', async (test) => {
    const n8n = await connected(test, { n8n: { atOnce: 1 } });
    const busy = await queuedUp(n8n, [nothing()]);
    const names = ['one', 'two', 'three', 'four'];
    const idle = await Promise.all(
      names.map((name) => n8n.live(chain(name, [webhook(name), nothing()]))),
    );
    const asked = n8n.calls.length;

    const unended = await n8n.platform.unended([...idle, busy], never);

    assert.deepEqual([...unended], [busy]);
    assert.equal(n8n.calls.length - asked, 3);
    await n8n.platform.stop(busy, never);
    assert.deepEqual([...(await n8n.platform.unended([...idle, busy], never))], []);
  });
});

describe('stop, where n8n does not list what runs', () => {
  it('stops it all the same, and doubts afterwards what may go on', async (test) => {
    const n8n = await connected(test);
    const steps = [code(sleepFor(60_000)), http('https://api.example/x')];
    const workflow = await n8n.live(chain('w', [webhook('w'), ...steps]));
    const { memo, acceptedAt } = await switchedOff(n8n, workflow);
    const run = n8n.fake.executions.start(workflow, 'v', 'webhook');
    const hidden = { kind: 'status', status: 500, message: 'No.' } as const;
    const faults = { fault: hidden, method: 'GET', path: /\/executions/ };
    const end = n8n.fake.faults.add(faults);

    await assert.rejects(n8n.platform.stop(workflow, never), { code: 'unavailable' });

    assert.equal(run.status, 'canceled');
    end();
    const stopped = await n8n.platform.stop(workflow, never);
    assert.equal(stopped.stopped, 0, 'it was stopped before');
    const check = { workflow, memo, acceptedAt, requestedAt: acceptedAt, stopped };
    const [reading] = await n8n.platform.checkStopped([check], never);
    assert.match(reading?.doubts[0] ?? '', new RegExp(`\\b${run.id}\\b`));
  });
});
