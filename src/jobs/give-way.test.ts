import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import type { GiveWay } from '../platforms/platform.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { givingWay } from './give-way.ts';

const never = new AbortController().signal;

/** An engine of three workflows; nobody has asked it for anything. */
function three(): Promise<Engine> {
  return anEngine({ workflows: (toy) => ['a', 'b', 'c'].forEach((id) => void toy.add(id)) });
}

/** Looks, giving way; `waits` is told of each wait, with its number. */
async function lookAt(
  { store, clock }: Engine,
  plan: Plan,
  look: (giveWay: GiveWay) => Promise<void>,
  waits: (number: number) => Promise<void> | void,
): Promise<number> {
  let count = 0;
  const wait = async (ms: number) => {
    clock.forward(ms);
    count += 1;
    await waits(count);
  };
  const [{ id: connection } = { id: '' }] = plan.connections;
  await givingWay({ store, now: clock.now, wait }, connection, look, never);
  return count;
}

async function putInto(state: Plan['state'], { store }: Engine, { id }: Plan): Promise<void> {
  const plan = await store.plans.byId(id);
  assert.ok(plan);
  await store.save({ plans: [{ ...plan, state }] });
}

function oneCall(giveWay: GiveWay): Promise<void> {
  return giveWay();
}

function noWait(): never {
  assert.fail('It waited.');
}

describe('a look that gives way', () => {
  it('begins once no plan has anything left to ask for there', async () => {
    const engine = await three();
    const plan = await engine.planned();
    const states: string[] = [];
    const waits = await lookAt(
      engine,
      plan,
      async (giveWay) => {
        await giveWay();
        states.push(...(await engine.states(plan)));
      },
      async (number) => {
        if (number === 2) await engine.drive(plan);
      },
    );
    assert.equal(waits, 2);
    assert.equal(states.length, 6);
    assert.deepEqual([...new Set(states.map((one) => one.replace(/.*: /, '')))], ['verified']);
  });

  it('ends at its next call when a plan comes, and begins anew after it', async () => {
    const engine = await three();
    const plan = await engine.planned();
    await putInto('approved', engine, plan);
    const seen: string[] = [];
    await lookAt(
      engine,
      plan,
      async (giveWay) => {
        await giveWay();
        seen.push('first call');
        if (seen.length === 1) await putInto('running', engine, plan);
        await giveWay();
        seen.push('second call');
      },
      async () => {
        seen.push('plan');
        await engine.drive(plan);
      },
    );
    assert.deepEqual(seen, ['first call', 'plan', 'first call', 'second call']);
  });

  it('waits for no plan that is paused, or that waits for a later hour', async () => {
    const engine = await three();
    const paused = await engine.planned();
    await putInto('paused', engine, paused);
    assert.equal(await lookAt(engine, paused, oneCall, noWait), 0);

    await putInto('running', engine, paused);
    for (const toy of engine.toy.workflows.values()) {
      toy.notBefore = new Date(engine.clock.now().getTime() + 3_600_000);
    }
    await engine.drive(paused);
    assert.ok((await engine.states(paused)).some((state) => state.endsWith('pending')));
    assert.equal(await lookAt(engine, paused, oneCall, noWait), 0);
  });

  it('goes on after five minutes beside a plan that does not come to its end', async () => {
    const engine = await three();
    const plan = await engine.planned();
    const began = engine.clock.now().getTime();
    let looks = 0;
    await lookAt(
      engine,
      plan,
      async (giveWay) => {
        looks += 1;
        await giveWay();
      },
      () => {},
    );
    assert.equal(looks, 1);
    assert.equal(engine.clock.now().getTime() - began, 5 * 60_000);
  });
});
