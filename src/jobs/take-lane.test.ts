import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { TestStore } from '../testing/store.ts';
import { openTestStore } from '../testing/store.ts';
import { until } from '../testing/until.ts';
import type { HeldLane } from './take-lane.ts';
import { laneMs, takeLane } from './take-lane.ts';

/** Time that passes when a test says so, for whoever waits. */
class Waits {
  #passes: (() => void) | undefined;

  readonly wait = (_ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const abandon = () => reject(new Error('stopped'));
      if (signal.aborted) return abandon();
      signal.addEventListener('abort', abandon, { once: true });
      this.#passes = resolve;
    });

  /** Lets the wait that is under way end. */
  async pass(): Promise<void> {
    await until('somebody waits', () => this.#passes !== undefined);
    const passes = this.#passes;
    this.#passes = undefined;
    passes?.();
  }
}

async function held(taking: Promise<HeldLane | undefined>): Promise<HeldLane> {
  return (await taking) ?? assert.fail('another one has it');
}

describe('a lane that is taken', () => {
  let opened: TestStore;
  before(async () => {
    opened = await openTestStore();
  });

  const taker = (by: string, given: { readonly isDown?: () => boolean } = {}) => {
    const { store, clock } = opened;
    const waits = new Waits();
    const failures: unknown[] = [];
    const { outgoing } = store;
    const taken: string[] = [];
    const take: typeof outgoing.take = async (lane, taking) => {
      if (given.isDown?.() === true) throw new Error('The database is away.');
      const isOurs = await outgoing.take(lane, taking);
      if (isOurs) taken.push(lane);
      return isOurs;
    };
    const context = {
      store: { outgoing: { ...outgoing, take } },
      by,
      now: clock.now,
      wait: waits.wait,
      onFailure: (error: unknown) => failures.push(error),
    };
    return { waits, failures, taken, take: (lane: string) => takeLane(context, lane) };
  };

  it('is kept while something is sent, however long that takes', async () => {
    const [one, two] = [taker('one'), taker('two')];
    const lane = await held(one.take('long'));
    for (let passed = 0; passed < 3 * laneMs; passed += laneMs / 10) {
      opened.clock.forward(laneMs / 10);
      const times = one.taken.length;
      await one.waits.pass();
      await until('it was taken again', () => one.taken.length > times);
      assert.equal(await two.take('long'), undefined, `after ${passed} ms`);
    }
    assert.equal(lane.lost.aborted, false);
    await lane.letGo();
    assert.deepEqual(one.failures, []);
  });

  it('is another one’s soon after its process died', async () => {
    const [dead, two] = [taker('dead'), taker('two')];
    await held(dead.take('dead'));
    opened.clock.forward(laneMs - 1);
    assert.equal(await two.take('dead'), undefined);
    opened.clock.forward(1);
    await (await held(two.take('dead'))).letGo();
  });

  it('is given up well before others may take it, where it cannot be kept', async () => {
    let isDown = false;
    const one = taker('one', { isDown: () => isDown });
    const lane = await held(one.take('cut off'));
    isDown = true;
    let passed = 0;
    for (; !lane.lost.aborted && passed < laneMs; passed += 2_000) {
      opened.clock.forward(2_000);
      await one.waits.pass();
      await until('it looked', () => lane.lost.aborted || one.failures.length > passed / 2_000);
    }
    assert.ok(lane.lost.aborted);
    assert.ok(passed <= laneMs / 2, `after ${passed} ms`);
    await lane.letGo();
  });

  it('is lost to whoever took it meanwhile', async () => {
    const [one, two] = [taker('one'), taker('two')];
    const lane = await held(one.take('lost'));
    opened.clock.forward(laneMs);
    const other = await held(two.take('lost'));
    assert.equal(await lane.isFresh(), false);
    assert.ok(lane.lost.aborted);
    assert.equal(other.lost.aborted, false);
    await Promise.all([lane.letGo(), other.letGo()]);
  });
});
