import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Structure } from '../domain/structure.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';

const minuteMs = 60_000;
const theft: Structure = ['k1', 'k2', 'k3', 'l12', 'l23', 'p2', 'p3'];

const copiesTold = async (engine: Engine): Promise<readonly (string | undefined)[]> =>
  (await engine.timeline())
    .filter(({ kind }) => kind === 'copy_found')
    .map(({ text }) => text?.replace(/ Next:.*/, ''));

/** Makes it of this, and looks at the platform later. */
async function remade(engine: Engine, id: string, structure: Structure): Promise<void> {
  const workflow = engine.toy.workflows.get(id) ?? assert.fail();
  workflow.structure = structure;
  workflow.version += 1;
  engine.clock.forward(20 * minuteMs);
  await engine.look();
}

describe('a workflow that was there before', () => {
  it('is no copy when it drifted in the same plan: it was as like then', async () => {
    const engine = await anEngine({
      workflows: (toy) => {
        toy.add('a', { structure: theft });
        toy.add('b', { structure: theft });
      },
    });
    const plan = await engine.planned();
    const drifted = engine.toy.workflows.get('b') ?? assert.fail();
    drifted.version += 1;
    await engine.drive(plan);
    await remade(engine, 'b', [...theft, 'p4']);

    assert.deepEqual(await engine.states(plan), [
      'disable w1: verified',
      'stop w1: verified',
      'disable w2: skipped',
      'stop w2: skipped',
    ]);
    assert.deepEqual(await copiesTold(engine), []);
  });

  it('is told of when it becomes a copy, at once or bit by bit', async () => {
    const engine = await anEngine({ workflows: (toy) => void toy.add('a', { structure: theft }) });
    const plan = await engine.planned();
    for (const id of ['b', 'c']) engine.toy.add(id, { structure: ['k9', 'p9'] });
    await engine.look();
    await engine.drive(plan);
    await remade(engine, 'b', theft);
    for (const parts of [2, 3]) await remade(engine, 'c', [...theft.slice(0, parts), 'p2']);
    assert.deepEqual(await copiesTold(engine), ['P-1: w2 “Workflow b” is a copy of w1; it is on.']);

    await remade(engine, 'c', theft);
    assert.deepEqual((await copiesTold(engine)).slice(1), [
      'P-1: w3 “Workflow c” is a copy of w1; it is on.',
    ]);
  });
});
