import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Store } from '../../store/store.ts';
import { bot } from '../bot.ts';
import type { Process } from '../chats.ts';
import { chatsOn, wordsOf } from '../chats.ts';

const rooms = 8;
const lines = 56;
/** From this one on nobody dies, so that lines are said in their order. */
const calm = 32;
/** After so many calls of its store a process dies; the one after these lives on. */
const livesCalls = [50, 80, 60];
/** One in so many sends is told to come back later; one in so many lines is heard twice. */
const refusedEvery = 20;
const repeatedEvery = 7;

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

describe('a storm in many rooms, with deaths, repeats and rate limits', () => {
  it('does every line once, and tells every room once and in order', async () => {
    const here = await bot();
    const chats = await chatsOn(here);
    const { slack } = chats;
    const person = (await here.person('ana')).id;
    const linkedAt = here.clock.now();
    await here.store.save({
      identities: [{ identity: 'slack:W1/ana', person, name: 'ana', linkedAt }],
    });
    for (let room = 0; room < rooms; room += 1) {
      await slack.says('ana', `room${room}`, `declare Storm ${room}`);
    }
    await chats.work();

    const begin = async (life: number): Promise<Process> => {
      const left = { calls: livesCalls[life] ?? Number.POSITIVE_INFINITY };
      const process = chats.process(`life ${life}`, (store) => mortal(store, left));
      await slack.start(process.hearing);
      return process;
    };
    let life = 0;
    let process = await begin(life);
    const anew = async () => {
      life += 1;
      process = await begin(life);
    };
    const say = async (from: number, to: number) => {
      for (let at = from; at < to; at += 1) {
        if (at % refusedEvery === 0) {
          slack.faults.push({ kind: 'refuses', code: 'rate_limited', retryAfterMs: 5_000 });
        }
        const event = slack.event('ana', `room${at % rooms}`, `log add line <${at}>`);
        // A chat says again what nobody acknowledged.
        while ((await slack.hear(event).catch(() => 'dead')) === 'dead') await anew();
        if (at % repeatedEvery === 0) await slack.hear(event).catch(() => 'dead');
      }
    };
    const settle = async () => {
      for (let turn = 0; turn < livesCalls.length + 4; turn += 1) {
        await process.work().catch(anew);
        here.clock.forward(61_000);
      }
    };
    await say(0, calm);
    await settle();
    assert.ok(life > 0, 'processes died');
    life = livesCalls.length - 1;
    await anew();
    await say(calm, lines);
    await settle();

    assert.deepEqual(await here.store.outgoing.backlog(), []);
    assert.equal(await here.store.heard.nextDue(), undefined);
    const noted: (string | undefined)[] = [];
    for (const incident of await here.store.incidents.list(person, { closed: false, limit: 99 })) {
      const events = await here.store.timeline.latest(incident.id, 1_000);
      noted.push(...events.filter(({ kind }) => kind === 'note_added').map(({ text }) => text));
    }
    const all = Array.from({ length: lines }, (_, at) => `line <${at}>`);
    assert.equal(noted.length, lines, 'no line was done twice');
    assert.deepEqual(new Set(noted), new Set(all), 'each line was done');
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
    }
  });
});
