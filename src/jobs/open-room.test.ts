import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';

import type { NewRoom, OpenedRoom, OpensRooms } from '../chat/chat.ts';
import { liveCardOf } from '../domain/outgoing.ts';
import { PlatformError, StaleError } from '../errors.ts';
import type { JobData } from '../store/store.ts';
import type { Bot } from '../testing/bot.ts';
import { bot } from '../testing/bot.ts';
import { wordsOf } from '../testing/chats.ts';
import { NeutralSurface } from '../testing/neutral-surface.ts';
import { untilAborted } from '../testing/until.ts';
import { makeDelivery } from './deliver.ts';
import { furnishAnew, makeRoomWatch } from './furnish.ts';
import { makeHearing } from './hear.ts';
import { makeLiveCards } from './live-card.ts';
import { openRoom } from './open-room.ts';
import type { OpenRoomContext } from './open-room.ts';

/** A surface that makes a room for an incident once, however often it is asked. */
class OpeningSurface extends NeutralSurface implements OpensRooms {
  readonly isOpeningRooms = true;
  readonly made: NewRoom[] = [];
  /** What the next calls are refused with. */
  readonly refusals: PlatformError[] = [];
  missing: readonly string[] = [];

  async openRoom(asked: NewRoom): Promise<OpenedRoom> {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
    if (!this.made.some(({ incident }) => incident.id === asked.incident.id)) this.made.push(asked);
    const name = asked.incident.name.toLowerCase();
    return { room: `slack:W1/${name}`, name: `#${name}` };
  }

  readonly furnished: NewRoom[] = [];

  async furnish(_room: string, asked: NewRoom): Promise<readonly string[]> {
    this.furnished.push(asked);
    return this.missing;
  }
}

const onFailure = () => undefined;
const dying = () => Promise.reject(new StaleError('The process'));
const never = new AbortController().signal;

describe('a room of an incident’s own', () => {
  let here: Bot;
  let slack: OpeningSurface;
  let context: OpenRoomContext;
  let work: () => Promise<void>;
  let live: () => Promise<void>;
  before(async () => {
    here = await bot();
    const linkedAt = here.clock.now();
    const link = async (name: string) => ({
      identity: `slack:W1/${name}`,
      person: (await here.person(name)).id,
      name,
      linkedAt,
    });
    await here.store.save({ identities: [await link('ana'), await link('cy'), await link('bo')] });
    slack = new OpeningSurface('slack');
    const { store, clock, dispatch } = here;
    const common = { store, now: clock.now, by: 'here', wait: untilAborted, onFailure };
    const surfaces = new Map([['slack' as const, slack]]);
    const delivery = makeDelivery({ ...common, surfaces });
    const hearing = makeHearing({
      ...common,
      dispatch,
      complete: () => Promise.resolve([]),
      known: () => Promise.resolve({}),
      redact: (text) => text,
      opensRooms: () => true,
      deliver: delivery.sweep,
      newId: randomUUID,
      newNonce: randomUUID,
    });
    await slack.start(hearing);
    work = async () => {
      await hearing.settled();
      await delivery.sweep();
      await delivery.settled();
    };
    const making = () => ({ now: clock.now(), newId: randomUUID, newKey: randomUUID });
    context = { store, dispatch, making, surfaces, deliver: work, onFailure };
    live = makeLiveCards(context);
  });

  /** What `hear` asked for, as a worker gets it. */
  async function declared(room: string, line: string): Promise<JobData<'room'>> {
    await slack.says('ana', room, line);
    await work();
    const { id: person } = await here.person('ana');
    const incident = (await here.store.incidents.inRoom(`slack:W1/${room}`, person))?.id ?? '';
    assert.equal((await here.store.jobs.state('room', incident))?.state, 'waiting');
    const told = { kind: 'answer', room: `slack:W1/${room}`, asker: 'slack:W1/ana' } as const;
    const data = { incident, surface: 'slack', heard: `slack:declared-${room}` } as const;
    return { ...data, told: { ...told, forAsker: line.endsWith('private') } };
  }

  const kindsOf = async ({ incident }: { readonly incident: string }) =>
    (await here.store.timeline.latest(incident, 100)).map(({ kind }) => kind);
  const said = (room: string) => slack.in(room).map(({ reply }) => wordsOf(reply));

  it('has its card, is told where it was declared, and asks in who must be there', async () => {
    const data = await declared('one', 'declare Key leaked sev:2');
    await openRoom(context, data, never);
    const incident = await here.store.incidents.forFirebreak(data.incident);
    const name = incident?.name.toLowerCase() ?? '';
    assert.match(said('one').at(-1) ?? '', new RegExp(`a room of its own now: #${name}`));
    assert.match(said(name).join(), /Key leaked/);
    assert.deepEqual(slack.made.at(-1)?.people, ['slack:W1/ana', 'slack:W1/cy']);
    assert.deepEqual(await here.store.incidents.roomsOf(data.incident), [
      `slack:W1/${name}`,
      'slack:W1/one',
    ]);

    here.clock.forward(60_000);
    await here.see('sev 1', 'ana');
    await live();
    await work();
    const [card] = slack.in(name).filter(({ edits }) => edits > 0);
    assert.match(
      wordsOf(card?.reply),
      /sev1.*As of 2026-11-22 03:\d\d:\d\d UTC; ages count from then/s,
    );
  });

  it('keeps its card while the incident goes on, however long nothing changed', async () => {
    const data = await declared('long', 'declare A slow one sev:3');
    await openRoom(context, data, never);
    await work();
    const { store, clock } = here;
    const cards = async () => {
      const { incident } = data;
      const all = await store.outgoing.liveCards(clock.now());
      return all.filter((card) => card.incident === incident).length;
    };
    clock.forward(7 * 24 * 60 * 60_000);
    await store.heard.forget(clock.now());
    assert.equal(await cards(), 1);
    const name = (await store.incidents.forFirebreak(data.incident))?.name ?? '';
    await here.see(`resolve it is over in:${name}`, 'ana');
    await here.see(`close in:${name}`, 'ana');
    assert.equal(await cards(), 1);
    clock.forward(7 * 24 * 60 * 60_000);
    await store.heard.forget(clock.now());
    assert.deepEqual(await store.outgoing.onCard(liveCardOf(data.incident)), []);
  });

  it('whose card cannot be made keeps no other card from being shown', async () => {
    const [first, second] = [
      await declared('seven', 'declare First of two sev:3'),
      await declared('eight', 'declare Second of two sev:3'),
    ];
    for (const data of [first, second]) await openRoom(context, data, never);
    const failures: unknown[] = [];
    const asked: unknown[] = [];
    const show = makeLiveCards({
      ...context,
      onFailure: (error) => failures.push(error),
      dispatch: async (caller, line) => {
        asked.push(caller.incident);
        if (caller.incident === first.incident) throw new Error('A bug.');
        return here.dispatch(caller, line);
      },
    });
    await show();
    assert.equal(failures.length, 1);
    assert.ok(asked.includes(second.incident) && asked.includes(first.incident));
  });

  it('is opened once, whoever dies meanwhile', async () => {
    const data = await declared('two', 'declare Token in a log sev:3');
    await assert.rejects(
      openRoom({ ...context, store: { ...here.store, save: dying } }, data, never),
      StaleError,
    );
    await openRoom(context, data, never);
    await openRoom(context, data, never);
    const made = slack.made.filter(({ incident }) => incident.id === data.incident);
    assert.equal(made.length, 1);
    assert.equal((await kindsOf(data)).filter((kind) => kind === 'room_opened').length, 1);
    assert.equal(said('two').filter((text) => text.includes('a room of its own')).length, 1);
  });

  it('is done without when it is refused, or does not come for long; that is told', async () => {
    const data = await declared('three', 'declare Strange login sev:3');
    const refusal = new PlatformError('slack', 'refused', 'It was not granted.');
    slack.refusals.push(refusal);
    await openRoom(context, data, never);
    assert.match(said('three').at(-1) ?? '', /No room .*It was not granted\..*goes on here/);
    assert.ok((await kindsOf(data)).includes('room_not_opened'));
    assert.deepEqual(await here.store.incidents.roomsOf(data.incident), ['slack:W1/three']);

    const later = await declared('four', 'declare Strange logout sev:3');
    const away = new PlatformError('slack', 'unreachable', 'Slack cannot be reached.');
    slack.refusals.push(away, away);
    await assert.rejects(openRoom(context, later, never), away);
    assert.equal((await kindsOf(later)).includes('room_not_opened'), false);
    here.clock.forward(16 * 60_000);
    await openRoom(context, later, never);
    assert.match(said('four').at(-1) ?? '', /cannot be reached/);
  });

  it('follows what changes: who got a role is asked in, and how it stands is above it', async () => {
    const data = await declared('nine', 'declare Slow leak sev:3');
    await openRoom(context, data, never);
    const { name = '' } = (await here.store.incidents.forFirebreak(data.incident)) ?? {};
    const room = `slack:W1/${name.toLowerCase()}`;
    const look = async () => {
      here.clock.forward(6_000);
      await makeRoomWatch({ store: here.store, now: here.clock.now })();
      const found = await here.store.incidents.forFirebreak(data.incident);
      const state = await here.store.jobs.state('furnish', `${room}@${found?.revision}`);
      assert.equal(state?.state, 'waiting');
    };
    await look();
    await here.see(`role assign scribe @bo in:${name}`, 'ana');
    await here.see(`sev 1 in:${name}`, 'ana');
    await look();
    await furnishAnew(context, { incident: data.incident, room }, never);
    const last = slack.furnished.at(-1);
    assert.equal(last?.incident.severity, 'sev1');
    assert.deepEqual([...last.people].toSorted(), ['slack:W1/ana', 'slack:W1/bo']);

    slack.missing = ['1 of those who should be there must be let in.'];
    for (let times = 0; times < 2; times += 1) {
      await furnishAnew(context, { incident: data.incident, room }, never);
    }
    const told = () => said(name.toLowerCase()).filter((text) => /must be let in/.test(text));
    assert.equal(told().length, 1);
    slack.missing = [];

    const count = slack.furnished.length;
    await here.see(`quiet on in:${name}`, 'ana');
    await furnishAnew(context, { incident: data.incident, room }, never);
    assert.equal(slack.furnished.length, count, 'a quiet incident changes nothing in a chat');
  });

  it('says what is missing in it', async () => {
    const data = await declared('five', 'declare Odd webhook sev:3');
    slack.missing = ['1 of those who should be there could not be asked in.'];
    await openRoom(context, data, never);
    assert.match(said('five').at(-1) ?? '', /1 of those who should be there/);
  });

  it('shows nothing any more once its incident is private, until it is not', async () => {
    const data = await declared('ten', 'declare Clerk steals sev:3');
    await openRoom(context, data, never);
    const { name = '' } = (await here.store.incidents.forFirebreak(data.incident)) ?? {};
    const card = () => wordsOf(slack.in(name.toLowerCase())[0]?.reply);
    assert.match(card(), /Clerk steals/);

    await here.see(`private on in:${name}`, 'ana');
    await work();
    assert.match(card(), /This incident is private now\./);
    assert.doesNotMatch(card(), /Clerk|sev3/);
    await here.see(`sev 2 in:${name}`, 'ana');
    const edits = () => slack.in(name.toLowerCase())[0]?.edits;
    const rewritten = edits();
    here.clock.forward(6_000);
    await live();
    await work();
    assert.equal(edits(), rewritten, 'said once');

    await here.see(`private off in:${name}`, 'ana');
    here.clock.forward(6_000);
    await live();
    await work();
    assert.match(card(), /Clerk steals/);
  });

  it('of a private incident is told to its declarer alone, and shows nothing', async () => {
    const data = await declared('six', 'declare Insider sev:2 private');
    await openRoom(context, data, never);
    const incident = await here.store.incidents.forFirebreak(data.incident);
    const words = said(incident?.name.toLowerCase() ?? '').join();
    assert.match(words, /It is private/);
    assert.doesNotMatch(words, /Insider/);
    assert.deepEqual(slack.made.at(-1)?.people, ['slack:W1/ana']);
    assert.equal(said('six').length, 0);
    const alone = slack.seenBy('ana', 'six').map(({ reply }) => wordsOf(reply));
    assert.match(alone.join(), /has a room of its own now/);
    const cards = await here.store.outgoing.liveCards(here.clock.now());
    assert.equal(
      cards.some((card) => card.incident === data.incident),
      false,
    );
  });
});
