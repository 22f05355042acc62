import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';

import {
  anEntrance,
  contradicts,
  disabled,
  failureOf,
  never,
  only,
  settled,
} from './platform-rig.contract.ts';
import type { ContractRig } from './platform-rig.contract.ts';
import type { Check } from './platform.ts';

const oddIds = [
  '',
  ' ',
  '../users/1',
  '..',
  '%2e%2e',
  'a/b',
  'a?x=1',
  '?x',
  '#',
  'a;b',
  'a\n',
  '*',
];

/** How a platform puts back, refuses and fails. */
export function undoingContract(rig: () => ContractRig): void {
  describe('enabling', () => {
    it('brings the very version back that was live, not the draft', async () => {
      const piece = await anEntrance(rig());
      const was = await rig().estate.activation(piece);
      const observed = await rig().platform.observe(piece.id, never);
      const check = await disabled(rig(), piece);
      await settled(piece, () => rig().platform.checkDisabled([check], never));

      const enabled = await rig().platform.enable(piece.id, observed.memo, never);
      const back: Check = { workflow: piece.id, memo: observed.memo, acceptedAt: enabled.at };
      const reading = await settled(piece, () => rig().platform.checkEnabled([back], never));

      assert.equal(enabled.answer, 'accepted');
      assert.ok(reading.proofs.some(({ finding }) => finding === 'agrees'));
      assert.ok(await piece.answers());
      assert.equal(await rig().estate.activation(piece), was);
      assert.equal((await rig().platform.observe(piece.id, never)).hash, observed.hash);
      assert.equal((await rig().platform.enable(piece.id, observed.memo, never)).answer, 'already');
    });

    it('is contradicted while it is off, and when another version is on', async () => {
      const piece = await rig().estate.entrance();
      const check = await disabled(rig(), piece);

      assert.ok(contradicts(only(await rig().platform.checkEnabled([check], never))));
      await rig().estate.change(piece);
      await rig().estate.switchOnAgain(piece);
      assert.ok(contradicts(only(await rig().platform.checkEnabled([check], never))));
      assert.equal(
        (await failureOf(rig(), rig().platform.enable(piece.id, check.memo, never))).code,
        'conflict',
      );
    });

    it('asks for what a workflow calls to be enabled first', async (test) => {
      if (rig().hasNo?.order) return test.skip('the platform asks for no order');
      const { parent, child } = await rig().estate.family();
      const [first, second] = [await disabled(rig(), parent), await disabled(rig(), child)];
      await settled(parent, () => rig().platform.checkDisabled([first], never));

      const error = await failureOf(rig(), rig().platform.enable(parent.id, first.memo, never));
      assert.ok(['conflict', 'refused'].includes(error.code));

      await rig().platform.enable(child.id, second.memo, never);
      await rig().platform.enable(parent.id, first.memo, never);
      await settled(parent, () => rig().platform.checkEnabled([first], never));
      assert.ok(await parent.answers());
    });
  });

  describe('what is not there, or not an id', () => {
    it('is not found', async () => {
      const { memo } = await rig().platform.observe((await rig().estate.entrance()).id, never);
      const id = 'noSuchWorkflow00';

      for (const run of [
        () => rig().platform.observe(id, never),
        () => rig().platform.capture(id, never),
        () => rig().platform.disable(id, never),
        ...(rig().hasNo?.stop ? [] : [() => rig().platform.stop(id, never)]),
        () => rig().platform.enable(id, memo, never),
      ]) {
        assert.equal((await failureOf(rig(), run())).code, 'not_found');
      }
      const check: Check = { workflow: id, memo, acceptedAt: new Date() };
      const reading = only(await rig().platform.checkDisabled([check], never));
      const agrees = reading.proofs.every(({ finding }) => finding === 'agrees');
      assert.ok(!agrees || reading.doubts.length > 0, 'what is gone is not "verified"');
    });

    it('is refused before anything is called', async () => {
      const { memo } = await rig().platform.observe((await rig().estate.entrance()).id, never);
      const { executions, stop } = rig().hasNo ?? {};
      const sleeper = executions || stop ? undefined : await rig().estate.sleeper();
      const callsBefore = rig().calls();

      for (const id of oddIds) {
        for (const run of [
          () => rig().platform.observe(id, never),
          () => rig().platform.capture(id, never),
          () => rig().platform.disable(id, never),
          () => rig().platform.stop(id, never),
          () => rig().platform.enable(id, memo, never),
        ]) {
          assert.equal((await failureOf(rig(), run())).code, 'refused', JSON.stringify(id));
        }
      }

      assert.equal(rig().calls(), callsBefore);
      if (!sleeper) return;
      assert.equal((await rig().platform.stop(sleeper.id, never)).stopped, 1, 'it was left alone');
    });
  });

  describe('giving up and failing', () => {
    it('does nothing when it was given up before', async () => {
      const piece = await rig().estate.entrance();
      const { memo } = await rig().platform.observe(piece.id, never);
      const signal = AbortSignal.abort();

      for (const run of [
        () => rig().platform.probe(signal),
        () => rig().platform.takeInventory(signal),
        () => rig().platform.observe(piece.id, signal),
        () => rig().platform.capture(piece.id, signal),
        () => rig().platform.disable(piece.id, signal),
        () => rig().platform.stop(piece.id, signal),
        () => rig().platform.enable(piece.id, memo, signal),
        () =>
          rig().platform.checkDisabled(
            [{ workflow: piece.id, memo, acceptedAt: new Date() }],
            signal,
          ),
      ]) {
        await assert.rejects(run());
      }
      assert.ok(await piece.answers());
    });

    it('tells failures apart, with a sentence that gives nothing away', async (test) => {
      const { faults, platform, estate } = rig();
      if (!faults) return test.skip('a real platform does not fail on demand');
      for (const fault of faults) {
        const piece = await estate.entrance();
        await platform.observe(piece.id, never);
        const takeBack = fault.make();
        try {
          const onRead = await failureOf(rig(), platform.observe(piece.id, never));
          const onWrite = await failureOf(rig(), platform.disable(piece.id, never));
          for (const error of [onRead, onWrite]) {
            assert.equal(error.code, fault.code, `${fault.name}: ${inspect(error)}`);
            assert.equal(error.retryAfterMs, fault.retryAfterMs, fault.name);
          }
          if (fault.takesEffect) assert.ok(onWrite.mayHaveHappened, fault.name);
        } finally {
          takeBack();
        }
        const isOff = (await estate.activation(piece)).startsWith('false');
        assert.equal(isOff, fault.takesEffect, fault.name);
      }
    });

    it('reads every page of a large estate', async (test) => {
      if (!rig().faults) return test.skip('a real platform takes minutes to fill');
      await rig().estate.more(520);

      const { workflows } = await rig().platform.takeInventory(never);

      assert.ok(workflows.length > 520);
      assert.equal(new Set(workflows.map(({ id }) => id)).size, workflows.length);
    });
  });
}
