import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { linkCodeMs } from '../../domain/linking.ts';
import type { Reply } from '../../domain/reply.ts';
import type { Bot } from '../../testing/bot.ts';
import { bot } from '../../testing/bot.ts';
import type { Chats } from '../../testing/chats.ts';
import { chatsOn, wordsOf } from '../../testing/chats.ts';
import { enrolled } from '../../testing/factor.ts';

describe('a chat account is linked', () => {
  let here: Bot;
  let chats: Chats;
  before(async () => {
    here = await bot();
    chats = await chatsOn(here);
  });

  const inConsole = async (line: string, as: string): Promise<Reply> => {
    const person = await here.person(as);
    return here.dispatch({ person, room: `console:${person.id}`, source: 'console' }, line);
  };
  const codeOf = async (as: string): Promise<string> => {
    const reply = await inConsole('me link', as);
    const code = /me link [0-9a-f-]{19}/.exec(wordsOf(reply))?.[0];
    assert.ok(code, wordsOf(reply));
    return code;
  };
  const told = async (surface: 'slack' | 'discord', who: string, line: string) => {
    await chats[surface].says(who, 'room', line);
    await chats.work();
    return wordsOf(chats[surface].seenBy(who, 'room').at(-1)?.reply);
  };
  const kinds = async () => (await here.timeline('instance')).map(({ kind }) => kind);

  it('by a code from the console, on both surfaces to one person', async () => {
    assert.match(await told('slack', 'u1', await codeOf('ana')), /@ana’s now/);
    assert.match(await told('discord', 'd1', await codeOf('ana')), /@ana’s now/);
    assert.match(await told('slack', 'u1', 'me'), /@ana \(ANA\).*slack:W1\/u1/);
    const links = await here.store.identities.of((await here.person('ana')).id);
    assert.deepEqual(links.map(({ identity }) => identity).toSorted(), [
      'discord:W1/d1',
      'slack:W1/u1',
    ]);
    assert.equal((await kinds()).filter((kind) => kind === 'account_linked').length, 2);
  });

  it('once for each code, and a second who says it is told to admins once', async () => {
    const code = await codeOf('bo');
    const said = [chats.slack.event('u2', 'one', code), chats.slack.event('u3', 'two', code)];
    await Promise.all(said.map((event) => chats.slack.hear(event)));
    await chats.work();
    const links = await here.store.identities.of((await here.person('bo')).id);
    assert.equal(links.length, 1);
    assert.match(await told('slack', 'u4', code), /not known, was used already/);
    assert.match(await told('slack', 'u4', code), /not known, was used already/);
    assert.equal((await kinds()).filter((kind) => kind === 'link_refused').length, 1);
  });

  it('neither by a code that is old, nor by one that a newer one has voided', async () => {
    const voided = await codeOf('cy');
    const old = await codeOf('cy');
    assert.match(await told('slack', 'u5', voided), /not known/);
    here.clock.forward(linkCodeMs);
    assert.match(await told('slack', 'u5', old), /not known/);
    assert.deepEqual(await here.store.identities.of((await here.person('cy')).id), []);
  });

  it('not to a second person, and not by what is typed in a shell', async () => {
    const code = await codeOf('cy');
    assert.match(await told('slack', 'u1', code), /This account is @ana’s already/);
    assert.match((await here.refused('me link')).message, /made in the console/);
    assert.match(wordsOf(await inConsole(code, 'cy')), /said in the chat/);
    assert.match(await told('slack', 'u5', 'me link'), /not linked/);
  });

  it('until they or an admin take the link away: then they are a guest again', async () => {
    assert.match(await told('slack', 'u1', 'me unlink'), /no longer the account slack:W1\/u1/);
    assert.match(await told('slack', 'u1', 'phase containment'), /account is linked/);
    await here.see('person unlink @ana', 'root');
    assert.match(await told('discord', 'd1', 'phase containment'), /account is linked/);
    assert.match((await here.refused('person unlink @bo', 'cy')).message, /admin/);
    const guest = (await here.store.people.list()).find(({ guestOf }) => guestOf === 'slack:W1/u1');
    assert.ok(guest);
    const refused = await here.refused(`person grant @${guest.handle} approver`, 'root');
    assert.match(refused.message, /nobody knows yet who it is/);
  });

  it('of somebody with a factor only by a code of it, so that no session speaks for them for good', async () => {
    const app = await enrolled(here, 'cy');
    const refused = await inConsole('me link', 'cy');
    assert.ok(refused.kind === 'problem' && refused.asks === 'code');
    assert.match(refused.message, /needs a code of your factor/);
    const person = await here.person('cy');
    const room = `console:${person.id}`;
    const caller = { person, room, source: 'console', code: app.next() } as const;
    assert.match(wordsOf(await here.dispatch(caller, 'me link')), /me link [0-9a-f-]{19}/);
  });

  it('to nobody who was switched off', async () => {
    const code = await codeOf('vic');
    await here.see('person disable @vic', 'root');
    assert.match(await told('slack', 'u9', code), /not known/);
  });
});
