import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { personCalled } from '../testing/nouns.ts';
import { issueToken, redeemInvitation } from './person-tokens.ts';
import type { PersonToken } from './person.ts';
import type { Decider } from './plan-change.ts';

const now = new Date('2026-11-22T03:00:00Z');

const root = personCalled('root', { permissions: ['admin'] });
const ana = personCalled('ana');
const by: Decider = { person: root, source: 'cli', now };
const byAna: Decider = { ...by, person: ana };

function aToken(parts: Partial<PersonToken> = {}): PersonToken {
  return { id: 't1', person: ana.id, kind: 'cli', sha256: 'ab', issuedAt: now, ...parts };
}

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
});
