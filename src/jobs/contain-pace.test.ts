import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { workflowOf } from '../domain/evidence.ts';
import { anEngine } from '../testing/engine.ts';

describe('the pace of a plan', () => {
  it('has as many calls under way at once as the platform bears, and no more', async () => {
    for (const atOnce of [1, 3]) {
      const engine = await anEngine({
        workflows: (toy) => {
          for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) toy.add(id);
        },
      });
      const { toy } = engine;
      toy.pace = { ...toy.pace, burst: 6, atOnce };
      const disable = toy.disable.bind(toy);
      let together = Promise.withResolvers<void>();
      let underWay = 0;
      // Nobody is answered before so many are under way; one more would be seen.
      toy.disable = async (id) => {
        underWay += 1;
        assert.ok(underWay <= atOnce);
        const full = together.promise;
        if (underWay === atOnce) together.resolve();
        await full;
        if (underWay === atOnce) together = Promise.withResolvers<void>();
        underWay -= 1;
        return disable(id);
      };

      const plan = await engine.planned();
      await engine.drive(plan);

      const states = await engine.states(plan);
      assert.equal(states.filter((state) => state.endsWith('verified')).length, 12);
    }
  });

  it('makes all of a burst ready before any call where they leave in one write', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        for (const id of ['a', 'b', 'c', 'drifted']) toy.add(id);
      },
    });
    const { toy } = engine;
    toy.pace = { ...toy.pace, burst: 4, atOnce: 4, inOneWrite: true };
    const plan = await engine.planned();
    const drifted = toy.workflows.get('drifted');
    if (drifted) drifted.version = 2;
    await engine.drive(plan);

    const calls = toy.calls.filter((call) => /^(?:capture|disable) /.test(call));
    assert.deepEqual(
      calls.map((call) => call.split(' ')[0]),
      [
        ...Array.from({ length: 3 }, () => 'capture'),
        ...Array.from({ length: 3 }, () => 'disable'),
      ],
    );
    const intents = (await engine.store.plans.journal(plan.id)).filter(
      ({ call }) => call === 'disable',
    );
    assert.deepEqual(
      intents.map(({ when }) => when),
      ['before', 'before', 'before', 'after', 'after', 'after'],
    );
    const states = await engine.states(plan);
    assert.equal(states.filter((state) => state.endsWith('verified')).length, 6);
    assert.equal(states.filter((state) => state.endsWith('skipped')).length, 2);
  });

  it('stores the intent of a call without waiting for what others tell', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a');
        toy.add('b');
      },
    });
    const { store, toy } = engine;
    const plan = await engine.planned({ levers: ['disable'] });
    const sealed = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const save = store.save.bind(store);
    store.save = async (change) => {
      const of = (id: string) =>
        change.evidence?.some((one) => workflowOf(one)?.id === id) === true;
      // Evidence of the second is held until the first was asked for.
      if (of('b')) await asked.promise;
      const saved = await save(change);
      if (of('a')) sealed.resolve();
      return saved;
    };
    const capture = toy.capture.bind(toy);
    toy.capture = async (id) => {
      if (id === 'b') await sealed.promise;
      return capture(id);
    };
    const disable = toy.disable.bind(toy);
    toy.disable = async (id) => {
      if (id === 'a') asked.resolve();
      return disable(id);
    };

    await engine.drive(plan);

    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'disable w2: verified']);
  });

  it('stores evidence and answers with the intents of other calls, each evidence before its own call', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) toy.add(id);
      },
    });
    const { store, toy } = engine;
    toy.pace = { ...toy.pace, burst: 6 };
    const plan = await engine.planned({ levers: ['disable'] });
    const kept: string[] = [];
    let withOthers = 0;
    const save = store.save.bind(store);
    store.save = async (change) => {
      const saved = await save(change);
      const { journal = [], evidence = [] } = change;
      kept.push(...evidence.flatMap((one) => workflowOf(one)?.id ?? []));
      const isAnswered = journal.some(({ when }) => when === 'after');
      if (isAnswered && journal.some(({ when }) => when === 'before')) withOthers += 1;
      return saved;
    };
    const disable = toy.disable.bind(toy);
    toy.disable = async (id) => {
      assert.ok(kept.includes(id));
      return disable(id);
    };

    await engine.drive(plan);

    assert.ok(withOthers > 0);
    const journal = await store.plans.journal(plan.id);
    assert.equal(journal.filter(({ when }) => when === 'after').length, 6);
    const states = await engine.states(plan);
    assert.equal(states.filter((state) => state.endsWith('verified')).length, 6);
  });

  it('reads what the next burst begins with beside the last call of a burst', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        for (const id of ['a', 'b', 'c', 'd']) toy.add(id);
      },
    });
    const { toy } = engine;
    toy.pace = { ...toy.pace, burst: 2 };
    const plan = await engine.planned({ levers: ['disable'] });
    const captured = Promise.withResolvers<'captured'>();
    const capture = toy.capture.bind(toy);
    toy.capture = async (id) => {
      if (id === 'c') captured.resolve('captured');
      return capture(id);
    };
    const disable = toy.disable.bind(toy);
    let beside: string | undefined;
    toy.disable = async (id) => {
      const tooLate = delay(5_000, 'too late', { ref: false });
      if (id === 'b') beside = await Promise.race([captured.promise, tooLate]);
      return disable(id);
    };

    await engine.drive(plan);

    assert.equal(beside, 'captured');
    const calls = toy.calls.filter((call) => call.startsWith('capture '));
    assert.deepEqual(calls, ['capture a', 'capture b', 'capture c', 'capture d']);
    const states = await engine.states(plan);
    assert.equal(states.filter((state) => state.endsWith('verified')).length, 4);
  });

  it('claims to have stopped nothing where executions end with their workflow', async () => {
    const engine = await anEngine({
      workflows: (toy) => toy.add('a'),
      capabilities: { stop: 'with_disable' },
    });
    const plan = await engine.planned();
    await engine.drive(plan);

    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    const told = (await engine.timeline()).map(({ text }) => text ?? '');
    assert.ok(told.some((text) => text.endsWith('There they end with it; none is stopped alone.')));
    assert.ok(!told.some((text) => /as stopped/.test(text)));
  });

  it('only looks whether anything still runs where nothing can be stopped', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('idle');
        toy.add('busy', { running: 1 });
      },
      capabilities: { stop: false },
    });
    const plan = await engine.planned();
    await engine.drive(plan);

    const states = (await engine.actions(plan))
      .filter(({ lever }) => lever === 'stop')
      .map(({ workflow, state }) => `${workflow} ${state}`);
    assert.deepEqual(states.toSorted(), ['busy contradicted', 'idle verified']);
    assert.ok(engine.toy.calls.every((call) => !call.startsWith('stop ')));
    const told = (await engine.timeline()).map(({ text }) => text ?? '');
    assert.ok(told.some((text) => text.endsWith('so it is only looked whether any still runs.')));
    assert.ok(!told.some((text) => /accepted to stop|as stopped/.test(text)));
  });
});
