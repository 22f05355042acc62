import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  addPerson,
  disablePerson,
  enablePerson,
  grant,
  issueToken,
  redeemInvitation,
  revokePermission,
  revokeTokens,
  setTimeZone,
} from './people.ts';
import type { Person, PersonToken } from './person.ts';
import type { Decider } from './plan-change.ts';
import { instanceChain } from './timeline.ts';

const now = new Date('2026-11-22T03:00:00Z');

function aPerson(handle: string, parts: Partial<Person> = {}): Person {
  return {
    id: `id-${handle}`,
    handle,
    name: handle,
    permissions: ['responder'],
    addedAt: now,
    revision: 1,
    ...parts,
  };
}

const root = aPerson('root', { permissions: ['admin'] });
const ana = aPerson('ana');
const by: Decider = { person: root, source: 'cli', now };
const byAna: Decider = { ...by, person: ana };

function aToken(parts: Partial<PersonToken> = {}): PersonToken {
  return { id: 't1', person: ana.id, kind: 'cli', sha256: 'ab', issuedAt: now, ...parts };
}

describe('people', () => {
  it('are added with what they may, and each decision is one event of the instance', () => {
    const who = { id: 'p', handle: 'Bo.B', name: 'Bo', permissions: ['viewer', 'viewer'] } as const;
    const { people, events } = addPerson(who, by);
    assert.deepEqual(people, [
      {
        ...who,
        handle: 'bo.b',
        permissions: ['viewer'],
        grants: { viewer: { at: now, by: root.id } },
        addedAt: now,
        revision: 0,
      },
    ]);
    assert.equal(events.length, 1);
    assert.equal(events[0].chain, instanceChain);
    assert.equal(events[0].kind, 'person_added');
    assert.equal(events[0].text, '@bo.b (Bo) added as viewer.');
  });

  it('have handles that nobody mistakes', () => {
    for (const handle of ['', '@x', 'a b', '-a', 'here', 'ME', 'a'.repeat(40), 'ana\u0430']) {
      const who = { id: 'p', handle, name: 'x', permissions: [] };
      assert.throws(() => addPerson(who, by), { code: 'bad_input' }, handle);
    }
  });

  it('are decided about by admins only, whoever calls', () => {
    const other = aPerson('bo');
    for (const decide of [
      () => addPerson({ id: 'p', handle: 'x', name: 'x', permissions: [] }, byAna),
      () => grant(ana, ['admin'], byAna),
      () => revokePermission(other, ['responder'], [root], byAna),
      () => disablePerson(other, { tokens: [], entering: [root] }, byAna),
      () => enablePerson({ ...other, disabledAt: now }, byAna),
      () => issueToken(other, { id: 't', kind: 'cli', sha256: 'x' }, byAna),
      () => issueToken(ana, { id: 't', kind: 'invitation', sha256: 'x' }, byAna),
      () => revokeTokens(other, [aToken()], byAna),
    ]) {
      assert.throws(decide, { code: 'not_allowed' });
    }
  });

  it('get permissions, each once', () => {
    const { people, events } = grant(ana, ['approver', 'responder', 'approver'], by);
    assert.deepEqual(people?.[0]?.permissions, ['responder', 'approver']);
    assert.deepEqual(events[0].data, { person: ana.id, permissions: ['approver'] });
    assert.throws(() => grant(ana, ['responder'], by), { code: 'conflict' });
  });

  it('lose permissions, but never the last admin', () => {
    const { people } = revokePermission(ana, ['responder'], [root, ana], by);
    assert.deepEqual(people, [{ ...ana, permissions: [] }]);
    assert.throws(() => revokePermission(ana, ['auditor'], [root, ana], by), { code: 'conflict' });
    const off = aPerson('off', { permissions: ['admin'], disabledAt: now });
    for (const decide of [
      () => revokePermission(root, ['admin'], [root, ana, off], by),
      () => disablePerson(root, { tokens: [], entering: [root, ana, off] }, by),
    ]) {
      assert.throws(decide, {
        code: 'conflict',
        message: 'Without @root there is no admin who can get in, so they stay one.',
        hint: /person invite/,
      });
    }
  });

  it('who are admins cannot remove each other at once: who stays is part of the change', () => {
    const second = aPerson('admin2', { permissions: ['admin'] });
    const everyone = [root, second];
    const one = revokePermission(second, ['admin'], everyone, by);
    const other = revokePermission(root, ['admin'], everyone, { ...by, person: second });
    for (const { people } of [one, other]) {
      assert.deepEqual(
        people?.map(({ id }) => id),
        [second.id, root.id],
      );
    }
    assert.deepEqual(one.people?.[1], root);
  });

  it('are switched off with all their tokens, and on again without them', () => {
    const dead = aToken({ id: 't0', revokedAt: new Date(0) });
    const { people, tokens } = disablePerson(
      ana,
      { tokens: [aToken(), dead], entering: [root] },
      by,
    );
    assert.deepEqual(people, [{ ...ana, disabledAt: now }]);
    assert.deepEqual(tokens, [aToken({ revokedAt: now })]);
    const off = { ...ana, disabledAt: now };
    assert.throws(() => disablePerson(off, { tokens: [], entering: [root] }, by), /switched off/);
    assert.deepEqual(enablePerson(off, by).people, [ana]);
    assert.throws(() => grant(off, ['approver'], by), { hint: /person enable @ana/ });
  });

  it('set their own zone', () => {
    const { people, events } = setTimeZone('Europe/Berlin', byAna);
    assert.equal(people?.[0]?.timeZone, 'Europe/Berlin');
    assert.equal(events[0].kind, 'time_zone_set');
  });
});

describe('tokens', () => {
  it('are issued to oneself, or by an admin to others; only the hash is known', () => {
    const expiresAt = new Date('2026-12-22T03:00:00Z');
    const token = { id: 't9', kind: 'cli', sha256: 'ff', expiresAt } as const;
    const own = issueToken(ana, token, byAna);
    assert.deepEqual(own.tokens, [{ ...token, person: ana.id, issuedAt: now }]);
    assert.equal(own.events[0].kind, 'token_issued');
    assert.doesNotMatch(JSON.stringify(own.events), /ff/);
    const invited = issueToken(ana, { ...token, kind: 'invitation' }, by);
    assert.equal(invited.events[0].kind, 'invitation_issued');
    assert.throws(() => issueToken({ ...ana, disabledAt: now }, token, by), /switched off/);
  });

  it('are got for an invitation once, in time, and by the one who was invited', () => {
    const invitation = aToken({ kind: 'invitation', expiresAt: new Date(now.getTime() + 1) });
    const token = { id: 't9', kind: 'cli', sha256: 'ff' } as const;
    const redeem = (one: PersonToken) => redeemInvitation(ana, { invitation: one, token }, byAna);
    const { people, tokens, events } = redeem(invitation);
    assert.deepEqual(people, [ana]);
    assert.deepEqual(
      tokens?.map(({ id, revokedAt }) => [id, revokedAt]),
      [
        ['t1', now],
        ['t9', undefined],
      ],
    );
    assert.equal(events[0].kind, 'invitation_redeemed');
    for (const dead of [
      { ...invitation, revokedAt: now },
      { ...invitation, expiresAt: now },
      { ...invitation, person: root.id },
      { ...invitation, kind: 'cli' as const },
    ]) {
      assert.throws(() => redeem(dead), { code: 'not_allowed' });
    }
  });

  it('are revoked, and only those that were still good', () => {
    const { tokens } = revokeTokens(ana, [aToken(), aToken({ revokedAt: now })], byAna);
    assert.equal(tokens?.length, 1);
    assert.throws(() => revokeTokens(ana, [], byAna), { code: 'conflict' });
  });
});
