import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { TargetProgress } from './plan-progress.ts';
import type { RunPlan } from './settled-later.ts';
import { openEnds } from './settled-later.ts';

type TargetState = TargetProgress['state'];

function run(name: string, state: TargetState, given: Partial<RunPlan['plan']> = {}): RunPlan {
  const target = { connection: 'c1', workflow: 'id1', ref: 'w1', state };
  return { plan: { name, purpose: 'contain', ...given }, progress: [target] };
}

function open(...newestFirst: readonly RunPlan[]): readonly string[] {
  return openEnds(newestFirst).map(({ plan, target }) => `${plan} ${target.ref} ${target.state}`);
}

describe('what is left open', () => {
  it('is what no later plan of its kind did with the same target', () => {
    assert.deepEqual(open(run('P-2', 'verified'), run('P-1', 'skipped')), []);
    assert.deepEqual(open(run('P-3', 'undone'), run('P-1', 'contradicted')), []);
    assert.deepEqual(open(run('P-2', 'skipped'), run('P-1', 'verified')), ['P-2 w1 skipped']);
    const other = { connection: 'c1', workflow: 'id2', ref: 'w2', state: 'verified' } as const;
    const elsewhere = { ...run('P-2', 'verified'), progress: [other] };
    assert.deepEqual(open(elsewhere, run('P-1', 'failed')), ['P-1 w1 failed']);
  });

  it('is not settled by a plan that does something else, or takes back another', () => {
    const undo = (name: string, undoes: string, state: TargetState) =>
      run(name, state, { purpose: 'undo', undoes });
    assert.deepEqual(open(undo('P-3', 'a', 'verified'), run('P-1', 'failed')), ['P-1 w1 failed']);
    assert.deepEqual(open(undo('P-4', 'a', 'verified'), undo('P-3', 'b', 'skipped')), [
      'P-3 w1 skipped',
    ]);
    assert.deepEqual(open(undo('P-4', 'a', 'verified'), undo('P-3', 'a', 'skipped')), []);
  });

  it('is each part of a workflow for itself', () => {
    const mute = (name: string, state: TargetState) => run(name, state, { purpose: 'mute' });
    assert.deepEqual(open(mute('P-2', 'verified'), mute('P-1', 'failed')), ['P-1 w1 failed']);
  });
});
