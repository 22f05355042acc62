import type { Before } from '../domain/action.ts';
import {
  end,
  eventAbout,
  fallbackOf,
  journalLine,
  request,
  wasLeftOn,
  withLeftOn,
} from '../domain/action.ts';
import { driftOf } from '../domain/drift.ts';
import type { Action } from '../domain/plan.ts';
import { wasAskedBefore } from '../domain/tries.ts';
import type { Observation } from '../platforms/platform.ts';
import type { Ahead } from './ahead.ts';
import { SetAside } from './aside.ts';
import { askAgain, pull, reasonOf } from './ask.ts';
import type { Drive } from './drive.ts';
import { recordAccepted, recordFailed, skip } from './outcome.ts';
import type { Sealed } from './seal.ts';
import { collect, sealedStep } from './seal.ts';
import type { Step } from './together.ts';
import type { Turn } from './turns.ts';

/** What was read so long ago is read again before it is acted on, in ms. */
const freshForMs = 5_000;

/** Makes ready and calls a lever when it is its turn; undefined when there was nothing to call for. */
export type InTurn = <R, A>(turn: Turn<R, A>) => Promise<A | undefined>;

/**
 * Closes one workflow's entrance: a re-read that refuses drift, evidence, then the call. Evidence is
 * sealed with an intent, its own at the latest. Only the call waits for its turn; its intent is stored
 * while the call before it is under way, and taken back when nobody wants that call any more. What the
 * platform answered is stored with the intent of a later call, or a moment later.
 *
 * Safe to repeat after a crash at any point: what was asked for already is asked again (the call is
 * idempotent), and what was true before is kept from the first time.
 *
 * @param ahead what was read of it already; what is old by now is read again
 * @returns false when its turn came and nobody wanted the plan to go on any more
 */
export async function closeEntrance(
  drive: Drive,
  target: readonly Action[],
  inTurn: InTurn,
  ahead: Ahead<Found | undefined>,
): Promise<boolean> {
  const action = target.find((one) => one.lever === 'disable');
  if (!action || !['planned', 'requested'].includes(action.state)) return true;
  if (fallbackOf(action)) return true;
  let goesOn = true;
  let asked: Action | undefined = action;
  try {
    const found =
      action.state === 'planned'
        ? await ahead.take(action.id, () => prepare(drive, action))
        : undefined;
    if (action.state === 'planned' && !found) return true;
    const accepted = await inTurn({
      ready: async () => {
        goesOn = await drive.mayGoOn();
        if (!goesOn) return undefined;
        if (found) asked = await storeIntent(drive, action, found);
        return asked;
      },
      call: async (intended) => {
        goesOn = await drive.mayGoOn();
        if (!goesOn) return found && withdraw(drive, action, intended);
        return pull(drive, intended, () => drive.platform.disable(action.workflow, drive.signal), {
          isWanted: true,
        });
      },
    });
    if (accepted && asked) await recordAccepted(drive, asked, accepted);
  } catch (error) {
    await recordFailed(drive, asked ?? action, error, {
      wasAsked: wasAskedBefore(action),
    });
  }
  return goesOn;
}

/** Reads of a workflow, and keeps as evidence, what closing its entrance will need soon. */
export function readAhead(
  drive: Drive,
  target: readonly Action[],
  ahead: Ahead<Found | undefined>,
): void {
  const action = target.find((one) => one.lever === 'disable');
  if (action?.state !== 'planned' || fallbackOf(action)) return;
  ahead.begin(action.id, () => prepare(drive, action));
}

/** Where the write itself refuses what has moved, the read that it was decided on stays good. */
function isFresh({ context, platform }: Drive, readAt: Date): boolean {
  if (platform.pace.inOneWrite) return true;
  return context.now().getTime() - readAt.getTime() <= freshForMs;
}

/** What has to be known of a workflow before it is touched. */
export type Found = {
  readonly observation: Observation;
  readonly readAt: Date;
  /** What of it changed since it was planned, though not what matters; a sentence. */
  readonly moved?: string;
  /** Evidence that is still to be sealed, with the intent. */
  readonly unsealed?: Sealed;
  /** Until its evidence is sealed. */
  readonly sealing?: Promise<void>;
};

/** Reads it and seals evidence. @returns undefined when its target was skipped */
async function prepare(drive: Drive, action: Action): Promise<Found | undefined> {
  const found = await read(drive, action);
  if (!found || (await drive.hasSealed(action.workflow))) return found;
  const sealed = await collect(drive, action);
  // Where all leave in one write, none is waiting for the other: one transaction seals and intends.
  if (drive.platform.pace.inOneWrite) return { ...found, unsealed: sealed };
  const sealing = drive.recordWithNext({ actions: [], ...sealedStep(sealed) });
  // Awaited with the intent; until then a failure must not count as unhandled.
  sealing.catch(() => undefined);
  return { ...found, sealing };
}

/** @returns the action as requested; undefined when it is no longer what was read, and was skipped */
async function storeIntent(
  drive: Drive,
  action: Action,
  found: Found,
): Promise<Action | undefined> {
  const latest = isFresh(drive, found.readAt) ? found : await read(drive, action);
  if (!latest) return undefined;
  const { observation } = latest;
  const now = drive.context.now();
  const before: Before = {
    platform: observation.memo,
    contentHash: observation.contentHash,
    byHand: observation.byHand,
    wasOff: !observation.active,
    ...(latest.moved === undefined ? {} : { moved: latest.moved }),
    ...(observation.parts ? { parts: observation.parts } : {}),
    ...(observation.structures ? { structures: observation.structures } : {}),
  };
  const asked = request(action, before, now);
  const intent: Step = {
    actions: [asked],
    journal: [journalLine(asked, 'before', now)],
    ...sealedStep(found.unsealed),
  };
  await Promise.all([found.sealing, drive.record(intent)]);
  return drive.current(asked);
}

/** It stands as before its intent: nobody was asked for anything. */
async function withdraw(drive: Drive, planned: Action, intended: Action): Promise<undefined> {
  const { revision } = drive.current(intended);
  const text = 'It was not asked for: the plan was to go no further.';
  await drive.record({
    actions: [{ ...planned, revision }],
    journal: [journalLine(intended, 'after', drive.context.now(), { outcome: 'failed', text })],
  });
  return undefined;
}

/** The workflow as it is now; undefined when its target was skipped, for it is not what was planned. */
async function read(drive: Drive, action: Action): Promise<Found | undefined> {
  const readAt = drive.context.now();
  let observation: Observation;
  try {
    observation = await askAgain(
      drive,
      () => drive.platform.observe(action.workflow, drive.signal),
      { about: { action, call: 'read' } },
    );
  } catch (error) {
    if (error instanceof SetAside) throw error;
    await skip(drive, targetActions(drive, action), reasonOf(error), 'failed');
    return undefined;
  }
  const isFreeze = drive.plan.freezes !== undefined;
  const drift = driftOf(drive.targetOf(action), observation, { isFreeze });
  if (drift.isTaken) {
    return { observation, readAt, ...(drift.moved === undefined ? {} : { moved: drift.moved }) };
  }
  const how = observation.active ? await howElse(drive, action) : '';
  await leaveAlone(drive, action, `${drift.why}${how}`, observation.active);
  return undefined;
}

/** Whoever changes it again and again before it is contained is not met by planning it once more. */
async function howElse(drive: Drive, { workflow }: Action): Promise<string> {
  const { context, plan, connection } = drive;
  const others = await context.store.plans.ofIncident(plan.incident);
  for (const { id } of others.filter((other) => other.id !== plan.id)) {
    const actions = await context.store.plans.actions(id);
    if (actions.some((one) => one.workflow === workflow && wasLeftOn(one))) {
      return ` It did so before: \`contain freeze ${connection.name}\` takes it as it is.`;
    }
  }
  return '';
}

/** Nobody has approved what it became; that it is on is kept, so that it is not taken for contained. */
async function leaveAlone(drive: Drive, action: Action, why: string, isOn: boolean): Promise<void> {
  const now = drive.context.now();
  const ended = targetActions(drive, action).map((one) =>
    end(isOn ? withLeftOn(one) : one, 'skipped', why, now),
  );
  await drive.record({
    actions: ended,
    events: ended.map((one) => eventAbout(drive.plan, one, now)),
  });
}

function targetActions(drive: Drive, action: Action): readonly Action[] {
  return drive.actions.filter((one) => one.workflow === action.workflow && one.state === 'planned');
}
