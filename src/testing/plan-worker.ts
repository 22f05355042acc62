/**
 * A process of its own that takes jobs as a server does, on the sandbox, until it is killed.
 *
 *   node src/testing/plan-worker.ts '{"dataDir": …, "clockFrom": …}'
 *
 * Prints a line when it is `ready`, and one for each point between two effects. At the point where
 * it is to die it says `held` and stays there, alive, until somebody kills it.
 */
import { writeSync } from 'node:fs';

import { z } from 'zod';

import type { JobContext } from '../jobs/job.ts';
import { startJobs } from '../jobs/start.ts';
import type { JobStore } from '../store/store.ts';
import { withCrashPoints } from './crash-points.ts';
import { openPlanRig } from './plan-rig.ts';

const settings = z.object({
  dataDir: z.string(),
  databaseUrl: z.string().exactOptional(),
  clockFrom: z.number(),
  nodeReds: z.string().exactOptional(),
  /** The `nth` time that it has done this, or anything. */
  hold: z.object({ step: z.string().exactOptional(), nth: z.number() }).exactOptional(),
  /** It takes so many plans at once, and no job of another kind. */
  plansAtOnce: z.number().exactOptional(),
});

const { hold, plansAtOnce, ...place } = settings.parse(JSON.parse(process.argv[2] ?? ''));
// Written at once, whatever happens next: what was not seen did not happen.
const say = (step: string, about = '') => writeSync(1, `${Date.now()}\t${step}\t${about}\n`);
const { jobs } = await openPlanRig(place);
let met = 0;
const context = withCrashPoints(jobs, async (step, about) => {
  say(step, about);
  if (!hold || (hold.step !== undefined && hold.step !== step)) return;
  met += 1;
  if (met !== hold.nth) return;
  say('held');
  await new Promise(() => {});
});
await startJobs(plansAtOnce === undefined ? context : onlyPlans(context, plansAtOnce));
say('ready');

function onlyPlans(given: JobContext, atOnce: number): JobContext {
  const { jobs: all } = given.store;
  const work: JobStore['work'] = async (kind, _options, handler) => {
    if (kind === 'contain') await all.work(kind, { atOnce }, handler);
  };
  return { ...given, store: { ...given.store, jobs: { ...all, work } } };
}
