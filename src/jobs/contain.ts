import { end, eventAbout, fallbackOf, stopOf } from '../domain/action.ts';
import { nextFallback } from '../domain/fallback.ts';
import { assertUntampered } from '../domain/plan-digest.ts';
import { finishPlan } from '../domain/plan-finish.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { isFinal } from '../domain/verification.ts';
import { UserError } from '../errors.ts';
import { closeEntrance, readAhead } from './act.ts';
import type { Found, InTurn } from './act.ts';
import { Ahead } from './ahead.ts';
import { bothOf, burstSettleMs, nextBurst } from './bursts.ts';
import { closeAll } from './close-all.ts';
import { Drive } from './drive.ts';
import { fallBack, goOnFallingBack } from './fall-back.ts';
import { takeUpInterrupted } from './interrupted.ts';
import type { JobContext } from './job.ts';
import { lockAll } from './lock.ts';
import { muteAll, unmuted } from './mute.ts';
import { skip } from './outcome.ts';
import { removeAll } from './remove.ts';
import { restoreAll } from './restore-waves.ts';
import { revokeAll } from './revoke.ts';
import { settle } from './settle.ts';
import { stopAll } from './stop.ts';
import { lookAtToldCopies } from './told-copies.ts';

/**
 * Carries out one plan, from wherever it stands: planned actions are done in bursts, each burst is
 * read back beside the next, and what is still open at the end is looked at until it is settled or
 * has to wait for a later hour, for which the next job is stored.
 *
 * Every step reads what is stored first, so the job may be repeated after a crash at any point.
 */
export async function contain(
  context: JobContext,
  data: { readonly plan: string },
  signal: AbortSignal,
): Promise<void> {
  const plan = await context.store.plans.byId(data.plan);
  if (!plan || !['running', 'paused', 'cancelled', 'finished'].includes(plan.state)) return;
  const actions = await context.store.plans.actions(plan.id);
  if (!(await isUntampered(context, plan, actions))) return;
  const byConnection = Object.groupBy(actions, (action) => action.connection);
  await Promise.all(
    Object.entries(byConnection).map(([connection, own]) =>
      driveConnection(context, plan, connection, own ?? [], signal),
    ),
  );
  await conclude(context, plan.id);
}

/** What was approved is what is stored; otherwise every action that is left fails, in words. */
async function isUntampered(
  context: JobContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<boolean> {
  try {
    assertUntampered(plan, actions, context.recorder);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await failAll(context, plan, actions, error.message);
    return false;
  }
}

async function driveConnection(
  context: JobContext,
  plan: Plan,
  connection: string,
  actions: readonly Action[],
  signal: AbortSignal,
): Promise<void> {
  const drive = await openDrive(context, plan, connection, actions, signal);
  if (!drive) return;
  try {
    await carryOut(drive);
    // Nobody may want it to go on; what is done already is verified all the same.
    if (drive.beside.isOpen) {
      await bothOf(drive.beside.settled(), settle(drive, drive.unsettled));
    }
    await takeUpInterrupted(drive);
    do await settle(drive, drive.unsettled);
    while (await drive.beside.settled());
    await lookAtToldCopies(drive);
  } finally {
    await drive.beside.over();
  }
}

async function carryOut(drive: Drive): Promise<void> {
  switch (drive.plan.purpose) {
    case 'contain':
      return containAll(drive);
    case 'undo':
      return restoreAll(drive);
    case 'revoke':
      return revokeAll(drive);
    case 'block':
    case 'unblock':
    case 'overwrite':
    case 'delete':
      return lockAll(drive);
    case 'remove':
      return removeAll(drive);
    case 'mute':
    case 'unmute':
      return muteAll(drive);
  }
}

async function openDrive(
  context: JobContext,
  plan: Plan,
  connection: string,
  actions: readonly Action[],
  signal: AbortSignal,
): Promise<Drive | undefined> {
  const planned = plan.connections.find((one) => one.id === connection);
  try {
    const opened = await context.platformOf(connection);
    const drive = new Drive({ context, plan, ...opened, actions, signal });
    if (opened.connection.epoch === planned?.epoch) return drive;
    await skip(
      drive,
      actions.filter((action) => action.state === 'planned'),
      'The connection was changed since the plan was made; make a new plan.',
    );
    return drive;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await failAll(context, plan, actions, error.message);
    return undefined;
  }
}

/** The connection cannot be opened at all (no secret, unknown): said once for each action. */
async function failAll(
  context: JobContext,
  plan: Plan,
  actions: readonly Action[],
  reason: string,
): Promise<void> {
  const now = context.now();
  const failed = actions
    .filter((action) => !isFinal(action))
    .map((action) => end(action, 'failed', reason, now));
  if (failed.length === 0) return;
  await context.store.save({
    actions: failed,
    events: failed.map((action) => eventAbout(plan, action, now)),
  });
}

/** Closes the entrances of all, stops what runs, and reads back. */
async function containAll(drive: Drive): Promise<void> {
  const ahead = new Ahead<Found | undefined>();
  try {
    const isMany = openTargets(drive).length > 1;
    await drive.aside.inPasses(isMany, (ended) => containInBursts(drive, ahead, ended));
  } finally {
    await ahead.settled();
  }
}

/** @param ended of these the runs are still to be stopped, or what was done is to be read back */
function openTargets(
  { targets, aside, beside }: Drive,
  ended: ReadonlySet<string> = new Set(),
): readonly (readonly Action[])[] {
  return targets.filter((target) => {
    const isOpen = target.some(({ state }) => ['planned', 'requested'].includes(state));
    const workflow = target[0]?.workflow ?? '';
    if (!isOpen && !ended.has(workflow)) return false;
    return !aside.holds(workflow) && !target.some((action) => beside.has(action));
  });
}

/**
 * While one burst is read back, the next one is already sent: the platform is not left idle by our
 * looking. No more than two bursts are ever sent and not yet settled. Nor is it left idle between two
 * of them: what the first calls of the next one need is read beside the last ones of this.
 */
async function containInBursts(
  drive: Drive,
  ahead: Ahead<Found | undefined>,
  ended: ReadonlySet<string>,
): Promise<void> {
  const open = openTargets(drive, ended);
  let size = drive.platform.pace.burst;
  let readBack = Promise.resolve(0);
  for (let start = 0; start < open.length;) {
    const burst = open.slice(start, start + size);
    start += burst.length;
    const closing = closeAll(drive, burst, {
      close: (target, inTurn) => closeOne(drive, target, inTurn, ahead),
      coming: open.slice(start),
      readAhead: (target) => readAhead(drive, target, ahead),
    });
    const [goesOn, rounds] = await bothOf(closing, readBack);
    if (!goesOn) return;
    readBack = stopAndReadBack(drive, burst.flat(), { unhurried: start < open.length });
    size = nextBurst(size, drive.platform.pace, rounds);
  }
  await readBack;
}

/**
 * What was asked for and is not off yet is stopped once with the others: it may start anew, but what
 * a thief has running does not wait for that. It is stopped again once it is off.
 */
function isToStop(drive: Drive, workflow: string): boolean {
  const entrance = drive.of(workflow, 'disable');
  const stop = drive.of(workflow, 'stop');
  if (!stop || entrance?.state === 'planned') return false;
  if (['planned', 'requested'].includes(stop.state)) return true;
  const stoppedAt = stopOf(stop)?.at;
  return stoppedAt !== undefined && entrance?.acceptedAt !== undefined
    ? stoppedAt < entrance.acceptedAt
    : false;
}

/** @returns how often it had to be looked */
async function stopAndReadBack(
  drive: Drive,
  actions: readonly Action[],
  { unhurried }: { readonly unhurried: boolean },
): Promise<number> {
  const workflows = new Set(actions.map(({ workflow }) => workflow));
  await stopAll(
    drive,
    [...workflows].filter((workflow) => isToStop(drive, workflow)),
  );
  const until = new Date(drive.context.now().getTime() + burstSettleMs);
  const { rounds } = await settle(drive, actions, { until, unhurried });
  return rounds;
}

/** Closes the entrance of one workflow, by the fallback where the platform refuses to disable it. */
async function closeOne(
  drive: Drive,
  target: readonly Action[],
  inTurn: InTurn,
  ahead: Ahead<Found | undefined>,
): Promise<boolean> {
  if (!(await closeEntrance(drive, target, inTurn, ahead))) return false;
  const entrance = target.find(({ lever }) => lever === 'disable');
  if (!entrance) return true;
  const asked = drive.current(entrance);
  if (asked.state !== 'requested') await fallBack(drive, asked);
  else if (fallbackOf(asked) !== undefined) {
    if (!(await drive.mayGoOn())) return false;
    await goOnFallingBack(drive, asked);
  }
  return true;
}

/** Ends the plan when all has ended, or stores the job that looks again at the next due hour. */
async function conclude(context: JobContext, id: string): Promise<void> {
  const plan = await context.store.plans.byId(id);
  if (!plan) return;
  const actions = await context.store.plans.actions(id);
  const now = context.now();
  if (plan.state === 'cancelled') await skipRest(context, plan, actions, now);
  const settled = await context.store.plans.actions(id);
  if (settled.every(isFinal)) {
    if (plan.finishedAt) return;
    // Somebody may let it go on, and then there is more to do.
    if (plan.state === 'paused' && settled.some((one) => nextFallback(plan, one))) return;
    const ended = finishPlan(plan, settled, now);
    const undone = await takenBack(context, plan, settled);
    await context.store.save({
      plans: [ended.plan],
      actions: undone,
      events: [ended.event],
      // What we changed must not look like somebody else's change to the next plan.
      jobs: plan.connections.map((connection) => ({
        kind: 'sync' as const,
        id: `sync:${connection.id}:after:${plan.id}:${ended.plan.revision}`,
        data: { connection: connection.id },
      })),
    });
    return;
  }
  // Also what has come due since the last look, or nothing would ever look again.
  const due = settled.flatMap((action) =>
    isFinal(action) || !action.notBefore ? [] : [action.notBefore.getTime()],
  );
  if (due.length === 0) return;
  const notBefore = new Date(Math.min(...due));
  await context.store.save({
    jobs: [
      {
        kind: 'contain',
        id: `contain:${id}:${notBefore.toISOString()}`,
        data: { plan: id },
        notBefore,
      },
    ],
  });
}

async function skipRest(
  context: JobContext,
  plan: Plan,
  actions: readonly Action[],
  now: Date,
): Promise<void> {
  const rest = actions.filter((action) => action.state === 'planned');
  if (rest.length === 0) return;
  await context.store.save({
    actions: rest.map((action) => end(action, 'skipped', `${plan.name} was cancelled.`, now)),
  });
}

/** The actions of the original plan that this undo has verifiably taken back. */
async function takenBack(
  context: JobContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly Action[]> {
  if (!plan.undoes) return [];
  const back = new Map(
    actions.flatMap((action) =>
      // An `undone` enable is one of what was off before and stays so.
      action.lever === 'enable' && ['verified', 'undone'].includes(action.state)
        ? [[`${action.connection}/${action.workflow}`, action.settledAt ?? context.now()] as const]
        : [],
    ),
  );
  const contained = await context.store.plans.actions(plan.undoes);
  if (plan.purpose === 'unmute') return unmuted(plan, actions, contained, context.now());
  return contained.flatMap((action) => {
    const settledAt = back.get(`${action.connection}/${action.workflow}`);
    if (action.lever !== 'disable' || settledAt === undefined) return [];
    return [{ ...action, state: 'undone' as const, settledAt }];
  });
}
