import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { Session } from '../domain/session.ts';
import { minutesLater, night } from '../testing/containment.ts';
import type { TestStore } from '../testing/store.ts';
import { openTestStore } from '../testing/store.ts';

describe('the sessions', () => {
  let test: TestStore;
  before(async () => {
    test = await openTestStore();
  });

  function aSession(overrides: Partial<Session> = {}): Session {
    return {
      id: randomUUID(),
      sha256: randomUUID(),
      person: test.store.instance.operator,
      startedAt: night,
      seenAt: night,
      expiresAt: minutesLater(480),
      userAgent: 'Firefox',
      ...overrides,
    };
  }

  it('are found by the hash of their cookie', async () => {
    const session = aSession();
    await test.store.save({ sessions: [session] });
    assert.deepEqual(await test.store.sessions.bySha256(session.sha256), session);
    assert.equal(await test.store.sessions.bySha256('another'), undefined);
  });

  it('stay ended although a look that began before notes their use', async () => {
    const session = aSession();
    await test.store.save({ sessions: [session] });
    await test.store.save({ sessions: [{ ...session, revokedAt: minutesLater(2) }] });
    await test.store.save({ sessions: [{ ...session, seenAt: minutesLater(3) }] });
    const kept = await test.store.sessions.bySha256(session.sha256);
    assert.deepEqual(kept?.revokedAt, minutesLater(2));
    assert.deepEqual(kept?.seenAt, minutesLater(3));
  });

  it('never move their last use back, or to somebody else', async () => {
    const session = aSession({ seenAt: minutesLater(5) });
    await test.store.save({ sessions: [session] });
    await test.store.save({ sessions: [{ ...session, seenAt: night, userAgent: 'Other' }] });
    assert.deepEqual(await test.store.sessions.bySha256(session.sha256), session);
  });

  it('of a person are those that neither ended nor expired, newest first', async () => {
    const { store } = await openTestStore();
    const person = store.instance.operator;
    const [older, newer] = [aSession({ person }), aSession({ person, startedAt: minutesLater(1) })];
    const ended = aSession({ person, revokedAt: night });
    const expired = aSession({ person, expiresAt: minutesLater(9) });
    await store.save({ sessions: [older, ended, expired, newer] });
    const found = await store.sessions.unendedOf(person, minutesLater(10));
    assert.deepEqual(
      found.map(({ id }) => id),
      [newer.id, older.id],
    );
    assert.deepEqual(await store.sessions.unendedOf('nobody', night), []);
  });
});
