import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';

/** A crash is an error that is not the platform's: the job ends where it stands. */
class Crash extends Error {}

/** The process dies with evidence sealed and nothing asked for. */
async function diesBeforeTheCall(engine: Engine) {
  const plan = await engine.planned();
  const stored = engine.store.plans;
  // Its turn comes once evidence is sealed; there the process dies.
  let asked = 0;
  const state = stored.state.bind(stored);
  stored.state = async (id) => {
    asked += 1;
    if (asked === 2) throw new Crash();
    return state(id);
  };
  await assert.rejects(engine.drive(plan), Crash);
  stored.state = state;
  return plan;
}

const captured = ({ toy }: Engine) => toy.calls.filter((call) => call === 'capture a').length;

describe('evidence that was sealed by a process that died before the call', () => {
  it('is not sealed again by the next one', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await diesBeforeTheCall(engine);
    assert.deepEqual(await engine.states(plan), ['disable w1: planned', 'stop w1: planned']);
    assert.equal((await engine.store.evidence.ofPlan(engine.incident.id, plan.id)).length, 1);

    await engine.drive(plan);

    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    assert.equal(captured(engine), 1);
    const sealed = (await engine.timeline()).filter(({ kind }) => kind === 'evidence_sealed');
    assert.equal(sealed.length, 1);
  });

  it('is sealed anew once it is old', async () => {
    const engine = await anEngine({ workflows: (toy) => toy.add('a') });
    const plan = await diesBeforeTheCall(engine);
    engine.clock.forward(61 * 60_000);

    await engine.drive(plan);

    assert.deepEqual(await engine.states(plan), ['disable w1: verified', 'stop w1: verified']);
    assert.equal(captured(engine), 2);
  });
});
