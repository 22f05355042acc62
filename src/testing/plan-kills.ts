import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startJobs } from '../jobs/start.ts';
import { assertCarriedOut } from './carried-out.ts';
import { withCrashPoints } from './crash-points.ts';
import type { DatabaseKind } from './database.ts';
import { newMigratedDatabase, pgliteDirectory, postgresCluster } from './database.ts';
import type { Kill } from './kill-points.ts';
import type { SmallNodeReds } from './node-red/small-node-reds.ts';
import { serveNodeReds } from './node-red/small-node-reds.ts';
import type { PlanRig, RigPlace } from './plan-rig.ts';
import { openPlanRig } from './plan-rig.ts';
import { tabs } from './planned-muting.ts';
import type { Deed, PlannedNight } from './planned-night.ts';
import { planNight, targetCount } from './planned-night.ts';
import { administer } from './postgres.ts';
import type { Hold, Step, Worker } from './start-worker.ts';
import { startWorker } from './start-worker.ts';
import { until } from './until.ts';

/** What came of a kill: when it was noticed that the process is gone, in ms. */
export type Takeover = {
  /** What it had done last; undefined when it ended before it came to that point. */
  readonly died: Step | undefined;
  readonly afterMs: number;
};

/** An instance with one plan that nobody has begun, to be copied for each kill. */
export type PreparedNight = {
  readonly place: RigPlace;
  /** What its clock showed when it was ready, in ms since the epoch. */
  readonly readyAt: number;
  readonly night: PlannedNight;
  readonly nodeReds: SmallNodeReds;
  readonly remove: () => Promise<void>;
};

/** So long after it began, the fast clock of a preparation has caught up with the real one, in ms. */
const catchesUpMs = 300_000;

/** Prepares one plan of this kind on a database of this kind. */
export async function prepareNight(kind: DatabaseKind, deed: Deed): Promise<PreparedNight> {
  const dataDir = await newDirectory();
  const databaseUrl = kind === 'postgres' ? await newMigratedDatabase() : undefined;
  if (databaseUrl === undefined) await pgliteDirectory(join(dataDir, 'pg'));
  // The clock of a copy begins with the real one, and must not go back behind this one.
  const clockFrom = Date.now() + catchesUpMs;
  const nodeReds = await serveNodeReds((path) => tabs(targetCount, path));
  const { origin } = nodeReds;
  const place = { dataDir, clockFrom, nodeReds: origin, ...(databaseUrl ? { databaseUrl } : {}) };
  const rig = await openPlanRig(place);
  try {
    const night = await planNight(rig, deed, 1);
    const remove = () => removePlace(place, nodeReds);
    return { place, readyAt: rig.jobs.now().getTime(), night, nodeReds, remove };
  } finally {
    await rig.store.close();
  }
}

/**
 * Kills the process that carries out a copy of the plan at that point, and proves what comes of it:
 * on the embedded database once it was started again, on PostgreSQL by a replica that was there.
 */
export async function killOnCopy(prepared: PreparedNight, hold: Hold): Promise<Takeover> {
  const nodeReds = await prepared.nodeReds.copy();
  const place = { ...(await copyOf(prepared)), nodeReds: nodeReds.origin };
  const isShared = place.databaseUrl !== undefined;
  // Another job that is held would be taken for a point of the plan.
  const first = startWorker(place, { hold, plansAtOnce: 1 });
  try {
    await first.did(...untilKilled(hold));
    if (!isShared) await first.kill();
    const rig = await openPlanRig(place);
    try {
      const startedAt = Date.now();
      const steps = await takeUp(rig);
      const from = isShared ? Date.now() : startedAt;
      await first.kill();
      assert.deepEqual(first.errors, []);
      return await takeoverOf(rig, prepared.night, { dead: [first], steps, from });
    } finally {
      await rig.store.close();
    }
  } finally {
    await first.kill();
    await removePlace(place, nodeReds);
  }
}

async function copyOf({ place, readyAt }: PreparedNight): Promise<RigPlace> {
  const dataDir = await newDirectory();
  // The synchronous one is native, and quicker for these thousand files.
  cpSync(place.dataDir, dataDir, { recursive: true });
  // Jobs for a later hour wait for the clock of the database, which this one must not be far ahead of.
  const clockFrom = Date.now() > readyAt ? Date.now() : place.clockFrom;
  if (place.databaseUrl === undefined) return { dataDir, clockFrom };
  const { newDatabase } = await postgresCluster();
  return { dataDir, clockFrom, databaseUrl: await newDatabase(databaseIn(place.databaseUrl)) };
}

async function removePlace(
  { dataDir, databaseUrl }: RigPlace,
  nodeReds: SmallNodeReds,
): Promise<void> {
  nodeReds.close();
  await rm(dataDir, { recursive: true, force: true });
  if (databaseUrl === undefined) return;
  const { urlOf } = await postgresCluster();
  await administer(urlOf('postgres'), `drop database "${databaseIn(databaseUrl)}" with (force)`);
}

function databaseIn(url: string): string {
  return new URL(url).pathname.slice(1);
}

/**
 * Carries out one plan for each kill on one PostgreSQL, each by a replica that is held at its point;
 * kills all of them, and proves that a further replica, which was there, ends all plans.
 */
export async function killReplicas(kills: readonly Kill[]): Promise<readonly Takeover[]> {
  const dataDir = await newDirectory();
  const nodeReds = await serveNodeReds((path) => tabs(targetCount, path));
  const databaseUrl = await newMigratedDatabase();
  const place = { dataDir, databaseUrl, clockFrom: Date.now(), nodeReds: nodeReds.origin };
  const rig = await openPlanRig(place);
  const dead: Worker[] = [];
  try {
    const nights: PlannedNight[] = [];
    for (const [deed, some] of Map.groupBy(kills, (kill) => kill.deed)) {
      // Whoever is free takes what waits, so those of one kind are begun before the next is there.
      while (nights.length < dead.length + some.length) {
        nights.push(await planNight(rig, deed, nights.length + 1));
      }
      const begun = some.map(async ({ hold }) => {
        const worker = startWorker(place, { hold, plansAtOnce: 1 });
        dead.push(worker);
        await worker.did(...untilKilled(hold));
      });
      await Promise.all(begun);
    }
    const steps = await takeUp(rig);
    const from = Date.now();
    await Promise.all(dead.map((worker) => worker.kill()));
    assert.deepEqual(
      dead.flatMap(({ errors }) => errors),
      [],
    );
    const ended: Takeover[] = [];
    for (const night of nights) ended.push(await takeoverOf(rig, night, { dead, steps, from }));
    return ended;
  } finally {
    await Promise.all(dead.map((worker) => worker.kill()));
    await rig.store.close();
    nodeReds.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What a process says when it is to be killed: it is held, or it ended without coming to that point. */
function untilKilled({ step }: Hold): readonly string[] {
  return step === 'finish contain' ? ['held'] : ['held', 'finish contain'];
}

/** Takes jobs as a server that starts does. @returns what it does, growing */
async function takeUp({ jobs }: PlanRig): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const context = withCrashPoints(jobs, async (step, about) => {
    steps.push({ at: Date.now(), step, about });
  });
  await startJobs(context);
  return steps;
}

/** Long, because a missing heartbeat is noticed late and the machine may be busy. */
const endWithinMs = 480_000;

async function takeoverOf(
  rig: PlanRig,
  night: PlannedNight,
  done: {
    readonly dead: readonly Worker[];
    /** Of the heir. */
    readonly steps: readonly Step[];
    readonly from: number;
  },
): Promise<Takeover> {
  const { plan } = night;
  const first = done.dead.find((worker) => worker.steps().some(isAbout('take contain', plan.id)));
  assert.ok(first, 'a process had begun it');
  const ofDead = first.steps();
  const died = diedAt(ofDead);
  const isEnded = () => done.steps.some(isAbout('finish contain', plan.id));
  if (died) await until(`${plan.name} has ended`, isEnded, endWithinMs);
  const steps = [...ofDead, ...done.steps];
  await assertCarriedOut(rig, night, { steps, dead: { steps: ofDead, died } });
  const taken = done.steps.find(isAbout('take contain', plan.id));
  return { died, afterMs: (taken?.at ?? done.from) - done.from };
}

function isAbout(step: string, about: string): (one: Step) => boolean {
  return (one) => one.step === step && one.about === about;
}

/** Said together with `held`; what it says after that is of other jobs. */
function diedAt(steps: readonly Step[]): Step | undefined {
  return steps[steps.findIndex(({ step }) => step === 'held') - 1];
}

function newDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'fb-plan-'));
}
