import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { aConnection } from '../../testing/containment.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { anInventory } from '../../testing/inventory.ts';

describe('a user whom people lock out by hand', async () => {
  const night = await estateBot();
  const { see, refused, timeline, store, connection } = night;
  const { syncedAt: _syncedAt, ...floor } = aConnection({
    id: randomUUID(),
    name: 'floor',
    kind: 'node-red',
    capabilities: { ...connection.capabilities, listUsers: false },
    revision: 0,
  });
  const bob = {
    id: 'user-of-bob',
    name: 'Bob Moss',
    email: 'bob@acme.test',
    role: 'global:member',
  };
  await store.save({
    connections: [floor],
    inventories: [{ connection: connection.id, inventory: anInventory({ users: [bob] }) }],
  });
  await see('declare An account was taken over');

  it('is told click by click, with their keys first, and said once', async () => {
    const view = await see('user lock bob@acme.test');
    assert.equal(view.outcome, 'unverified');
    const text = shown(view);
    assert.match(text, /Not verified by Firebreak. This is done outside, by hand/);
    assert.match(
      text,
      /Settings → n8n API → All: choose the owner bob@acme\.test, and for each key/,
    );
    assert.match(text, /Transfer their workflows, credentials and data tables to another user/);
    assert.deepEqual(view.next, ['user done u1 …', 'user status']);
    const before = await timeline();
    assert.match(before.at(-1)?.text ?? '', /u1 “Bob Moss” must be locked out of prod by hand/);
    await see('user lock u1');
    assert.deepEqual(await timeline(), before);
    assert.equal((await refused('user lock u1', 'vic')).code, 'not_allowed');
    assert.equal((await refused('user lock nobody')).code, 'not_found');
    assert.equal((await refused('user lock bob on:nowhere')).code, 'not_found');
  });

  it('is confirmed by a second person, never called verified, and keeps the incident open', async () => {
    assert.match(
      (await refused('user confirm u1 it answers 401', 'bo')).message,
      /Nobody has said/,
    );
    assert.equal((await refused('user done u1')).code, 'bad_input');
    assert.equal((await refused('user done u9 revoked it')).code, 'not_found');
    assert.match(shown(await see('user done u1 revoked two keys')), /Not verified by Firebreak/);
    assert.match((await refused('user done u1 again')).message, /was locked out already/);
    const own = await refused('user confirm u1 it answers 401');
    assert.match(own.message, /somebody else must confirm/);
    await see('resolve');
    assert.match(
      (await refused('close')).message,
      /u1 locked out by hand, confirmed by nobody yet/,
    );
    await see('user confirm "Bob Moss" an old key answers 401', 'bo');
    assert.match((await refused('user confirm u1 me too', 'cy')).message, /confirmed already/);
    const status = shown(await see('user status'));
    assert.match(status, /locked out by hand, confirmed by a second person; not verified by Fireb/);
    assert.match(status, /@ana, [^"]+: revoked two keys @bo, [^"]+: an old key answers 401/);
    assert.deepEqual(
      (await kindsOf(night)).filter((kind) => /lock/.test(kind)),
      ['lockout_by_hand_required', 'locked_out_by_hand', 'lockout_confirmed_by_hand'],
    );
  });

  it('is called by name where the platform tells of no users', async () => {
    assert.equal((await refused('user lock Eve')).code, 'not_found');
    const view = await see('user lock "Eve Ito" on:floor');
    assert.match(shown(view), /take Eve Ito out of adminAuth\.users in settings\.js/);
    assert.deepEqual(view.next, ['user done "Eve Ito" …', 'user status']);
    await see('user done "Eve Ito" took her out and restarted');
    assert.deepEqual((await see('user status')).next[0], 'user confirm "Eve Ito" …');
  });

  it('is not locked out of production in a drill, and nobody is told how', async () => {
    await see('declare Exercise --drill');
    const { code, message } = await refused('user lock u1 in:INC-2');
    assert.equal(code, 'conflict');
    assert.match(message, /INC-2 is a drill, and prod is a production connection/);
    assert.match((await refused('user done u1 did it in:INC-2')).message, /Nobody asked for “u1”/);
  });
});
