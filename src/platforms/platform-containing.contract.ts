import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

import type { Reading } from '../domain/verification.ts';
import {
  contradicts,
  disabled,
  failureOf,
  never,
  noExecutions,
  noStop,
  only,
  sentence,
  settled,
} from './platform-rig.contract.ts';
import type { ContractRig, Piece } from './platform-rig.contract.ts';
import type { Check, Observation, Stopped } from './platform.ts';

/** How a platform switches off and stops, and what it takes to believe it. */
export function containingContract(rig: () => ContractRig): void {
  describe('disabling', () => {
    it('is proved by another path than the write, and never before it is so', async () => {
      const piece = await rig().estate.entrance();
      assert.ok(await piece.answers());
      const check = await disabled(rig(), piece);

      const reading = await settled(piece, () => rig().platform.checkDisabled([check], never));

      assert.equal(await piece.answers(), false, 'it was called contained and still ran');
      assert.ok(reading.proofs.filter(({ finding }) => finding === 'agrees').length >= 2);
      assert.deepEqual(reading.doubts, []);
      assert.ok(new Set(reading.proofs.map(({ method }) => method)).size >= 2);
      for (const { text } of reading.proofs) assert.match(text, sentence);
    });

    it('is answered "already" the second time', async () => {
      const piece = await rig().estate.entrance();

      assert.equal((await rig().platform.disable(piece.id, never)).answer, 'accepted');
      assert.equal((await rig().platform.disable(piece.id, never)).answer, 'already');
    });

    it('is contradicted while it is still on', async () => {
      const piece = await rig().estate.entrance();
      const { memo } = await rig().platform.observe(piece.id, never);
      const check: Check = { workflow: piece.id, memo, acceptedAt: new Date() };

      assert.ok(contradicts(only(await rig().platform.checkDisabled([check], never))));
    });

    it('is contradicted when somebody switches it on again', async () => {
      const piece = await rig().estate.entrance();
      const check = await disabled(rig(), piece);
      await settled(piece, () => rig().platform.checkDisabled([check], never));

      await rig().estate.switchOnAgain(piece);

      assert.ok(contradicts(only(await rig().platform.checkDisabled([check], never))));
    });

    it('is contradicted when it ran meanwhile', async (test) => {
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      const piece = await rig().estate.entrance();
      const { memo } = await rig().platform.observe(piece.id, never);
      const acceptedAt = new Date(Date.now() - 60_000);
      assert.ok(await piece.answers());
      await rig().platform.disable(piece.id, never);

      const check: Check = { workflow: piece.id, memo, acceptedAt };
      // Its execution may be listed after the call was answered.
      const end = Date.now() + 30_000;
      let reading = only(await rig().platform.checkDisabled([check], never));
      while (!contradicts(reading) && Date.now() < end) {
        await delay(100);
        reading = only(await rig().platform.checkDisabled([check], never));
      }

      assert.ok(contradicts(reading), inspect(reading));
    });

    it('of many is read at once and answered in the order asked', async () => {
      const pieces = [
        await rig().estate.entrance(),
        await rig().estate.nightly(),
        await rig().estate.entrance(),
      ];
      const checks: Check[] = [];
      for (const piece of pieces) checks.push(await disabled(rig(), piece));

      const readings = await rig().platform.checkDisabled(checks.toReversed(), never);

      assert.deepEqual(
        readings.map(({ workflow }) => workflow),
        pieces.map(({ id }) => id).toReversed(),
      );
      assert.deepEqual(await rig().platform.checkDisabled([], never), []);
    });

    it('of a schedule is not settled before its next fire, or by what lives there', async () => {
      const piece = await rig().estate.nightly();
      const check = await disabled(rig(), piece);

      const reading = await settled(piece, () => rig().platform.checkDisabled([check], never));

      if (rig().hasNo?.executions) {
        const agreeing = reading.proofs.filter(({ finding }) => finding === 'agrees');
        assert.equal(new Set(agreeing.map(({ method }) => method)).size, 2);
        assert.deepEqual(reading.doubts, []);
        return;
      }
      assert.ok(reading.notBefore);
      assert.ok(reading.notBefore.at > check.acceptedAt);
      assert.match(reading.notBefore.why, /\w+/);
    });

    it('is not believed while the platform is slow', async (test) => {
      const { slow } = rig();
      if (!slow) return test.skip('a real platform cannot be told to be slow');
      const piece = await rig().estate.entrance();
      slow.hold();
      const check = await disabled(rig(), piece);

      const early = only(await rig().platform.checkDisabled([check], never));
      assert.ok(contradicts(early), 'it still runs');
      assert.ok(await piece.answers());

      slow.drain();
      // It ran once more just now, which is a contradiction of its own.
      const again = { ...check, acceptedAt: new Date() };
      await settled(piece, () => rig().platform.checkDisabled([again], never));
      assert.equal(await piece.answers(), false);
    });

    it('is not believed when the platform lies', async (test) => {
      const { lies } = rig();
      if (!lies) return test.skip('a real platform cannot be told to lie');
      for (const lie of lies) {
        const piece = await rig().estate.entrance();
        lie(piece);
        const check = await disabled(rig(), piece);
        // Whatever settles late has settled by now.
        await delay(300);

        assert.ok(contradicts(only(await rig().platform.checkDisabled([check], never))));
      }
    });
  });

  describe('stopping', () => {
    type Stopping = { stop: Stopped; observed: Observation; requestedAt: Date };

    async function stopped(piece: Piece): Promise<Stopping> {
      const observed = await rig().platform.observe(piece.id, never);
      const requestedAt = new Date();
      return { observed, requestedAt, stop: await rig().platform.stop(piece.id, never) };
    }

    async function readingOf(
      piece: Piece,
      { stop, observed, requestedAt }: Stopping,
    ): Promise<Reading> {
      const check: Check = {
        workflow: piece.id,
        memo: observed.memo,
        acceptedAt: stop.at,
        requestedAt,
        stopped: stop,
      };
      return settled(piece, () => rig().platform.checkStopped([check], never));
    }

    it('ends what runs and what waits, and says which was running', async (test) => {
      if (rig().hasNo?.stop) return test.skip(noStop);
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      const runner = await rig().estate.runner();
      const sleeper = await rig().estate.sleeper();

      const one = await stopped(runner);
      const other = await stopped(sleeper);

      assert.deepEqual([one.stop.stopped, one.stop.wereRunning.length], [1, 1]);
      assert.deepEqual([other.stop.stopped, other.stop.wereRunning.length], [1, 0]);
      for (const [piece, stop] of [
        [runner, one],
        [sleeper, other],
      ] as const) {
        const reading = await readingOf(piece, stop);
        assert.ok(reading.proofs.some(({ finding }) => finding === 'agrees'));
        assert.deepEqual(reading.doubts, []);
        assert.equal((await rig().platform.stop(piece.id, never)).stopped, 0);
      }
    });

    it('of one leaves the others alone', async (test) => {
      if (rig().hasNo?.stop) return test.skip(noStop);
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      const one = await rig().estate.sleeper();
      const other = await rig().estate.sleeper();

      await rig().platform.stop(one.id, never);

      const { memo } = await rig().platform.observe(other.id, never);
      const check: Check = { workflow: other.id, memo, acceptedAt: new Date() };
      assert.ok(contradicts(only(await rig().platform.checkStopped([check], never))));
      assert.equal((await rig().platform.stop(other.id, never)).stopped, 1);
    });

    it('of what may go on is doubted, however empty the lists are', async (test) => {
      if (rig().hasNo?.stop) return test.skip(noStop);
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      const piece = await rig().estate.goesOn();

      const reading = await readingOf(piece, await stopped(piece));

      assert.ok(!contradicts(reading));
      assert.ok(reading.doubts.length > 0);
    });

    it('of what somebody else had stopped a moment ago is doubted as well', async (test) => {
      if (rig().hasNo?.stop) return test.skip(noStop);
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      const piece = await rig().estate.goesOn();
      // An editor's stop button, or a stop of ours whose record a crash took.
      await rig().platform.stop(piece.id, never);

      const reading = await readingOf(piece, await stopped(piece));

      assert.ok(!contradicts(reading));
      assert.ok(reading.doubts.length > 0);
    });

    it('of what had been stopped long before is not held against this stop', async (test) => {
      if (rig().hasNo?.stop) return test.skip(noStop);
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      const piece = await rig().estate.goesOn();
      const { observed } = await stopped(piece);
      // As if the stop were asked for ten minutes after that one.
      const later = new Date(Date.now() + 10 * 60_000);
      const check: Check = {
        workflow: piece.id,
        memo: observed.memo,
        requestedAt: later,
        acceptedAt: later,
      };

      const reading = await settled(piece, () => rig().platform.checkStopped([check], never));

      assert.ok(!contradicts(reading));
      assert.deepEqual(reading.doubts, []);
    });

    it('is contradicted while something runs or waits', async (test) => {
      if (rig().hasNo?.executions) return test.skip(noExecutions);
      for (const piece of [await rig().estate.runner(), await rig().estate.sleeper()]) {
        const { memo } = await rig().platform.observe(piece.id, never);
        const check: Check = { workflow: piece.id, memo, acceptedAt: new Date() };

        assert.ok(contradicts(only(await rig().platform.checkStopped([check], never))));
        const stop = rig().platform.stop(piece.id, never);
        if (!rig().hasNo?.stop) await stop;
        else assert.equal((await failureOf(rig(), stop)).code, 'not_found');
      }
    });
  });
}
