import assert from 'node:assert/strict';

import { watch } from '../jobs/watch.ts';
import type { PlanStory } from './plan-story.ts';
import { toyJobs } from './toy-platform.ts';

/** One tick of the watch: it only looks, and nothing that is on counts as off after it. */
export async function lookOnce(story: PlanStory): Promise<void> {
  const { store, clock, toy } = story.night;
  const asked = toy.calls.filter(pulls).length;
  for (const connection of await store.watch.connections()) {
    const at = clock.now().toISOString();
    await watch(toyJobs(store, clock, toy), { connection, at }, new AbortController().signal);
  }
  assert.equal(toy.calls.filter(pulls).length, asked, 'the watch pulls no lever');
  await assertNoneOnUnseen(story);
}

/** What is on again is verified off no more, but where an undo of ours may have switched it on. */
async function assertNoneOnUnseen(story: PlanStory): Promise<void> {
  const { store, toy } = story.night;
  const undone = story.plans.filter(({ undoes, isStarted }) => undoes && isStarted);
  for (const plan of story.plans.filter(({ undoes }) => undoes === undefined)) {
    for (const { lever, state, workflow } of await store.plans.actions(await story.idOf(plan))) {
      if (lever !== 'disable' || state !== 'verified') continue;
      if (undone.some(({ targets }) => targets.has(workflow))) continue;
      assert.equal(toy.workflows.get(workflow)?.active, false, `${workflow} is on, unseen`);
    }
  }
}

function pulls(call: string): boolean {
  return /^(disable|stop|enable) /.test(call);
}
