import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ana, aPerson, ben, decider, minutesLater, night } from '../testing/containment.ts';
import type { Session } from './session.ts';
import { isLive, opensFor, seenAgain, signIn, signOut } from './session.ts';

const browser = { id: 's1', sha256: 'ab'.repeat(32), userAgent: 'Firefox' };

function aSession(overrides: Partial<Session> = {}): Session {
  const [session] = signIn(browser, 'token', undefined, decider(ana)).sessions;
  if (!session) throw new Error('Signing in makes a session.');
  return { ...session, ...overrides };
}

describe('a session', () => {
  it('ends after an hour without use', () => {
    assert.equal(isLive(aSession(), minutesLater(59)), true);
    assert.equal(isLive(aSession(), minutesLater(60)), false);
  });

  it('ends after eight hours however much it is used', () => {
    const used = (minutes: number) => aSession({ seenAt: minutesLater(minutes) });
    assert.equal(isLive(used(470), minutesLater(479)), true);
    assert.equal(isLive(used(479), minutesLater(480)), false);
  });

  it('opens nothing for a person who was switched off, or is gone', () => {
    assert.equal(opensFor(aSession(), ana, night), true);
    assert.equal(opensFor(aSession(), aPerson({ disabledAt: night }), night), false);
    assert.equal(opensFor(aSession(), undefined, night), false);
  });

  it('notes its use once a minute', () => {
    assert.equal(seenAgain(aSession(), new Date(night.getTime() + 59_999)), undefined);
    assert.deepEqual(seenAgain(aSession(), minutesLater(1))?.seenAt, minutesLater(1));
  });
});

describe('signing in', () => {
  it('ends the session that the browser had before, and is an event', () => {
    const before = aSession({ id: 's0', person: ben.id });
    const change = signIn(browser, 'link', before, decider(ana, minutesLater(5)));
    assert.deepEqual(
      change.sessions.map(({ id, revokedAt }) => [id, revokedAt]),
      [
        ['s0', minutesLater(5)],
        ['s1', undefined],
      ],
    );
    assert.equal(change.events[0].kind, 'signed_in');
    assert.equal(change.events[0].text, '@ana signed in with the one-time link.');
  });

  it('refuses who was switched off', () => {
    const off = decider(aPerson({ disabledAt: night }));
    assert.throws(() => signIn(browser, 'token', undefined, off), { code: 'not_allowed' });
  });

  it('keeps no more of a browser’s name than is needed to recognise it', () => {
    const [session] = signIn({ ...browser, userAgent: '🔥'.repeat(900) }, 'token', undefined, {
      ...decider(ana),
    }).sessions;
    assert.equal(session?.userAgent, '🔥'.repeat(100));
  });
});

describe('signing out', () => {
  it('ends what still goes on, and is an event', () => {
    const gone = aSession({ id: 's2', revokedAt: night });
    const change = signOut([aSession(), gone], decider(ana, minutesLater(1)));
    assert.deepEqual(
      change.sessions.map(({ id, revokedAt }) => [id, revokedAt]),
      [['s1', minutesLater(1)]],
    );
    assert.equal(change.events[0].text, '@ana signed out.');
  });

  it('is refused for sessions of somebody else, and when nothing goes on', () => {
    assert.throws(() => signOut([aSession()], decider(ben)), { code: 'not_allowed' });
    const ended = aSession({ revokedAt: night });
    assert.throws(() => signOut([ended], decider(ana)), { code: 'conflict' });
  });
});
