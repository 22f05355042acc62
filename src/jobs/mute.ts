import { beforeOf, journalLine, request } from '../domain/action.ts';
import type { Before } from '../domain/action.ts';
import { driftOf } from '../domain/drift.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { isAboutNodes } from '../domain/plan.ts';
import { wasAskedBefore } from '../domain/tries.ts';
import type { Reading } from '../domain/verification.ts';
import type { MutesNodes, Observation } from '../platforms/platform.ts';
import { mutesNodes } from '../platforms/platform.ts';
import { askAgain, pull, reasonOf } from './ask.ts';
import type { Drive } from './drive.ts';
import { recordAccepted, recordFailed, skip } from './outcome.ts';
import { collect, sealedStep } from './seal.ts';

const noWay = 'This connection has no way to switch single nodes off or on any more.';

/**
 * Switches nodes off, or on again as they were.
 *
 * Safe to repeat after a crash at any point: what was asked for already is asked again, and the
 * platform answers that it is so; what was true before is kept from the first time.
 */
export async function muteAll(drive: Drive): Promise<void> {
  const open = drive.targets.flat().filter(({ state }) => ['planned', 'requested'].includes(state));
  const { platform } = drive;
  if (!mutesNodes(platform)) {
    if (open.length > 0) await skip(drive, open, noWay, 'failed');
    return;
  }
  for (const action of open) {
    if (!(await drive.mayGoOn())) return;
    const asked = action.state === 'planned' ? await prepare(drive, platform, action) : action;
    if (asked)
      await ask(drive, platform, asked, {
        wasAsked: wasAskedBefore(action),
      });
  }
}

async function ask(
  drive: Drive,
  platform: MutesNodes,
  asked: Action,
  how: { readonly wasAsked: boolean },
): Promise<void> {
  const { workflow, lever } = asked;
  const memo = beforeOf(asked)?.platform ?? null;
  try {
    const accepted = await pull(drive, asked, async () =>
      lever === 'mute'
        ? await platform.muteNodes(workflow, memo, drive.signal)
        : await platform.unmuteNodes(workflow, memo, drive.signal),
    );
    await recordAccepted(drive, asked, accepted);
  } catch (error) {
    await recordFailed(drive, asked, error, how);
  }
}

async function prepare(
  drive: Drive,
  platform: MutesNodes,
  action: Action,
): Promise<Action | undefined> {
  return action.lever === 'mute'
    ? await prepareMute(drive, platform, action)
    : await prepareUnmute(drive, action);
}

/** Reads it, refuses drift, seals evidence and stores the intent. @returns undefined when skipped */
async function prepareMute(
  drive: Drive,
  platform: MutesNodes,
  action: Action,
): Promise<Action | undefined> {
  const target = drive.targetOf(action);
  const nodes = (target?.nodes ?? []).map(({ id }) => id);
  let seen: Observation;
  try {
    seen = await askAgain(drive, () => platform.observeNodes(action.workflow, nodes, drive.signal));
  } catch (error) {
    await skip(drive, [action], reasonOf(error), 'failed');
    return undefined;
  }
  const drift = driftOf(target, seen);
  if (!seen.active || !drift.isTaken) {
    const why =
      drift.isTaken || !seen.active ? 'All of it is off now; run “scope sync”.' : drift.why;
    await skip(drive, [action], why);
    return undefined;
  }
  const { memo: recorded, contentHash, byHand, parts } = seen;
  const before: Before = {
    platform: recorded,
    contentHash,
    byHand,
    wasOff: false,
    ...(parts ? { parts } : {}),
  };
  const sealed = (await drive.hasSealed(action.workflow))
    ? undefined
    : await collect(drive, action);
  const now = drive.context.now();
  const asked = request(action, before, now);
  await drive.record({
    actions: [asked],
    journal: [journalLine(asked, 'before', now)],
    ...sealedStep(sealed),
  });
  return drive.current(asked);
}

/** Stores the intent with what was true before the nodes were switched off. */
async function prepareUnmute(drive: Drive, action: Action): Promise<Action | undefined> {
  const before = await beforeMuting(drive, action);
  if (!before) {
    await skip(drive, [action], 'Nothing was recorded of these nodes; switch them on by hand.');
    return undefined;
  }
  const now = drive.context.now();
  const asked = request(action, before, now);
  await drive.record({ actions: [asked], journal: [journalLine(asked, 'before', now)] });
  return drive.current(asked);
}

async function beforeMuting(
  { context, plan }: Drive,
  { connection, workflow }: Action,
): Promise<Before | undefined> {
  const muted = plan.undoes ? await context.store.plans.actions(plan.undoes) : [];
  const own = muted.find((one) => one.connection === connection && one.workflow === workflow);
  return own && beforeOf(own);
}

/** Are the nodes off, or on again, as the plan wants them? */
export async function checkMuted(
  { platform, signal }: Pick<Drive, 'platform' | 'signal'>,
  actions: readonly Action[],
): Promise<readonly Reading[]> {
  if (!mutesNodes(platform)) {
    return actions.map(({ workflow }) => ({ workflow, proofs: [], doubts: [noWay] }));
  }
  const checks = actions.flatMap((action) =>
    isAboutNodes(action.lever)
      ? [
          {
            workflow: action.workflow,
            lever: action.lever,
            memo: beforeOf(action)?.platform ?? null,
          },
        ]
      : [],
  );
  return await platform.checkNodes(checks, signal);
}

/** The actions of the plan that an undo has verifiably taken back. */
export function unmuted(
  undo: Plan,
  back: readonly Action[],
  muted: readonly Action[],
  now: Date,
): readonly Action[] {
  if (undo.purpose !== 'unmute' || !back.every(({ state }) => state === 'verified')) return [];
  return muted.map((action) => ({ ...action, state: 'undone', settledAt: now }));
}
