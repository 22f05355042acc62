import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';

import { anEngine } from '../testing/engine.ts';

/** Gives everything else its turn until this is so; timers stand still meanwhile. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !isSo(); turns += 1) {
    assert.ok(turns < 100_000, what);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('calls that get no answer', () => {
  it('hold the others up for less once one of them is open', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        for (const id of ['a', 'b', 'c']) toy.add(id);
      },
    });
    const plan = await engine.planned({ levers: ['disable'] });
    const end = Promise.withResolvers<void>();
    engine.toy.meanwhile = (call) => (/^disable [ab]$/.test(call) ? end.promise : undefined);
    const isMade = (call: string) => () => engine.toy.calls.includes(call);
    mock.timers.enable({ apis: ['setTimeout'] });
    let work: Promise<unknown> | undefined;
    try {
      work = engine.drive(plan);
      await until(isMade('disable a'), 'the first is called');
      mock.timers.tick(3_000);
      await until(isMade('disable b'), 'the second is called beside it');
      mock.timers.tick(1_000);
      await until(isMade('disable c'), 'the third is called beside them');
    } finally {
      mock.timers.reset();
      end.resolve();
      await work;
    }

    assert.deepEqual(
      await engine.states(plan),
      ['w1', 'w2', 'w3'].map((ref) => `disable ${ref}: verified`),
    );
  });

  it('hold up no write in which the others leave together', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.pace = { ...toy.pace, burst: 20, atOnce: 20, inOneWrite: true };
        for (const id of 'abcdefghijkl') toy.add(id);
      },
    });
    const { toy } = engine;
    const plan = await engine.planned({ levers: ['disable'] });
    const end = Promise.withResolvers<void>();
    const hangs = /^(?:capture [a-i]|observe j)$/;
    toy.meanwhile = (call) => (hangs.test(call) ? end.promise : undefined);
    const begun = () => toy.calls.filter((call) => /^(?:capture|observe) /.test(call)).length;
    const isOff = (id: string) => () => toy.workflows.get(id)?.active === false;
    mock.timers.enable({ apis: ['setTimeout'] });
    let work: Promise<unknown> | undefined;
    try {
      work = engine.drive(plan);
      await until(() => begun() === 23, 'of all is read what there is to read');
      assert.ok(!toy.calls.some((call) => call.startsWith('disable ')));
      mock.timers.tick(3_000);
      await until(() => isOff('k')() && isOff('l')(), 'the others leave without those');
      const disabled = toy.calls.filter((call) => call.startsWith('disable '));
      assert.deepEqual(disabled.toSorted(), ['disable k', 'disable l']);
    } finally {
      mock.timers.reset();
      end.resolve();
      await work;
    }

    const states = await engine.states(plan);
    assert.deepEqual(new Set(states.map((state) => state.split(': ')[1])), new Set(['verified']));
    const disabled = toy.calls.filter((call) => call.startsWith('disable '));
    assert.equal(disabled.length, 12, 'each is asked once');
  });

  it('are not taken for such while others get theirs, where all are asked at once', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.pace = { ...toy.pace, burst: 20, atOnce: 20, inOneWrite: true };
        for (const id of ['a', 'b', 'c']) toy.add(id);
      },
    });
    const { toy } = engine;
    const plan = await engine.planned({ levers: ['disable'] });
    const ends = new Map(['a', 'b', 'c'].map((id) => [id, Promise.withResolvers<void>()]));
    toy.meanwhile = (call) => ends.get(/^capture (.)$/.exec(call)?.[1] ?? '')?.promise;
    mock.timers.enable({ apis: ['setTimeout'] });
    let work: Promise<unknown> | undefined;
    try {
      work = engine.drive(plan);
      const isAsked = () => toy.calls.filter((call) => call.startsWith('capture ')).length === 3;
      await until(isAsked, 'evidence of all is asked for');
      for (const [, { resolve }] of ends) {
        mock.timers.tick(2_000);
        resolve();
        await new Promise((resolve_) => setImmediate(resolve_));
      }
    } finally {
      mock.timers.reset();
      await work;
    }

    const words = (await engine.timeline()).map(({ text }) => text ?? '');
    assert.deepEqual(
      words.filter((text) => text.includes('no answer')),
      [],
    );
  });
});
