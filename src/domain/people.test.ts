import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { personCalled } from '../testing/nouns.ts';
import { addPerson, disablePerson, enablePerson, setTimeZone } from './people.ts';
import { grant, revokePermission } from './permissions.ts';
import { issueToken } from './person-tokens.ts';
import type { PersonToken } from './person.ts';
import type { Decider } from './plan-change.ts';
import { instanceChain } from './timeline.ts';

const now = new Date('2026-11-22T03:00:00Z');

const root = personCalled('root', { permissions: ['admin'] });
const ana = personCalled('ana');
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
    const other = personCalled('bo');
    for (const decide of [
      () => addPerson({ id: 'p', handle: 'x', name: 'x', permissions: [] }, byAna),
      () => grant(ana, ['admin'], byAna),
      () => revokePermission(other, ['responder'], [root], byAna),
      () => disablePerson(other, { tokens: [], entering: [root] }, byAna),
      () => enablePerson({ ...other, disabledAt: now }, byAna),
      () => issueToken(other, { id: 't', kind: 'cli', sha256: 'x' }, byAna),
      () => issueToken(ana, { id: 't', kind: 'invitation', sha256: 'x' }, byAna),
    ]) {
      assert.throws(decide, { code: 'not_allowed' });
    }
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
