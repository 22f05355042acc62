import fc from 'fast-check';

import { assertChainHolds } from './chain.ts';
import { estateBot } from './estate-bot.ts';
import { PlanStory } from './plan-story.ts';
import {
  assertActsWithLeave,
  assertAsBefore,
  assertCameBackIsTrue,
  assertChainTells,
  assertEvidenceFirst,
  assertNoSecret,
  assertUnseen,
} from './story-invariants.ts';
import { lateStory, pausedStory, someSteps, wholeStory } from './story-steps.ts';

/** Tells so many stories at random, and holds each against what must always be true. */
export async function tellStories(numRuns: number): Promise<{ readonly acts: number }> {
  const night = await estateBot(() => {});
  let told = 0;
  await fc.assert(
    fc.asyncProperty(someSteps, fc.boolean(), async (steps, isPrivate) => {
      told += 1;
      const story = new PlanStory(night, `run${told}`, isPrivate);
      await story.begin();
      for (const step of steps) {
        await story.play(step);
        await assertHolds(story);
      }
      await assertUnseen(story);
      await story.end();
      await assertHolds(story);
      assertAsBefore(story);
      await assertChainHolds(night.store, story.incident);
    }),
    {
      numRuns,
      examples: [
        [wholeStory, true],
        [pausedStory, false],
        [lateStory, false],
      ],
    },
  );
  const acts = night.toy.calls.filter((call) => /^(disable|stop|enable) /.test(call)).length;
  return { acts };
}

async function assertHolds(story: PlanStory): Promise<void> {
  const { store } = story.night;
  const events = await store.timeline.latest(story.incident, 10_000);
  const plans = await store.plans.ofIncident(story.incident);
  const actions = await Promise.all(plans.map(({ id }) => store.plans.actions(id)));
  assertActsWithLeave(story);
  assertEvidenceFirst(story, events);
  assertChainTells(plans, actions.flat(), events);
  assertNoSecret(story, events);
  assertCameBackIsTrue(story, events);
}
