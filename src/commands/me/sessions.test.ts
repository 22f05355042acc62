import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';

import type { Session } from '../../domain/session.ts';
import { sessionMs, signOut } from '../../domain/session.ts';
import { instanceChain } from '../../domain/timeline.ts';
import type { Bot } from '../../testing/bot.ts';
import { bot, shown } from '../../testing/bot.ts';
import { hostileNames } from '../../testing/xss.ts';

function refOf({ id }: Session): string {
  return id.slice(0, 8);
}

describe('one’s own sessions', () => {
  let night: Bot;
  beforeEach(async () => {
    night = await bot();
  });

  /** A browser that this person is signed in with. */
  async function signedIn(handle: string, userAgent = 'Firefox'): Promise<Session> {
    const { id: person } = await night.person(handle);
    const now = night.clock.now();
    const session = {
      id: randomUUID(),
      sha256: randomUUID(),
      person,
      startedAt: now,
      seenAt: now,
      expiresAt: new Date(now.getTime() + sessionMs),
      userAgent,
    };
    await night.store.save({ sessions: [session] });
    return session;
  }

  /** A line typed in this very browser. */
  const sayIn = async (session: Session, line: string) => {
    const person = await night.person('ana');
    const caller = { person, room: `console:${person.id}`, source: 'console' } as const;
    return night.dispatch({ ...caller, session: session.id }, line);
  };
  const endedOf = async (session: Session) =>
    (await night.store.sessions.bySha256(session.sha256))?.revokedAt !== undefined;

  it('are listed with a reference, and nobody else’s', async () => {
    const [mine, hers] = [await signedIn('ana', hostileNames[0]), await signedIn('cy')];
    const view = await night.see('me sessions');
    assert.match(shown(view), new RegExp(refOf(mine)));
    assert.doesNotMatch(shown(view), new RegExp(refOf(hers)));
    assert.doesNotMatch(JSON.stringify(view), new RegExp(mine.sha256));
    const here = await sayIn(mine, 'me sessions');
    assert.match(JSON.stringify(here), /\(this browser\)/);
    assert.equal((await night.see('me sessions', 'bo')).title, 'No browser is signed in as you');
  });

  it('are ended one by one, as an event of the instance', async () => {
    const [lost, kept] = [await signedIn('ana'), await signedIn('ana')];
    const view = await night.see(`me signout ${refOf(lost).toUpperCase()}`);
    assert.equal(view.title, 'Ended 1 session');
    assert.deepEqual([await endedOf(lost), await endedOf(kept)], [true, false]);
    const event = (await night.timeline(instanceChain)).at(-1);
    assert.equal(event?.kind, 'signed_out');
  });

  it('are ended all but this browser’s, or all of them', async () => {
    const [here, there, hers] = [
      await signedIn('ana'),
      await signedIn('ana'),
      await signedIn('cy'),
    ];
    await sayIn(here, 'me signout others');
    assert.deepEqual([await endedOf(here), await endedOf(there)], [false, true]);
    assert.equal((await sayIn(here, 'me signout others')).kind, 'problem');
    const last = await sayIn(here, 'me signout all');
    assert.match(JSON.stringify(last), /This browser was one of them/);
    assert.deepEqual([await endedOf(here), await endedOf(hers)], [true, false]);
  });

  it('are not ended by somebody else, nor twice, nor by a wrong reference', async () => {
    const hers = await signedIn('cy');
    const before = (await night.timeline(instanceChain)).length;
    const wrong = await night.refused(`me signout ${refOf(hers)}`);
    assert.equal(wrong.code, 'not_found');
    assert.doesNotMatch(JSON.stringify(wrong.candidates), new RegExp(refOf(hers)));
    assert.equal(await endedOf(hers), false);
    assert.equal((await night.timeline(instanceChain)).length, before);
    const person = await night.person('cy');
    const by = { person, source: 'cli', now: night.clock.now() } as const;
    await night.store.save(signOut([hers], by));
    assert.equal((await night.refused(`me signout ${refOf(hers)}`, 'cy')).code, 'not_found');
  });
});
