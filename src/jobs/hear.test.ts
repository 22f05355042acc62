import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { Mark } from '../domain/heard.ts';
import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import type { Chats } from '../testing/chats.ts';
import { chatsOn, wordsOf } from '../testing/chats.ts';
import { hearMs } from './hearing.ts';

describe('what is said in a chat', () => {
  let here: Bot;
  let chats: Chats;
  before(async () => {
    here = await bot();
    chats = await chatsOn(here);
    const now = here.clock.now();
    for (const handle of ['ana', 'cy']) {
      const person = (await here.person(handle)).id;
      await here.store.save({
        identities: [{ identity: `slack:W1/${handle}`, person, name: handle, linkedAt: now }],
      });
    }
  });

  it('is answered where it was said, and what changed is seen by the room', async () => {
    const { slack, work } = chats;
    await slack.says('ana', 'war-room', 'declare Stripe key leaked sev:2');
    await work();
    const [shown] = slack.in('war-room');
    assert.match(wordsOf(shown?.reply), /INC-1 Stripe key leaked/);
    assert.match(wordsOf(shown?.reply), /@ana: declare Stripe key leaked sev:2/);
    assert.equal(here.failures.length + chats.failures.length, 0);
  });

  it('is about the incident of its room', async () => {
    const { slack, work } = chats;
    await slack.says('cy', 'war-room', 'status');
    await work();
    assert.match(wordsOf(slack.seenBy('cy', 'war-room').at(-1)?.reply), /Stripe key leaked/);
  });

  it('is said once, however often it is heard', async () => {
    const { slack, work } = chats;
    const event = slack.event('ana', 'war-room', 'log add the CFO was told');
    const kept = await Promise.all([slack.hear(event), slack.hear(event)]);
    assert.deepEqual(kept.toSorted(), ['again', 'new']);
    await work();
    assert.equal(await slack.hear(event), 'again');
    await work();
    const notes = (await here.timeline()).filter(({ kind }) => kind === 'note_added');
    assert.equal(notes.length, 1);
    assert.equal(notes[0]?.source, 'slack');
  });

  it('may come from somebody whom nobody knows: they declare, look and write down', async () => {
    const { slack, work } = chats;
    await slack.says('zoe', 'lobby', 'declare The mailer sends spam');
    await work();
    assert.match(wordsOf(slack.in('lobby').at(-1)?.reply), /The mailer sends spam/);
    await slack.says('zoe', 'lobby', 'log add it began at nine');
    await slack.says('zoe', 'lobby', 'status');
    await slack.says('zoe', 'lobby', 'contain plan active:true');
    await work();
    assert.match(wordsOf(slack.in('lobby').at(-1)?.reply), /it began at nine/);
    const [status, refused] = slack.seenBy('zoe', 'lobby').map(({ reply }) => wordsOf(reply));
    assert.match(status ?? '', /The mailer sends spam/);
    assert.match(refused ?? '', /account is linked.*me link/);
    const met = (await here.timeline('instance')).filter(({ kind }) => kind === 'guest_met');
    assert.equal(met.length, 1);
  });

  it('may be pinned: then it is on the timeline as its author wrote it, when they did', async () => {
    const { slack, work } = chats;
    const at = new Date(here.clock.now().getTime() - 60 * 60_000);
    const message = {
      id: '171.1',
      author: 'Dana',
      text: 'I saw a beacon to evil.example',
      at: at.toISOString(),
      permalink: 'https://chat.example/171.1',
    };
    await slack.hear(slack.event('ana', 'war-room', '', { said: { kind: 'pinned', message } }));
    await slack.hear(slack.event('ana', 'war-room', '', { said: { kind: 'unpinned', message } }));
    await slack.hear(slack.event('ana', 'nowhere', '', { said: { kind: 'pinned', message } }));
    const other = { ...message, id: '170.9' };
    await slack.hear(
      slack.event('ana', 'war-room', '', { said: { kind: 'unpinned', message: other } }),
    );
    await work();
    const incident = await here.store.incidents.byName('INC-1', here.store.instance.operator);
    const events = await here.store.timeline.latest(incident?.id ?? assert.fail(), 2);
    assert.deepEqual(
      events.map(({ kind, occurredAt, text, data }) => [
        kind,
        occurredAt,
        text,
        data?.['permalink'],
      ]),
      [
        ['message_pinned', at, 'Dana wrote: I saw a beacon to evil.example', message.permalink],
        [
          'message_unpinned',
          here.clock.now(),
          'Taken off: Dana: I saw a beacon to evil.example',
          message.permalink,
        ],
      ],
    );
    assert.match(wordsOf(slack.seenBy('ana', 'nowhere')[0]?.reply), /about no incident/);
    const last = slack.seenBy('ana', 'war-room').at(-1);
    assert.match(wordsOf(last?.reply), /not on the timeline of INC-1/);
  });

  it('is marked once by each mark that is known, however often a chat tells of it', async () => {
    const { slack, work } = chats;
    const at = here.clock.now().toISOString();
    const message = { id: '173.1', author: 'Dana', text: 'It is the mailer', at };
    const mark = async (name: string, kind: 'pinned' | 'unpinned', by: Mark) => {
      await slack.hear(slack.event(name, 'war-room', '', { said: { kind, message, mark: by } }));
      await work();
      return wordsOf(slack.seenBy(name, 'war-room').at(-1)?.reply);
    };
    const incident = await here.store.incidents.byName('INC-1', here.store.instance.operator);
    const count = async () =>
      (await here.store.timeline.latest(incident?.id ?? assert.fail(), 1)).map(({ seq }) => seq);
    const [first = 0] = await count();
    await mark('ana', 'pinned', 'emoji:pushpin');
    assert.match(await mark('ana', 'pinned', 'emoji:pushpin'), /there already, as entry \d+\./);
    await mark('ana', 'pinned', 'emoji:eyes');
    await mark('zoe', 'pinned', 'emoji:pushpin');
    await mark('zoe', 'pinned', 'pin');
    assert.match(await mark('ana', 'pinned', 'pin'), /there already/);
    assert.deepEqual(await count(), [first + 4]);
    // Whoever takes the pin off need not be who put it there.
    await mark('ana', 'unpinned', 'pin');
    assert.match(await mark('zoe', 'unpinned', 'emoji:eyes'), /never written down.*stays/);
    await mark('zoe', 'unpinned', 'emoji:pushpin');
    await mark('ana', 'unpinned', 'emoji:eyes');
    await mark('ana', 'unpinned', 'emoji:pushpin');
    assert.deepEqual(await count(), [first + 8]);
    assert.match(await mark('ana', 'unpinned', 'emoji:pushpin'), /not on the timeline/);
  });

  it('is on the timeline once when several mark it, until the last takes it off', async () => {
    const { slack, work } = chats;
    const at = here.clock.now().toISOString();
    const message = { id: '172.2', author: 'Dana', text: 'The key is in a public repository', at };
    const told: string[] = [];
    const mark = async (name: string, kind: 'pinned' | 'unpinned', text = message.text) => {
      const said = { kind, message: { ...message, text } } as const;
      await slack.hear(slack.event(name, 'war-room', '', { said }));
      await work();
      told.push(wordsOf(slack.seenBy(name, 'war-room').at(-1)?.reply));
    };
    await mark('ana', 'pinned');
    await mark('zoe', 'pinned');
    await mark('zoe', 'unpinned');
    await mark('ana', 'pinned', 'The key is in a public repository, since May');
    await mark('ana', 'unpinned');
    await mark('ana', 'unpinned');
    await mark('ana', 'unpinned');
    const incident = await here.store.incidents.byName('INC-1', here.store.instance.operator);
    const events = await here.store.timeline.latest(incident?.id ?? assert.fail(), 6);
    const [first, , , second] = events.map(({ seq }) => seq);
    assert.deepEqual(
      events.map(({ text }) => text),
      [
        'Dana wrote: The key is in a public repository',
        `Marked once more: entry ${first}.`,
        `One mark was taken off entry ${first}; another one is left, so it stays on the timeline.`,
        'Dana wrote: The key is in a public repository, since May',
        `One mark was taken off entry ${second}; another one is left, so it stays on the timeline.`,
        'Taken off: Dana: The key is in a public repository',
      ],
    );
    assert.match(told[1] ?? '', new RegExp(`there already, as entry ${first};`));
    assert.match(told[2] ?? '', /Others marked it, too/);
    assert.match(told.at(-1) ?? '', /not on the timeline of INC-1/);
  });

  it('is answered late when the chat is down, which `status` tells elsewhere', async () => {
    const { slack, work } = chats;
    slack.faults.push({ kind: 'refuses', code: 'unavailable', retryAfterMs: 120_000 });
    await slack.says('ana', 'war-room', 'log add Slack is slow');
    await work();
    here.clock.forward(90_000);
    const { data } = await here.see('status in:INC-1');
    assert.match(JSON.stringify(data['gaps']), /slack is behind: one message has not arrived/);
    here.clock.forward(30_000);
    await work();
    assert.match(wordsOf(slack.in('war-room').at(-1)?.reply), /Slack is slow/);
    assert.doesNotMatch(JSON.stringify((await here.see('status in:INC-1')).data), /behind/);
  });

  it('may be pinned where its words cannot be read: that it was is written down, and whoever did is told', async () => {
    const { slack, work } = chats;
    const unread = 'Firebreak may not read it: the app lacks a scope.';
    const at = here.clock.now().toISOString();
    const message = { id: 'C1/9.9', author: 'somebody', text: '', at, unread };
    await slack.hear(slack.event('ana', 'war-room', '', { said: { kind: 'pinned', message } }));
    await work();
    const told = wordsOf(slack.seenBy('ana', 'war-room').at(-1)?.reply);
    assert.match(told, /words are not on the timeline.*lacks a scope.*Add to timeline/s);
    const incident = await here.store.incidents.byName('INC-1', here.store.instance.operator);
    const [entry] = await here.store.timeline.latest(incident?.id ?? assert.fail(), 1);
    assert.equal(entry?.text, `A message. ${unread}`);
  });

  it('is refused from strangers, guests and bots and in direct talk, and told once an hour', async () => {
    const { slack, work } = chats;
    const from = async (standing: 'stranger' | 'restricted' | 'unplaced' | 'bot') => {
      const speaker = { id: `slack:W2/${standing}`, name: 'X', standing } as const;
      await slack.hear(slack.event(standing, 'war-room', 'declare nonsense', { speaker }));
      await work();
    };
    const answers = slack.shown.length;
    await from('stranger');
    await from('stranger');
    await from('restricted');
    await from('bot');
    await from('unplaced');
    await slack.hear(slack.event('ana', 'dm', 'status', { isDirect: true }));
    await work();
    const told = slack.shown.slice(answers).map(({ place, reply }) => [place, wordsOf(reply)]);
    assert.deepEqual(
      told.map(([place]) => place),
      [
        'slack:W1/war-room → slack:W2/stranger',
        'slack:W1/war-room → slack:W2/stranger',
        'slack:W1/war-room → slack:W2/restricted',
        'slack:W1/war-room → slack:W2/unplaced',
        'slack:W1/dm → slack:W1/ana',
      ],
    );
    const events = async () =>
      (await here.timeline('instance'))
        .filter(({ kind }) => kind === 'chat_refused')
        .map(({ data }) => data?.['reason']);
    assert.deepEqual(await events(), ['stranger', 'restricted', 'bot']);
    here.clock.forward(60 * 60_000 + 1);
    await from('stranger');
    assert.deepEqual(await events(), ['stranger', 'restricted', 'bot', 'stranger']);
  });

  it('is not said to Firebreak by a bot that pins: nothing is written down, and nobody alarmed', async () => {
    const { slack, work } = chats;
    const at = here.clock.now().toISOString();
    const message = { id: '175.1', author: 'Dana', text: 'Look here', at };
    const speaker = { id: 'slack:W1/pinner', name: 'X', standing: 'bot' } as const;
    const counts = async () => [
      (await here.timeline('instance')).length,
      (await here.timeline()).length,
      slack.shown.length,
    ];
    const first = await counts();
    for (const kind of ['pinned', 'unpinned'] as const) {
      const said = { kind, message, mark: 'pin' } as const;
      await slack.hear(slack.event('pinner', 'war-room', '', { speaker, said }));
    }
    await work();
    assert.deepEqual(await counts(), first);
  });

  it('may be pressed between two, where Firebreak put it; whoever is placed nowhere is told where', async () => {
    const { slack, work } = chats;
    const presses = async (key: string, standing: 'member' | 'unplaced' | 'stranger') => {
      const speaker = { id: 'slack:W1/ana', name: 'ana', standing } as const;
      const said = { kind: 'press', key } as const;
      await slack.hear(slack.event('ana', 'dm', '', { isDirect: true, speaker, said }));
      await work();
      return wordsOf(slack.seenBy('ana', 'dm').at(-1)?.reply);
    };
    const { id: incident } =
      (await here.store.incidents.byName('INC-1', here.store.instance.operator)) ?? assert.fail();
    const person = (await here.person('ana')).id;
    const at = here.clock.now();
    const notice = { id: randomUUID(), person, incident, at, urgent: true, text: 'Look at this.' };
    await here.store.save({ notices: [notice] });
    await work();
    const { keys } = slack.toldTo('ana').at(-1) ?? assert.fail();
    const key = keys['status INC-1'] ?? assert.fail('nothing can be pressed there');
    assert.match(await presses(key, 'unplaced'), /cannot tell whether you are a member.*`me` in a/);
    assert.match(await presses(key, 'stranger'), /from another one/);
    assert.match(await presses(key, 'member'), /INC-1 Stripe key leaked/);
    assert.match(await presses('gone', 'member'), /not known any more.*`me` in a room/);
    here.clock.forward(25 * 60 * 60_000);
    assert.match(await presses(key, 'member'), /button has expired.*`me` in a room/);
  });

  it('is stored without the secrets in it, and warned of where it was said', async () => {
    const { slack, work } = chats;
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
    const line = `log add the key was ${secret}`;
    const dead = chats.process('dead', (store) => ({
      ...store,
      save: () => Promise.reject(new Error('The process died.')),
    }));
    await dead.hearing.hear(slack.event('ana', 'war-room', line));
    await dead.hearing.settled();
    here.clock.forward(hearMs);
    const now = here.clock.now();
    const [kept] = await here.store.heard.takeUp({ by: 'look', now, until: now }, 9);
    assert.ok(kept?.heard.said.kind === 'line');
    assert.match(kept.heard.said.line, /^log add the key was ‹redacted/);
    await slack.says('ana', 'war-room', line);
    await work();
    const shown = JSON.stringify(slack.shown);
    assert.ok(!shown.includes(secret));
    assert.match(shown, /A secret was taken out/);
    chats.failures.splice(0);
  });
});
