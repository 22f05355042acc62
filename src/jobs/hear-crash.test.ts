import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Heard } from '../domain/heard.ts';
import type { Change } from '../store/store.ts';
import type { Chats } from '../testing/chats.ts';
import { chatsOn, wordsOf } from '../testing/chats.ts';
import { aFact } from '../testing/containment.ts';
import type { EstateBot } from '../testing/estate-bot.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { hearMs } from './hearing.ts';
import { laneMs } from './take-lane.ts';

/** Where a process dies: at the change of which this is true, before or after it is stored. */
type Death = { readonly at: (change: Change) => boolean; readonly stored: boolean };

const marks = (as: 'acted' | 'answered') => (change: Change) =>
  change.heardMarks?.some((mark) => mark.as === as) ?? false;

const deaths: Readonly<Record<string, Death>> = {
  'before it did anything': { at: () => true, stored: false },
  'before it stored what the line does': { at: marks('acted'), stored: false },
  'after it stored what the line does': { at: marks('acted'), stored: true },
  'before it stored the answer': { at: marks('answered'), stored: false },
  'after it stored the answer': { at: marks('answered'), stored: true },
};

describe('a line in a chat is said once and answered once when a process dies', () => {
  let here: EstateBot;
  let chats: Chats;
  before(async () => {
    here = await estateBot((toy) => {
      for (let number = 1; number <= 20; number += 1) {
        const facts = [aFact('credential', `key-${number}`, { label: `Key ${number}` })];
        toy.add(`a${number}`, { facts });
      }
    });
    chats = await chatsOn(here);
    const linkedAt = here.clock.now();
    for (const name of ['ana', 'bo']) {
      const { id: person } = await here.person(name);
      await here.store.save({
        identities: [
          { identity: `slack:W1/${name}`, person, name, linkedAt },
          { identity: `discord:W1/${name}`, person, name, linkedAt },
        ],
      });
    }
    await chats.slack.says('ana', 'war', 'declare Key leaked');
    await chats.work();
  });

  /** Its process dies, and the next one takes the line up, which the chat has sent once more. */
  async function sayDying(death: Death, who: string, line: string): Promise<Heard> {
    dead += 1;
    let isDead = false;
    const dying = chats.process(`dying ${dead}`, (store) => ({
      ...store,
      save: async (change) => {
        if (isDead) throw new Error('This process is dead.');
        isDead = death.at(change);
        if (isDead && !death.stored) throw new Error('The process died.');
        const saved = await store.save(change);
        if (isDead) throw new Error('The process died.');
        return saved;
      },
    }));
    const event = chats.slack.event(who, 'war', line);
    assert.equal(await dying.hearing.hear(event), 'new');
    await dying.hearing.settled();
    assert.ok(isDead, 'it died');
    assert.equal(await chats.slack.hear(event), 'again');
    await chats.work();
    here.clock.forward(Math.max(hearMs, laneMs));
    await chats.work();
    await chats.work();
    return event;
  }

  let dead = 0;
  let lines = 0;
  for (const [when, death] of Object.entries(deaths)) {
    it(when, async () => {
      lines += 1;
      const text = `note number ${lines}`;
      const shown = chats.slack.shown.length;
      const event = await sayDying(death, 'ana', `log add ${text}`);
      const notes = (await here.timeline()).filter((one) => one.text?.includes(text));
      assert.equal(notes.length, 1, 'done once');
      const answers = chats.slack.shown.slice(shown).map(({ reply }) => wordsOf(reply));
      assert.equal(answers.length, 1, 'answered once');
      assert.match(answers[0] ?? '', new RegExp(text));
      assert.equal(await chats.slack.hear(event), 'again');
    });
  }

  let revoked = 0;
  for (const [when, death] of Object.entries(deaths)) {
    it(`and a credential is revoked by hand once, and confirmed once by another: ${when}`, async () => {
      revoked += 1;
      const ref = `c${revoked}`;
      await sayDying(death, 'ana', `cred revoke ${ref}`);
      await sayDying(death, 'ana', `cred done ${ref} rolled it`);
      // Whoever takes a line up, the one who said it stays the same person.
      await chats.slack.says('ana', 'war', `cred confirm ${ref} it is dead`);
      await chats.work();
      await sayDying(death, 'bo', `cred confirm ${ref} the old one is refused`);
      const told = (await here.timeline()).filter(({ data }) => data?.['ref'] === ref);
      assert.deepEqual(
        told.map(({ kind }) => kind),
        ['revocation_by_hand_required', 'revoked_by_hand', 'revocation_confirmed_by_hand'],
      );
      const [first] = told;
      const records = await here.store.revocations.ofIncident(first?.chain ?? '');
      const [record, ...more] = records.filter((one) => one.ref === ref);
      assert.deepEqual(more, []);
      assert.equal(record?.doneByHand?.by, (await here.person('ana')).id);
      assert.equal(record?.confirmedByHand?.by, (await here.person('bo')).id);
    });
  }

  it('and not by the slow one when somebody else has taken it up meanwhile', async () => {
    const text = 'a note that two would write';
    const { promise: pause, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: reached, resolve: isThere } = Promise.withResolvers<void>();
    const slow = chats.process('slow', (store) => ({
      ...store,
      save: async (change) => {
        if (marks('acted')(change)) {
          isThere();
          await pause;
        }
        return store.save(change);
      },
    }));
    await slow.hearing.hear(chats.slack.event('ana', 'war', `log add ${text}`));
    await reached;
    here.clock.forward(hearMs);
    await chats.work();
    goOn();
    await slow.hearing.settled();
    await chats.work();
    assert.equal((await here.timeline()).filter((one) => one.text?.includes(text)).length, 1);
    const answers = chats.slack.in('war').filter(({ reply }) => wordsOf(reply).includes(text));
    assert.equal(answers.length, 1);
  });

  it('and a button that acted before its process died does not act again', async () => {
    const { slack, work } = chats;
    await slack.says('ana', 'war', 'resolve the key is dead');
    await work();
    const { id, keys } = slack.in('war').at(-1) ?? assert.fail();
    const said = { kind: 'press', key: keys['reopen'] ?? assert.fail() } as const;
    const dying = chats.process('dying with a button', (store) => ({
      ...store,
      save: (change) =>
        marks('answered')(change) ? Promise.reject(new Error('It died.')) : store.save(change),
    }));
    await dying.hearing.hear(slack.event('ana', 'war', '', { said }));
    await dying.hearing.settled();
    here.clock.forward(hearMs);
    await work();
    const used = slack.in('war').find((one) => one.id === id);
    assert.deepEqual(used?.keys, {});
    assert.match(wordsOf(used?.reply), /@ana pressed `reopen`/);
    await slack.says('ana', 'war', 'resolve it is really dead');
    await slack.hear(slack.event('ana', 'war', '', { said }));
    await work();
    assert.match(
      wordsOf(slack.seenBy('ana', 'war').at(-1)?.reply),
      /@ana has pressed this already/,
    );
    const told = slack
      .in('war')
      .filter(({ reply }) => /reopen.*It was stored|It was stored.*reopen/i.test(wordsOf(reply)));
    assert.equal(told.length, 1);
  });

  it('and all its rooms are told, with what others may say to the plan that it made', async () => {
    const { slack, discord, work } = chats;
    await slack.says('ana', 'both', 'declare Workflows run wild');
    await work();
    await discord.says('ana', 'elsewhere', 'room join INC-2');
    await work();
    const dying = chats.process('dying with a plan', (store) => ({
      ...store,
      save: (change) =>
        marks('answered')(change) ? Promise.reject(new Error('It died.')) : store.save(change),
    }));
    await dying.hearing.hear(slack.event('ana', 'both', 'contain plan active:true'));
    await dying.hearing.settled();
    here.clock.forward(hearMs);
    await work();
    for (const one of [slack.in('both').at(-1), discord.in('elsewhere').at(-1)]) {
      assert.match(wordsOf(one?.reply), /It was stored.*@ana: contain plan.*P-1/);
      assert.ok(one?.keys['contain approve P-1']);
    }
  });
});
