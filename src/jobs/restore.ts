import type { Before } from '../domain/action.ts';
import { beforeOf, end, eventAbout, fallbackOf, journalLine, request } from '../domain/action.ts';
import { whatMoved } from '../domain/draft-parts.ts';
import type { Action } from '../domain/plan.ts';
import { wasSeenOff } from '../domain/seen-off.ts';
import { wasAskedBefore } from '../domain/tries.ts';
import { shownInstant } from '../domain/watch.ts';
import { listed } from '../domain/wording.ts';
import type { Observation } from '../platforms/platform.ts';
import { archives } from '../platforms/platform.ts';
import { SetAside } from './aside.ts';
import { askAgain, pull, reasonOf } from './ask.ts';
import type { Drive } from './drive.ts';
import { recordAccepted, recordFailed, skip } from './outcome.ts';

/**
 * Puts one workflow back as it was before it was contained, by the version that was live then.
 *
 * Refuses what moved meanwhile: a workflow that somebody switched on again, or whose content
 * changed, is left alone and shown. So is what another containment keeps off, in whatever incident.
 *
 * @param contained the action that switched it off
 */
export async function restore(
  drive: Drive,
  action: Action,
  contained: Action | undefined,
): Promise<void> {
  const before = contained && beforeOf(contained);
  if (!contained || !before) {
    await skip(drive, [action], 'Nothing was recorded of its state before; switch it on by hand.');
    return;
  }
  if (drive.targetOf(action)?.active === false) {
    await letGo(drive, action, contained);
    return;
  }
  try {
    if (action.state === 'planned' && !(await mayRestore(drive, action, contained, before))) return;
  } catch (error) {
    await recordFailed(drive, action, error);
    return;
  }
  // Asked for before a crash; since then another containment may have begun to keep it off.
  if (action.state === 'requested' && (await skipHeld(drive, action))) return;
  const asked = drive.current(action);
  if (asked.state !== 'requested') return;
  let isFirst = true;
  try {
    const accepted = await pull(drive, asked, async () => {
      // The platform may have put us off for long; nothing is switched on behind who came since.
      if (!isFirst) await assertFree(drive, asked);
      isFirst = false;
      await bringBack(drive, contained);
      return await drive.platform.enable(asked.workflow, before.platform, drive.signal);
    });
    await recordAccepted(drive, asked, accepted);
  } catch (error) {
    if (error instanceof HeldMeanwhile) await leaveOff(drive, asked, error.message);
    else
      await recordFailed(drive, asked, error, {
        wasAsked: wasAskedBefore(action),
      });
  }
}

/** Why it must stay off, since we began to ask. */
class HeldMeanwhile extends Error {}

async function assertFree(drive: Drive, action: Action): Promise<void> {
  const why = await heldBy(drive, action);
  if (why !== undefined) throw new HeldMeanwhile(why);
}

/** What was asked for and put off is not asked for again. */
async function leaveOff(drive: Drive, asked: Action, why: string): Promise<void> {
  const now = drive.context.now();
  const ended = end(drive.current(asked), 'skipped', why, now);
  await drive.record({
    actions: [ended],
    journal: [journalLine(ended, 'after', now, { outcome: 'failed', text: why })],
    events: [eventAbout(drive.plan, ended, now)],
  });
}

async function mayRestore(
  drive: Drive,
  action: Action,
  contained: Action,
  before: Before,
): Promise<boolean> {
  try {
    const look = () => drive.platform.observe(action.workflow, drive.signal);
    const seen = await askAgain(drive, look, { about: { action, call: 'read' } });
    if (seen.active) {
      await skip(drive, [action], await onReason(drive, contained, seen));
      return false;
    }
    if (seen.contentHash !== before.contentHash) {
      await skip(drive, [action], movedReason(action, before, seen));
      return false;
    }
  } catch (error) {
    if (error instanceof SetAside) throw error;
    await skip(drive, [action], reasonOf(error), 'failed');
    return false;
  }
  if (await skipHeld(drive, action)) return false;
  const now = drive.context.now();
  const asked = request(action, before, now);
  await drive.record({ actions: [asked], journal: [journalLine(asked, 'before', now)] });
  return true;
}

/** With what moved, as far as parts can be told apart. */
function movedReason({ ref }: Action, before: Before, seen: Observation): string {
  const moved = before.parts && seen.parts ? whatMoved(before.parts, seen.parts) : '';
  const what = moved === '' ? '' : ` (${moved})`;
  return (
    `Its content changed since it was contained${what}; review it and switch it on by hand. ` +
    `\`evidence list ${ref}\` has it as it was.`
  );
}

/** So much later by the platform's clock than we asked is somebody else's switch, in ms. */
const oursWithinMs = 60_000;

/** Nobody is said to have switched on what was perhaps never off, or what we switched on. */
async function onReason(
  { plan, context }: Drive,
  contained: Action,
  { lastSwitch }: Observation,
): Promise<string> {
  const askedAt = contained.requestedAt ?? contained.acceptedAt;
  const key = { connection: contained.connection, id: contained.workflow };
  const ours = askedAt && (await context.store.plans.broughtBackBy(key, askedAt));
  if (ours && (!lastSwitch || lastSwitch.at.getTime() <= ours.at.getTime() + oursWithinMs)) {
    const isNamed = !ours.isPrivate || ours.incident === plan.incident;
    return `${isNamed ? ours.plan : 'Another undo'} switched it on again already; it was left as it is.`;
  }
  const isSwitchedSince = lastSwitch && askedAt && lastSwitch.at > askedAt;
  if (!wasSeenOff(contained) && !isSwitchedSince) {
    return 'It is on, and was never seen off since it was to be contained; nothing was switched on.';
  }
  const at = lastSwitch ? ` at ${shownInstant(lastSwitch.at)}` : '';
  const by = lastSwitch?.by === undefined ? '' : ` (${lastSwitch.by})`;
  return `Somebody${by} switched it on again meanwhile${at}; it was left as it is.`;
}

/** Brings it back from where a fallback put it; it stays off by that. */
async function bringBack({ platform, signal }: Drive, contained: Action): Promise<void> {
  if (fallbackOf(contained) === undefined || !archives(platform)) return;
  await platform.unarchive(contained.workflow, signal);
}

/** As it was before is off: nothing is switched on, and what is on meanwhile is not as it was. */
async function letGo(drive: Drive, action: Action, contained: Action): Promise<void> {
  try {
    const about = { action, call: 'unarchive' };
    await askAgain(drive, () => bringBack(drive, contained), { about, isWrite: true });
    const look = () => drive.platform.observe(action.workflow, drive.signal);
    const seen = await askAgain(drive, look, { about: { action, call: 'read' } });
    if (seen.active) {
      const why = await onReason(drive, contained, seen);
      const next = `Next: \`contain plan ${action.ref}\`.`;
      await skip(drive, [action], `It was off before it was contained, and is on. ${why} ${next}`);
      return;
    }
  } catch (error) {
    if (error instanceof SetAside) return recordFailed(drive, action, error);
    await skip(drive, [action], reasonOf(error), 'failed');
    return;
  }
  const now = drive.context.now();
  const reason = 'It was off before it was contained; nothing is switched on.';
  const taken: Action = { ...drive.current(action), state: 'undone', reason, settledAt: now };
  await drive.record({
    actions: [taken],
    events: [eventAbout(drive.plan, taken, now, { text: reason })],
  });
}

/** @returns true when a freeze or another containment keeps it off, so that it was skipped */
async function skipHeld(drive: Drive, action: Action): Promise<boolean> {
  const why = await heldBy(drive, action);
  if (why === undefined) return false;
  await skip(drive, [action], why);
  return true;
}

/** Names no plan of another incident that is private. */
async function heldBy({ plan, context }: Drive, action: Action): Promise<string | undefined> {
  const { connection, workflow: id } = action;
  const { plans } = context.store;
  // What was off when the freeze began is no part of it, and is to stay off all the same.
  if ((await plans.freezing()).some(({ freezes }) => freezes === connection)) {
    return 'Its connection was frozen meanwhile; once that is thawed, undo this one again.';
  }
  const held = plan.undoes ? await plans.othersHolding(plan.undoes, { connection, id }) : [];
  if (held.length === 0) return undefined;
  const named = held.filter((hold) => !hold.isPrivate || hold.incident === plan.incident);
  if (named.length < held.length) {
    return 'Another containment keeps it off; once that is undone, undo this one again.';
  }
  const names = named.map((hold) => hold.plan);
  const [keep, those] = names.length === 1 ? ['keeps', 'that is'] : ['keep', 'those are'];
  return `${listed(names)} ${keep} it off; once ${those} undone (\`contain undo\`), undo this one again.`;
}
