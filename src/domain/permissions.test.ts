import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { personCalled } from '../testing/nouns.ts';
import { disablePerson } from './people.ts';
import { grant, revokePermission } from './permissions.ts';
import type { Decider } from './plan-change.ts';

const now = new Date('2026-11-22T03:00:00Z');

const root = personCalled('root', { permissions: ['admin'] });
const ana = personCalled('ana');
const by: Decider = { person: root, source: 'cli', now };

describe('permissions', () => {
  it('are given, each once', () => {
    const { people, events } = grant(ana, ['approver', 'responder', 'approver'], by);
    assert.deepEqual(people?.[0]?.permissions, ['responder', 'approver']);
    assert.deepEqual(events[0].data, { person: ana.id, permissions: ['approver'] });
    assert.throws(() => grant(ana, ['responder'], by), { code: 'conflict' });
  });

  it('are taken, but never those of the last admin', () => {
    const { people } = revokePermission(ana, ['responder'], [root, ana], by);
    assert.deepEqual(people, [{ ...ana, permissions: [] }]);
    assert.throws(() => revokePermission(ana, ['auditor'], [root, ana], by), { code: 'conflict' });
    const off = personCalled('off', { permissions: ['admin'], disabledAt: now });
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

  it('of two admins cannot be taken by each other at once: who stays is part of the change', () => {
    const second = personCalled('admin2', { permissions: ['admin'] });
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
});
