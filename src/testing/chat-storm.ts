import assert from 'node:assert/strict';

import type { Store } from '../store/store.ts';
import { bot } from './bot.ts';
import type { Chats, Process } from './chats.ts';
import { chatsOn, wordsOf } from './chats.ts';

/** How many lines come from how many rooms, and how often something goes wrong meanwhile. */
export type Storm = {
  readonly rooms: number;
  readonly lines: number;
  /** After so many calls of its store a process dies, one after the other; the last one lives on. */
  readonly livesCalls: readonly number[];
  /** From this line on nobody dies, so that lines are said in their order. */
  readonly calm: number;
  /** So many come before anything of them is carried out. */
  readonly together: number;
};

/** What a storm left behind, counted. */
export type AfterStorm = {
  readonly deaths: number;
  readonly repeats: number;
  readonly refusals: number;
  readonly sends: number;
  /** Lines that were carried out by a process that died before it could say what came of them. */
  readonly doneUnseen: number;
};

/** One in so many sends is told to come back later; one in so many lines is heard twice. */
const refusedEvery = 20;
const repeatedEvery = 7;

/**
 * Tells a storm of lines in many rooms, with deaths, repeats and rate limits.
 *
 * @throws AssertionError when a line is lost or done twice, or a room is not told once and in order
 */
export async function tellStorm(storm: Storm): Promise<AfterStorm> {
  const here = await bot();
  const chats = await chatsOn(here);
  const { slack } = chats;
  const person = (await here.person('ana')).id;
  const linkedAt = here.clock.now();
  await here.store.save({
    identities: [{ identity: 'slack:W1/ana', person, name: 'ana', linkedAt }],
  });
  for (let room = 0; room < storm.rooms; room += 1) {
    await slack.says('ana', `room${room}`, `declare Storm ${room}`);
  }
  await chats.work();
  const told = await rage(storm, { ...here, chats });

  assert.deepEqual(await here.store.outgoing.backlog(), []);
  assert.equal(await here.store.heard.nextDue(), undefined);
  const noted: (string | undefined)[] = [];
  for (let room = 0; room < storm.rooms; room += 1) {
    const incident = await here.store.incidents.byName(`INC-${room + 1}`, person);
    assert.ok(incident);
    const events = await here.store.timeline.latest(incident.id, storm.lines);
    noted.push(...events.filter(({ kind }) => kind === 'note_added').map(({ text }) => text));
  }
  const all = Array.from({ length: storm.lines }, (_, at) => `line <${at}>`);
  assert.equal(noted.length, storm.lines, 'no line was done twice');
  assert.deepEqual(new Set(noted), new Set(all), 'each line was done');
  return { ...told, sends: slack.tries.length, doneUnseen: answeredInOrder(storm, chats) };
}

async function rage(
  { rooms, lines, livesCalls, calm, together }: Storm,
  { chats, clock }: { readonly chats: Chats } & Pick<Awaited<ReturnType<typeof bot>>, 'clock'>,
): Promise<Pick<AfterStorm, 'deaths' | 'repeats' | 'refusals'>> {
  const { slack } = chats;
  const counted = { deaths: 0, repeats: 0, refusals: 0 };
  let life = 0;
  const begin = async (): Promise<Process> => {
    const left = { calls: livesCalls[life] ?? Number.POSITIVE_INFINITY };
    const process = chats.process(`life ${life}`, (store) => mortal(store, left));
    await slack.start(process.hearing);
    return process;
  };
  let process = await begin();
  const anew = async () => {
    life += 1;
    counted.deaths += 1;
    process = await begin();
  };
  const say = async (at: number) => {
    if (at % refusedEvery === 0) {
      counted.refusals += 1;
      slack.faults.push({ kind: 'refuses', code: 'rate_limited', retryAfterMs: 5_000 });
    }
    const event = slack.event('ana', `room${at % rooms}`, `log add line <${at}>`);
    // A chat says again what nobody acknowledged.
    while ((await slack.hear(event).catch(() => 'dead')) === 'dead') await anew();
    if (at % repeatedEvery > 0) return;
    counted.repeats += 1;
    await slack.hear(event).catch(() => 'dead');
  };
  const settle = async () => {
    for (let turn = 0; turn < livesCalls.length + 4; turn += 1) {
      await process.work().catch(anew);
      clock.forward(61_000);
    }
  };
  for (let at = 0; at < lines; at += 1) {
    if (at === calm) {
      await settle();
      assert.ok(life > 0, 'processes died');
      if (life < livesCalls.length) {
        life = livesCalls.length - 1;
        await anew();
      }
    }
    await say(at);
    if ((at + 1) % together > 0) continue;
    await process.work().catch(anew);
    clock.forward(6_000);
  }
  await settle();
  return counted;
}

/** @returns how many lines were done by a process that died before it answered them */
function answeredInOrder({ rooms, lines, calm }: Storm, { slack }: Chats): number {
  let unseen = 0;
  for (let room = 0; room < rooms; room += 1) {
    const said = slack.in(`room${room}`).map(({ reply }) => wordsOf(reply));
    const stored = said.filter((words) => words.includes('It was stored')).length;
    const numbers = said.flatMap((words) => /: line <(\d+)>/.exec(words)?.[1] ?? []).map(Number);
    assert.equal(new Set(numbers).size, numbers.length, 'none came twice');
    assert.equal(numbers.length + stored, lines / rooms, 'each line was answered');
    const latest = numbers.filter((at) => at >= calm);
    assert.deepEqual(
      latest,
      latest.toSorted((a, b) => a - b),
      'in order',
    );
    unseen += stored;
  }
  return unseen;
}

/** A store whose process can die: from then on it reaches nothing. */
function mortal(store: Store, left: { calls: number }): Store {
  const isDead = (): boolean => {
    left.calls -= 1;
    return left.calls < 0;
  };
  const alive = <T extends object>(noun: T): T =>
    new Proxy(noun, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (isDead()) return Promise.reject(new Error('This process is dead.'));
          return Reflect.apply(value, target, args);
        };
      },
    });
  const { heard, outgoing, buttons, identities } = store;
  return {
    ...store,
    save: (change) => alive(store).save(change),
    heard: alive(heard),
    outgoing: alive(outgoing),
    buttons: alive(buttons),
    identities: alive(identities),
  };
}
