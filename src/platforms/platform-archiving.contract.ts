import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { failureOf, never, settled } from './platform-rig.contract.ts';
import type { ContractRig } from './platform-rig.contract.ts';
import type { Check } from './platform.ts';
import { archives } from './platform.ts';

/** How a platform puts a workflow away and brings it back, or says that it cannot. */
export function archivingContract(rig: () => ContractRig): void {
  describe('archiving', () => {
    it('takes what is on out of use until it is brought back, as it was', async (test) => {
      const { platform, estate } = rig();
      const { capabilities } = await platform.probe(never);
      if (!capabilities.archive) return test.skip('the account cannot archive');
      assert.ok(archives(platform));
      const piece = await estate.entrance();
      const was = await estate.activation(piece);
      const { memo, hash } = await platform.observe(piece.id, never);

      const { at } = await platform.archive(piece.id, never);
      const check: Check = { workflow: piece.id, memo, acceptedAt: at };
      const reading = await settled(piece, () => platform.checkDisabled([check], never));
      assert.ok(reading.proofs.some(({ finding }) => finding === 'agrees'));
      assert.equal(await piece.answers(), false, 'it was archived and still ran');
      await platform.archive(piece.id, never);
      const refused = await failureOf(rig(), platform.enable(piece.id, memo, never));
      assert.equal(refused.code, 'conflict');

      assert.equal((await platform.unarchive(piece.id, never)).answer, 'accepted');
      assert.equal((await platform.unarchive(piece.id, never)).answer, 'already');
      const enabled = await platform.enable(piece.id, memo, never);
      const back: Check = { ...check, acceptedAt: enabled.at };
      await settled(piece, () => platform.checkEnabled([back], never));
      assert.equal(await estate.activation(piece), was);
      assert.equal((await platform.observe(piece.id, never)).hash, hash);
    });
  });
}
