import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { LockLever } from '../domain/plan.ts';
import { failureOf, never, sentence } from './platform-rig.contract.ts';
import type { ContractRig, SentCredential } from './platform-rig.contract.ts';
import type {
  Accepted,
  BlocksCredentials,
  CredentialCheck,
  CredentialKey,
  CredentialReading,
  LocksCredentials,
} from './platform.ts';
import { blocksCredentials, locksCredentials } from './platform.ts';

const dud = 'dud-of-the-contract.invalid';

/** How a platform keeps workflows from using a credential, or says that it cannot. */
export function lockingContract(rig: () => ContractRig): void {
  describe('credentials', () => {
    it('can be blocked or overwritten only where the account says so', async () => {
      const { platform } = rig();
      const { capabilities } = await platform.probe(never);
      const { blockCredentials, overwriteCredentials, deleteCredentials } = capabilities;
      const can = [blockCredentials !== undefined, overwriteCredentials, deleteCredentials];

      const has = !rig().hasNo?.credentials;
      const blocks = has && blocksCredentials(platform);
      const locks = (has && locksCredentials(platform)) || undefined;
      assert.deepEqual(can, [blocks, locks, blocks || undefined]);
    });

    it('are kept from workflows, and given back, and no look says otherwise', async (test) => {
      const { platform, estate, hasNo } = rig();
      if (!locksCredentials(platform) || !estate.credential || hasNo?.credentials) {
        return test.skip(noLocks);
      }
      const { key, arrives } = await estate.credential();
      assert.equal(await arrives(), true);

      if (blocksCredentials(platform)) await isBlockedAndBack(platform, { key, arrives });
      await holds(platform, key, 'overwrite', (signal) =>
        platform.overwriteCredential(key, dud, signal),
      );
      assert.equal(await arrives(), false, 'it was called overwritten and still sent');
      await holds(platform, key, 'overwrite', (signal) =>
        platform.overwriteCredential(key, dud, signal),
      );

      if (!blocksCredentials(platform)) return;
      await holds(platform, key, 'delete', (signal) => platform.deleteCredential(key, signal));
      const { answer } = await platform.deleteCredential(key, never);
      assert.equal(answer, 'already');
      const { credentials } = await platform.takeInventory(never);
      assert.ok(
        !credentials.some(({ id }) => id === key.id),
        'it was called deleted and is listed',
      );
    });

    it('are contradicted as long as nothing was changed', async (test) => {
      const { platform, estate, hasNo } = rig();
      if (!locksCredentials(platform) || !estate.credential || hasNo?.credentials) {
        return test.skip(noLocks);
      }
      const { key } = await estate.credential();
      const at = new Date(Date.now() + 60_000);

      const all = ['block', 'overwrite', 'delete'] as const;
      for (const lever of blocksCredentials(platform) ? all : (['overwrite'] as const)) {
        const { proofs } = await look(platform, { ...key, lever, requestedAt: at, acceptedAt: at });
        assert.ok(proofs.some(({ finding }) => finding === 'contradicts'));
      }
    });

    it('that are not there, or no ids, change nothing', async (test) => {
      const { platform } = rig();
      if (!locksCredentials(platform)) return test.skip(noLocks);
      const gone = { id: 'credOfNobody0001', type: 'httpHeaderAuth' };
      const error = await failureOf(rig(), platform.overwriteCredential(gone, dud, never));
      assert.equal(error.code, 'not_found');
      const before = rig().calls();
      const odd = { id: '../users/1', type: 'httpHeaderAuth' };
      const refused = await failureOf(rig(), platform.overwriteCredential(odd, dud, never));
      assert.equal(refused.code, 'refused');
      // Asking what a type holds changes nothing, and comes before the credential is named.
      assert.ok(rig().calls() - before <= 1);
    });
  });
}

async function isBlockedAndBack(
  platform: BlocksCredentials,
  { key, arrives }: SentCredential,
): Promise<void> {
  await holds(platform, key, 'block', (signal) => platform.blockCredential(key, signal));
  assert.equal(await arrives(), false, 'it was called blocked and still sent');
  await holds(platform, key, 'block', (signal) => platform.blockCredential(key, signal));
  await holds(platform, key, 'unblock', (signal) => platform.unblockCredential(key, [], signal));
  assert.equal(await arrives(), true);
}

const noLocks = 'the platform has no way to lock a credential';

/** Pulls it, and looks by another path: nothing may contradict, and a doubt must be said. */
async function holds(
  platform: LocksCredentials,
  key: CredentialKey,
  lever: LockLever,
  pull: (signal: AbortSignal) => Promise<Accepted>,
): Promise<void> {
  const requestedAt = new Date();
  const { at } = await pull(never);
  const { proofs, doubts } = await look(platform, { ...key, lever, requestedAt, acceptedAt: at });
  assert.deepEqual([...new Set(proofs.map(({ finding }) => finding))], ['agrees']);
  for (const text of [...proofs.map((proof) => proof.text), ...doubts]) {
    assert.match(text, sentence);
  }
}

async function look(
  platform: LocksCredentials,
  check: Omit<CredentialCheck, 'hosts'>,
): Promise<CredentialReading> {
  const [reading, ...more] = await platform.checkCredentials([{ ...check, hosts: [] }], never);
  assert.ok(reading && more.length === 0);
  return reading;
}
