import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { chatsOn, wordsOf } from '../testing/chats.ts';
import type { Chats } from '../testing/chats.ts';
import type { EstateBot } from '../testing/estate-bot.ts';
import { estateBot } from '../testing/estate-bot.ts';

describe('an incident that is quiet or private, in its rooms', () => {
  let here: EstateBot;
  let chats: Chats;
  before(async () => {
    here = await estateBot();
    chats = await chatsOn(here);
    const linkedAt = here.clock.now();
    for (const handle of ['ana', 'bo']) {
      const person = (await here.person(handle)).id;
      const identity = `slack:W1/${handle}`;
      await here.store.save({ identities: [{ identity, person, name: handle, linkedAt }] });
    }
  });

  const says = async (who: string, room: string, ...lines: readonly string[]) => {
    for (const line of lines) {
      await chats.slack.says(who, room, line);
      await chats.work();
    }
  };
  const press = async (who: string, room: string, key: string | undefined) => {
    const said = { kind: 'press', key: key ?? assert.fail() } as const;
    await chats.slack.hear(chats.slack.event(who, room, '', { said }));
  };
  const seen = (room: string) =>
    chats.slack.in(room).map(({ reply, edits }) => `${edits} ${wordsOf(reply)}`);
  const lastFor = (who: string, room: string) => chats.slack.seenBy(who, room).at(-1);

  it('leaves its older cards as they are while it is quiet, also when one is used', async () => {
    await says('ana', 'quiet', 'declare Key leaked sev:2', 'resolve done', 'quiet');
    const shown = seen('quiet');
    await chats.slack.presses('bo', 'quiet', 'reopen');
    await chats.work();
    assert.deepEqual(seen('quiet'), shown);
    assert.match(wordsOf(lastFor('bo', 'quiet')?.reply), /Reopened/);
  });

  it('does once what a button says that its asker alone sees, however often it is pressed', async () => {
    await says('ana', 'once', 'declare Key stolen sev:2 private', 'resolve it');
    const key = lastFor('ana', 'once')?.keys['reopen'];
    await press('ana', 'once', key);
    await press('ana', 'once', key);
    await chats.work();
    const answers = chats.slack.seenBy('ana', 'once').slice(-2);
    assert.match(wordsOf(answers[0]?.reply), /Reopened/);
    assert.match(wordsOf(answers[1]?.reply), /@ana has pressed this already/);
  });

  it('tells its scope to nobody but who asked', async () => {
    await says('ana', 'scope', 'declare A clerk steals sev:2 private');
    await says('ana', 'scope', 'scope add w1', 'scope convict w1', 'scope acquit w1');
    await says('ana', 'scope', 'scope drop w1');
    assert.deepEqual(seen('scope'), []);
    assert.match(wordsOf(lastFor('ana', 'scope')?.reply), /No longer in the scope/);
  });

  it('keeps its room when somebody declares there who may not see it', async () => {
    await says('ana', 'taken', 'declare Bo steals sev:2 private');
    await says('zoe', 'taken', 'declare Printer broken');
    const answer = wordsOf(chats.slack.in('taken').at(-1)?.reply);
    assert.match(answer, /Printer broken.*This room stays as it is/);
    assert.doesNotMatch(answer, /steals/);
    await says('ana', 'taken', 'log add Bo has it at home');
    assert.match(wordsOf(lastFor('ana', 'taken')?.reply), /Bo steals/);
    await says('bo', 'taken', `room join ${/INC-\d+/.exec(answer)?.[0]}`);
    const refused = wordsOf(lastFor('bo', 'taken')?.reply);
    assert.match(refused, /This room stays as it is/);
    assert.doesNotMatch(refused, /steals|private/);
  });

  it('changes its cards no more once it is private, nor in a room that left it', async () => {
    await says('ana', 'left', 'declare Mailer hacked sev:1', 'scope add w1', 'contain plan');
    const name = /INC-\d+/.exec(seen('left')[0] ?? '')?.[0];
    await says('ana', 'stays', `room join ${name}`);
    await says('ana', 'left', 'contain run P-1', 'room leave');
    const follow = async () => {
      here.clock.forward(20_000);
      await chats.work();
    };
    const leftBefore = seen('left');
    const beforeThere = seen('stays');
    await here.work('P-1');
    await follow();
    assert.deepEqual(seen('left'), leftBefore);
    const there = seen('stays');
    assert.notDeepEqual(there, beforeThere);
    // Nobody looks again at what ended, so its ages say from when they count.
    assert.match(there.join('\n'), /P-1[^]*As of [-0-9: ]+ UTC; ages count from then/);
    await says('ana', 'stays', 'contain undo P-1', 'contain run P-2');
    await says('ana', 'stays', 'private on');
    const beforePrivate = seen('stays');
    await here.work('P-2');
    await follow();
    assert.deepEqual(seen('stays'), beforePrivate);
  });

  for (const line of ['quiet', 'private on']) {
    it(`takes back from its rooms what waited for them when somebody says ${line}`, async () => {
      const [first, second] = [`${line} first`, `${line} second`];
      await says('ana', first, 'declare Token stolen sev:2');
      const name = /INC-\d+/.exec(seen(first)[0] ?? '')?.[0];
      await says('ana', second, `room join ${name}`);
      const shown = [seen(first), seen(second)];
      const late = { kind: 'refuses', code: 'rate_limited', retryAfterMs: 30_000 } as const;
      chats.slack.faults.push(late, late);
      await says('ana', first, 'sev 1', line);
      here.clock.forward(30_000);
      await chats.work();
      assert.deepEqual([seen(first), seen(second)], shown);
      const told = chats.slack.seenBy('ana', first).map((one) => wordsOf(one.reply));
      assert.match(told.join('\n'), /sev2 → sev1.*\n.*(?:Quiet|Made private)/);
      assert.deepEqual(await here.store.outgoing.backlog(), []);
    });
  }
});
