import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../errors.ts';
import { anEngine } from '../testing/engine.ts';
import type { Engine } from '../testing/engine.ts';

async function someBusy(): Promise<Engine> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('busy', { running: 2 });
      toy.add('idle');
      toy.add('quiet');
    },
  });
  const { toy } = engine;
  Object.assign(toy, {
    unended: (asked: readonly string[]): Promise<ReadonlySet<string>> => {
      toy.calls.push(`unended ${asked.join(' ')}`);
      return Promise.resolve(
        new Set(asked.filter((id) => (toy.workflows.get(id)?.running ?? 0) > 0)),
      );
    },
  });
  return engine;
}

const stops = ({ toy }: Engine) => toy.calls.filter((call) => /^(unended|stop)/.test(call));

describe('stopping what runs of many', () => {
  it('asks once who has anything to stop, and stops only that', async () => {
    const engine = await someBusy();
    const plan = await engine.planned();

    await engine.drive(plan);

    assert.deepEqual(stops(engine), ['unended busy idle quiet', 'stop busy']);
    const states = await engine.states(plan);
    assert.ok(states.every((state) => state.endsWith('verified')));
    const journal = await engine.store.plans.journal(plan.id);
    const lines = journal.filter(({ call }) => call === 'stop');
    assert.equal(lines.filter(({ when }) => when === 'before').length, 3);
    assert.equal(lines.filter(({ outcome }) => outcome === 'ok').length, 3);
    const told = (await engine.timeline()).flatMap(
      ({ text = '' }) => /n8n lists .* as stopped\.$/.exec(text) ?? [],
    );
    const none = 'n8n lists no execution as stopped.';
    assert.deepEqual(told.toSorted(), ['n8n lists 2 executions as stopped.', none, none]);
  });

  it('meets with sweeps what begins after that look', async () => {
    const engine = await someBusy();
    const { toy } = engine;
    const plan = await engine.planned();
    Object.assign(toy, {
      unended: () => {
        const late = toy.workflows.get('idle');
        if (late) late.running = 1;
        return Promise.resolve(new Set(['busy']));
      },
    });

    await engine.drive(plan);

    assert.deepEqual(stops(engine), ['stop busy', 'stop idle']);
    assert.equal(toy.workflows.get('idle')?.running, 0);
  });

  it('asks about each by itself where that look cannot be had', async () => {
    const engine = await someBusy();
    const plan = await engine.planned();
    const refusal = new PlatformError('n8n', 'refused', 'n8n lists no executions.');
    Object.assign(engine.toy, { unended: () => Promise.reject(refusal) });

    await engine.drive(plan);

    assert.deepEqual(stops(engine), ['stop busy', 'stop idle', 'stop quiet']);
  });
});
