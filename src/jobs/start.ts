import type { OpenStage } from '../platforms/platform.ts';
import { contain } from './contain.ts';
import { drill } from './drill.ts';
import { givingWay } from './give-way.ts';
import type { JobContext } from './job.ts';
import { snapshot } from './snapshot.ts';
import { sync } from './sync.ts';
import { watch } from './watch.ts';

/**
 * Takes up durable work: what is waiting, and what a process that died has left.
 *
 * @param stageOf without it, drills are left to other processes
 */
export async function startJobs(context: JobContext, stageOf?: OpenStage): Promise<void> {
  const { jobs } = context.store;
  await jobs.requeueOrphans();
  await jobs.work('contain', { atOnce: 4 }, (data, signal) => contain(context, data, signal));
  // Some of them may be giving way to a plan, and others must not wait for those.
  await jobs.work('sync', { atOnce: 4 }, (data, signal) =>
    givingWay(context, data.connection, (way) => sync(context, data, signal, way), signal),
  );
  await jobs.work('watch', { atOnce: 2 }, (data, signal) => watch(context, data, signal));
  await jobs.work('snapshot', { atOnce: 2 }, (data, signal) => snapshot(context, data, signal));
  if (stageOf === undefined) return;
  const drills = { ...context, stageOf };
  await jobs.work('drill', { atOnce: 1 }, (data, signal) => drill(drills, data, signal));
}
