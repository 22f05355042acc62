import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Reading } from '../../domain/verification.ts';
import { connected } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import { chain, http, webhook } from '../../testing/n8n/nodes.ts';
import type { EarlierStop } from '../platform.ts';

const never = new AbortController().signal;
// n8n’s answers carry the real time, so tests count from it.
const now = new Date();
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

/** A workflow whose HTTP node may go on after a stop, and what a look makes of its stop. */
async function caller(n8n: Connected) {
  const nodes = [webhook('caller'), http('https://api.example/x')];
  const workflow = await n8n.live(chain('caller', nodes));
  const { memo } = await n8n.platform.observe(workflow, never);
  return {
    /** @returns the id of an execution that ended so at that time */
    ended: (
      at: Date,
      status: 'canceled' | 'success' = 'canceled',
      startedAt: Date = now,
    ): string => {
      const execution = n8n.fake.executions.start(workflow, 'v', 'webhook');
      execution.startedAt = startedAt.toISOString();
      execution.status = status;
      execution.stoppedAt = at.toISOString();
      return execution.id;
    },
    look: async (
      requestedAt: Date,
      acceptedAt = now,
      earlierStops: readonly EarlierStop[] = [],
    ): Promise<Reading> => {
      const check = { workflow, memo, requestedAt, acceptedAt, earlierStops };
      const [reading] = await n8n.platform.checkStopped([check], never);
      assert.ok(reading);
      return reading;
    },
  };
}

describe('checkStopped', () => {
  it('takes the sweep of the look whether it is off, once, and none from before its stop', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(chain('swept', [webhook('swept')]));
    const { memo } = await n8n.platform.observe(workflow, never);
    const finding = async (acceptedAt: Date): Promise<string | undefined> => {
      const check = { workflow, memo, acceptedAt };
      const [reading] = await n8n.platform.checkStopped([check], never);
      return reading?.proofs[0]?.finding;
    };
    const check = { workflow, memo, acceptedAt: minutesAgo(1) };

    await n8n.platform.checkDisabled([check], never);
    const begun = n8n.fake.executions.start(workflow, 'v', 'webhook');

    assert.equal(await finding(minutesAgo(1)), 'agrees', 'the look before it began');
    assert.equal(await finding(minutesAgo(1)), 'contradicts', 'a look of its own');
    begun.status = 'success';
    await n8n.platform.checkDisabled([check], never);
    n8n.fake.executions.start(workflow, 'v', 'webhook');
    const later = new Date(Date.now() + 60_000);
    assert.equal(await finding(later), 'contradicts', 'its stop came after that look');
  });

  it('names what a stop may have ended whose record a crash took', async (test) => {
    const n8n = await connected(test);
    const { ended, look } = await caller(n8n);
    const mine = ended(minutesAgo(20));
    ended(minutesAgo(20), 'success');
    const later = ended(minutesAgo(10));

    const { doubts } = await look(minutesAgo(30));

    assert.equal(doubts.length, 1);
    assert.ok(doubts[0]?.startsWith(`Executions ${mine} and ${later} were stopped while possibly`));
  });

  it('tells what had been stopped long before it, and holds that against nothing', async (test) => {
    const n8n = await connected(test);
    const { ended, look } = await caller(n8n);
    const earlier = ended(minutesAgo(40));
    ended(minutesAgo(100));

    const { doubts, proofs } = await look(minutesAgo(1));

    assert.deepEqual(doubts, []);
    assert.deepEqual(
      proofs.map(({ finding }) => finding),
      ['agrees', 'silent'],
    );
    const at = minutesAgo(40).toISOString().slice(0, 19).replace('T', ' ');
    const told = `Execution ${earlier} had been stopped before, at ${at} UTC; `;
    assert.ok(proofs[1]?.text.startsWith(told), proofs[1]?.text);
  });

  it('doubts what somebody else stopped just before', async (test) => {
    const n8n = await connected(test);
    const { ended, look } = await caller(n8n);
    ended(minutesAgo(3));

    assert.equal((await look(minutesAgo(1))).doubts.length, 1);
  });

  it('holds nothing against what an earlier plan stopped while it was asleep', async (test) => {
    const n8n = await connected(test);
    const { ended, look } = await caller(n8n);
    const slept = ended(minutesAgo(3), 'canceled', minutesAgo(10));
    const began = ended(minutesAgo(3), 'canceled', minutesAgo(3.5));
    const earlier = [{ askedAt: minutesAgo(4), wereIdle: [slept, began] }];

    const { doubts, proofs } = await look(minutesAgo(1), now, earlier);

    assert.equal(doubts.length, 1);
    assert.match(doubts[0] ?? '', new RegExp(`^Execution ${began} was stopped while possibly`));
    assert.deepEqual(
      proofs.map(({ finding }) => finding),
      ['agrees'],
    );
    const later = await look(new Date(now.getTime() + 30 * 60_000), now, earlier);
    assert.doesNotMatch(JSON.stringify(later.proofs), new RegExp(`Execution ${slept} `));
  });
});
