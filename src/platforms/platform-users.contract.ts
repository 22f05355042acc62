import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { failureOf, never, sentence } from './platform-rig.contract.ts';
import type { ContractRig } from './platform-rig.contract.ts';
import type { RemovesUsers, UserCheck, UserReading } from './platform.ts';
import { removesUsers } from './platform.ts';

/** How a platform lets users go without losing what they own, or says that it cannot. */
export function usersContract(rig: () => ContractRig): void {
  describe('users', () => {
    it('can be deleted only where the account says so', async () => {
      const { platform, estate, hasNo } = rig();
      const { capabilities } = await platform.probe(never);
      const can = removesUsers(platform) && estate.person !== undefined && !hasNo?.credentials;
      assert.equal(capabilities.removeUsers, can ? true : undefined);
    });

    it('go once all that is theirs is another’s, and nothing is lost', async (test) => {
      const { platform, estate, hasNo } = rig();
      if (!removesUsers(platform) || !estate.person || hasNo?.credentials) {
        return test.skip('the platform has no way to delete a user');
      }
      const { id: user, to } = await estate.person();
      const items = await platform.belongingsOf(user, never);
      assert.deepEqual(new Set(items.map(({ kind }) => kind)), new Set(['workflow', 'credential']));
      const target = { user, to, items };

      const owning = await failureOf(rig(), platform.removeUser(user, never));
      assert.equal(owning.code, 'conflict');
      const few = { ...target, items: items.slice(1) };
      assert.equal((await failureOf(rig(), platform.transfer(few, never))).code, 'conflict');
      for (const lever of ['transfer', 'remove'] as const) {
        assert.deepEqual(await findings(platform, { ...target, lever }), ['contradicts']);
      }

      assert.equal((await platform.transfer(target, never)).answer, 'accepted');
      assert.deepEqual(await findings(platform, { ...target, lever: 'transfer' }), ['agrees']);
      assert.deepEqual(await findings(platform, { ...target, lever: 'remove' }), ['contradicts']);
      assert.equal((await platform.transfer(target, never)).answer, 'already');
      assert.deepEqual(await platform.belongingsOf(user, never), []);

      assert.equal((await platform.removeUser(user, never)).answer, 'accepted');
      assert.deepEqual(await findings(platform, { ...target, lever: 'remove' }), ['agrees']);
      assert.equal((await platform.removeUser(user, never)).answer, 'already');
      const { workflows, credentials, users } = await platform.takeInventory(never);
      assert.ok(!users.some(({ id }) => id === user));
      const there = new Set([...workflows, ...credentials].map(({ id }) => id));
      assert.ok(items.every(({ id }) => there.has(id)));
    });

    it('whose things are not all where they should be are doubted', async (test) => {
      const { platform, estate, hasNo } = rig();
      if (!removesUsers(platform) || !estate.person || hasNo?.credentials) {
        return test.skip('the platform has no way to delete a user');
      }
      const { id: user, to } = await estate.person();
      const items = await platform.belongingsOf(user, never);
      await platform.transfer({ user, to, items }, never);
      const lost = [...items, { kind: 'workflow' as const, id: 'wfOfNobody000001' }];
      const { doubts } = await look(platform, { user, to, items: lost, lever: 'transfer' });
      assert.match(doubts.join(), sentence);
    });
  });
}

/** What the looks say, each in a sentence, and without a doubt. */
async function findings(platform: RemovesUsers, check: UserCheck): Promise<readonly string[]> {
  const { proofs, doubts } = await look(platform, check);
  for (const { text } of proofs) assert.match(text, sentence);
  assert.deepEqual(doubts, []);
  return proofs.map(({ finding }) => finding);
}

async function look(platform: RemovesUsers, check: UserCheck): Promise<UserReading> {
  const [reading, ...more] = await platform.checkUsers([check], never);
  assert.ok(reading && more.length === 0);
  return reading;
}
