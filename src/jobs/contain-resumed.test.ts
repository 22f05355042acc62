import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../errors.ts';
import { anEngine } from '../testing/engine.ts';

const isDisable = (call: string) => call.startsWith('disable');
const refused = () => new PlatformError('n8n', 'refused', 'That is not allowed.');

describe('a call that is refused after another one may have had its effect', () => {
  it('by a process that died, is read back, and what it did can be taken back', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const { toy } = engine;
    const plan = await engine.planned({ levers: ['disable'] });
    toy.cut = (call) => (isDisable(call) ? new Error('The process dies.') : undefined);
    await assert.rejects(engine.drive(plan), /dies/);
    assert.equal(toy.workflows.get('a')?.active, false);
    toy.cut = () => undefined;
    toy.fail = (call) => (isDisable(call) ? refused() : undefined);
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
    const undo = await engine.planned({ undoes: plan });
    await engine.drive(undo);
    assert.equal(toy.workflows.get('a')?.active, true);
  });

  it('by a process that died, is read back though others came first', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a');
        toy.add('b');
      },
    });
    const { toy } = engine;
    const plan = await engine.planned({ levers: ['disable'] });
    toy.cut = (call) => (call === 'disable a' ? new Error('The process dies.') : undefined);
    await assert.rejects(engine.drive(plan), /dies/);
    toy.cut = () => undefined;
    toy.fail = (call) =>
      call === 'disable a'
        ? new PlatformError('n8n', 'unavailable', 'n8n cannot answer just now.')
        : undefined;
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'disable w2: verified']);
  });

  it('by the try before it, is read back', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const { toy } = engine;
    const plan = await engine.planned({ levers: ['disable'] });
    let tries = 0;
    toy.fail = (call) => (isDisable(call) && tries > 0 ? refused() : undefined);
    toy.cut = (call) => {
      if (!isDisable(call)) return undefined;
      tries += 1;
      return new PlatformError('n8n', 'cut', 'The line was cut.');
    };
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: verified']);
  });

  it('is believed where nothing was asked before', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await engine.planned({ levers: ['disable'] });
    engine.toy.fail = (call) => (isDisable(call) ? refused() : undefined);
    await engine.drive(plan);
    assert.deepEqual(await engine.states(plan), ['disable w1: failed']);
  });
});
