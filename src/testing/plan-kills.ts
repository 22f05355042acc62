import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startJobs } from '../jobs/start.ts';
import { assertCarriedOut } from './carried-out.ts';
import { withCrashPoints } from './crash-points.ts';
import { newMigratedDatabase, pgliteDirectory } from './database.ts';
import type { PlanRig } from './plan-rig.ts';
import { openPlanRig } from './plan-rig.ts';
import type { Deed, PlannedNight } from './planned-night.ts';
import { planNight } from './planned-night.ts';
import type { Hold, Step, Worker } from './start-worker.ts';
import { startWorker } from './start-worker.ts';
import { until } from './until.ts';

/** Where a process that carries out a plan is killed. */
export type Kill = { readonly deed: Deed; readonly hold: Hold };

/** Each kind of point between two effects of a plan; those of single targets in its midst. */
export const kindsOfPoints: readonly Kill[] = [
  ...pointsOf('contain', {
    'take contain': 1,
    capture: 7,
    observe: 7,
    'intend to disable': 7,
    disable: 7,
    'know the answer to disable': 7,
    'intend to stop': 7,
    stop: 7,
    'know the answer to stop': 7,
    checkDisabled: 1,
    'judge disable': 1,
    checkStopped: 1,
    'judge stop': 1,
    'end the plan': 1,
    'finish contain': 1,
  }),
  ...pointsOf('undo', {
    'intend to enable': 7,
    enable: 7,
    'know the answer to enable': 7,
    checkEnabled: 1,
    'judge enable': 1,
  }),
  ...pointsOf('revoke', {
    'intend to revoke': 3,
    // Each is looked at before and after: this is before the third is asked for.
    probe: 5,
    revoke: 3,
    'know the answer to revoke': 3,
  }),
];

function pointsOf(deed: Deed, nth: Readonly<Record<string, number>>): readonly Kill[] {
  return Object.entries(nth).map(([step, time]) => ({ deed, hold: { step, nth: time } }));
}

/** What came of a kill: when it was noticed that the process is gone, in ms. */
export type Takeover = {
  /** What it had done last; undefined when it ended before it came to that point. */
  readonly died: Step | undefined;
  readonly afterMs: number;
};

/** An embedded instance with one plan that nobody has begun, to be copied for each kill. */
export type EmbeddedNight = {
  readonly dataDir: string;
  readonly clockFrom: number;
  readonly night: PlannedNight;
};

/** Prepares one plan of this kind. */
export async function embeddedNight(deed: Deed): Promise<EmbeddedNight> {
  const place = { dataDir: await newDirectory(), clockFrom: Date.now() };
  await pgliteDirectory(join(place.dataDir, 'pg'));
  const rig = await openPlanRig(place);
  try {
    return { ...place, night: await planNight(rig, deed, 1) };
  } finally {
    await rig.store.close();
  }
}

/** Kills the process of a copy at that point, starts again on it, and proves what comes of it. */
export async function killEmbedded(prepared: EmbeddedNight, hold: Hold): Promise<Takeover> {
  const place = { dataDir: await newDirectory(), clockFrom: prepared.clockFrom };
  try {
    cpSync(prepared.dataDir, place.dataDir, { recursive: true });
    const first = startWorker(place, { hold });
    await first.did(...untilKilled(hold));
    await first.kill();
    assert.deepEqual(first.errors, []);
    const rig = await openPlanRig(place);
    try {
      const begunAt = Date.now();
      const steps = await takeUp(rig);
      return await takeoverOf(rig, prepared.night, { dead: [first], steps, from: begunAt });
    } finally {
      await rig.store.close();
    }
  } finally {
    await rm(place.dataDir, { recursive: true, force: true });
  }
}

/**
 * Carries out one plan for each kill on one PostgreSQL, each by a replica that is held at its point;
 * kills all of them, and proves that a further replica, which was there, ends all plans.
 */
export async function killReplicas(kills: readonly Kill[]): Promise<readonly Takeover[]> {
  const dataDir = await newDirectory();
  const place = { dataDir, databaseUrl: await newMigratedDatabase(), clockFrom: Date.now() };
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
const endWithinMs = 240_000;

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
  const died = diedAt(first);
  const isEnded = () => done.steps.some(isAbout('finish contain', plan.id));
  if (died) await until(`${plan.name} has ended`, isEnded, endWithinMs);
  await assertCarriedOut(rig, night, [...first.steps(), ...done.steps], died);
  const taken = done.steps.find(isAbout('take contain', plan.id));
  return { died, afterMs: (taken?.at ?? done.from) - done.from };
}

function isAbout(step: string, about: string): (one: Step) => boolean {
  return (one) => one.step === step && one.about === about;
}

/** Said together with `held`; what it says after that is of other jobs. */
function diedAt(worker: Worker): Step | undefined {
  const steps = worker.steps();
  return steps[steps.findIndex(({ step }) => step === 'held') - 1];
}

function newDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'fb-plan-'));
}
