import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import type { Chats } from '../testing/chats.ts';
import { chatsOn, wordsOf } from '../testing/chats.ts';

describe('an incident with a room on each surface', () => {
  let here: Bot;
  let chats: Chats;
  before(async () => {
    here = await bot();
    chats = await chatsOn(here);
    const linkedAt = here.clock.now();
    const link = async (identity: string, handle: string) => ({
      identity,
      person: (await here.person(handle)).id,
      name: handle,
      linkedAt,
    });
    await here.store.save({
      identities: [
        await link('slack:W1/ana', 'ana'),
        await link('slack:W1/bo', 'bo'),
        await link('discord:W1/cy', 'cy'),
      ],
    });
    await chats.slack.says('ana', 'war', 'declare Key leaked sev:2');
    await chats.work();
  });

  const last = (surface: 'slack' | 'discord', room: string) =>
    wordsOf(chats[surface].in(room).at(-1)?.reply);
  const incident = async () =>
    (await here.store.incidents.byName('INC-1', here.store.instance.operator)) ?? assert.fail();

  it('is joined by a second room, and what changes is told in both, once', async () => {
    const { slack, discord, work } = chats;
    await discord.says('cy', 'ops', 'room join INC-1');
    await work();
    assert.match(last('discord', 'ops'), /The room where this was said is about INC-1 from now on/);
    assert.match(last('slack', 'war'), /@cy: room join INC-1/);
    const counts = [slack.in('war').length, discord.in('ops').length];
    await slack.says('ana', 'war', 'sev 1');
    await work();
    assert.match(last('slack', 'war'), /sev2 → sev1/);
    assert.match(last('discord', 'ops'), /@ana: sev 1.*sev2 → sev1/);
    assert.deepEqual(
      [slack.in('war').length, discord.in('ops').length],
      counts.map((count) => count + 1),
    );
    await discord.says('cy', 'ops', 'room list');
    await work();
    assert.match(
      wordsOf(discord.seenBy('cy', 'ops').at(-1)?.reply),
      /discord:W1\/ops.*slack:W1\/war/,
    );
  });

  it('tells both what people do in a shell, and what Firebreak finds', async () => {
    await here.see('phase containment in:INC-1', 'ana');
    const { id } = await incident();
    await here.store.save({
      scopeAdds: [],
      events: [
        {
          chain: id,
          kind: 'came_back',
          actor: { kind: 'firebreak' },
          source: 'job',
          occurredAt: here.clock.now(),
          text: 'w7 is on again.',
        },
        {
          chain: id,
          kind: 'workflow_seen',
          actor: { kind: 'firebreak' },
          source: 'job',
          occurredAt: here.clock.now(),
          text: 'Nobody needs to hear this.',
        },
      ],
    });
    await chats.work();
    for (const [surface, room] of [
      ['slack', 'war'],
      ['discord', 'ops'],
    ] as const) {
      const said = chats[surface].in(room).map(({ reply }) => wordsOf(reply));
      assert.equal(
        said.filter((words) => /ANA: Phase analysis → containment/.test(words)).length,
        1,
      );
      assert.equal(said.filter((words) => /w7 is on again/.test(words)).length, 1);
      assert.ok(!said.some((words) => words.includes('Nobody needs')));
    }
  });

  it('tells a person their notices where they are linked', async () => {
    const { id } = await incident();
    const person = (await here.person('cy')).id;
    const notice = { id: randomUUID(), person, incident: id, at: here.clock.now(), urgent: true };
    await here.store.save({ notices: [{ ...notice, text: 'Your plan was overridden.' }] });
    await chats.work();
    assert.match(wordsOf(chats.discord.toldTo('cy')[0]?.reply), /Your plan was overridden/);
    assert.deepEqual(chats.slack.toldTo('cy'), []);
  });

  it('keeps its room when another one is declared there', async () => {
    const { slack, work } = chats;
    await slack.says('ana', 'war', 'declare The mailer sends spam');
    await work();
    assert.match(last('slack', 'war'), /This room stays about INC-1/);
    await slack.says('bo', 'war', 'status');
    await work();
    assert.match(wordsOf(slack.seenBy('bo', 'war').at(-1)?.reply), /INC-1 Key leaked/);
    await slack.says('bo', 'war', 'room join INC-2');
    await work();
    assert.match(wordsOf(slack.seenBy('bo', 'war').at(-1)?.reply), /about INC-1, which is open/);
  });

  it('posts nothing while it is quiet, but answers who asks', async () => {
    const { slack, discord, work } = chats;
    await slack.says('ana', 'war', 'quiet');
    await work();
    const counts = [slack.in('war').length, discord.in('ops').length, discord.toldTo('cy').length];
    await slack.says('ana', 'war', 'sev 2');
    await here.see('update all is well in:INC-1', 'ana');
    const { id } = await incident();
    const person = (await here.person('cy')).id;
    const notice = { id: randomUUID(), person, incident: id, at: here.clock.now(), urgent: true };
    await here.store.save({ notices: [{ ...notice, text: 'Psst.' }] });
    await work();
    assert.match(wordsOf(slack.seenBy('ana', 'war').at(-1)?.reply), /sev1 → sev2/);
    assert.deepEqual(
      [slack.in('war').length, discord.in('ops').length, discord.toldTo('cy').length],
      counts,
    );
    await slack.says('ana', 'war', 'quiet off');
    await work();
    assert.match(last('discord', 'ops'), /No longer quiet/);
  });

  it('shows buttons that act once in both rooms, and then say who pressed', async () => {
    const { slack, discord, work } = chats;
    await slack.says('ana', 'war', 'resolve rotated the key');
    await work();
    const card = slack.in('war').length - 1;
    await Promise.all([
      slack.presses('ana', 'war', 'reopen'),
      discord.presses('cy', 'ops', 'reopen'),
    ]);
    await work();
    const events = await here.store.timeline.latest((await incident()).id, 100);
    const reopened = events.filter(({ kind }) => kind === 'incident_reopened');
    assert.equal(reopened.length, 1);
    for (const used of [slack.in('war')[card], discord.in('ops').at(-2)]) {
      assert.deepEqual(used?.keys, {});
      assert.match(
        wordsOf(used?.reply),
        /@(?:ana|cy) pressed `reopen`\..*Resolved: rotated the key/,
      );
    }
    const refused = [slack.seenBy('ana', 'war').at(-1), discord.seenBy('cy', 'ops').at(-1)];
    assert.ok(
      refused.some((one) => /@(?:ana|cy) has pressed this already/.test(wordsOf(one?.reply))),
    );
  });

  it('leaves a button to others when it came to nothing', async () => {
    const { slack, discord, work } = chats;
    await slack.says('ana', 'war', 'resolve the key is dead');
    await work();
    await slack.presses('zoe', 'war', 'close');
    await work();
    assert.match(wordsOf(slack.seenBy('zoe', 'war').at(-1)?.reply), /account is linked/);
    await discord.presses('cy', 'ops', 'reopen');
    await work();
    assert.match(last('slack', 'war'), /@cy: reopen/);
  });

  it('is what its buttons are about, whatever their room is about since', async () => {
    const { slack, work } = chats;
    await slack.says('ana', 'second', 'declare Another thing');
    await slack.says('ana', 'second', 'resolve it was nothing');
    await work();
    const { keys } = slack.in('second').at(-1) ?? assert.fail();
    await slack.says('ana', 'second', 'room leave');
    await slack.says('ana', 'second', 'room join INC-2');
    await work();
    const key = keys['reopen'] ?? assert.fail();
    await slack.hear(slack.event('ana', 'second', '', { said: { kind: 'press', key } }));
    await work();
    assert.match(last('slack', 'second'), /Another thing/);
  });

  it('is left by a room, which is told nothing from then on', async () => {
    const { discord, work } = chats;
    await discord.says('cy', 'ops', 'room leave');
    await work();
    const count = discord.in('ops').length;
    await here.see('update nothing new in:INC-1', 'ana');
    await work();
    assert.equal(discord.in('ops').length, count);
    await discord.says('cy', 'ops', 'room leave');
    await work();
    assert.match(wordsOf(discord.seenBy('cy', 'ops').at(-1)?.reply), /about no incident/);
  });
});
