import { eventAbout, journalLine, request as requested } from '../domain/action.ts';
import { notHadWords } from '../domain/evidence.ts';
import type { PlatformUser } from '../domain/inventory.ts';
import { planAgainLine } from '../domain/plan-words.ts';
import type { Action } from '../domain/plan.ts';
import { userHash } from '../domain/removing.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { wasAskedBefore } from '../domain/tries.ts';
import { PlatformError } from '../errors.ts';
import type { Accepted, Belonging, Captured, RemovesUsers } from '../platforms/platform.ts';
import { removesUsers } from '../platforms/platform.ts';
import { askAgain, pull, reasonOf } from './ask.ts';
import { attachmentsOf } from './attachments.ts';
import { lookAgain } from './credential.ts';
import type { Drive } from './drive.ts';
import { recordAccepted, recordFailed, skip } from './outcome.ts';
import { settle } from './settle.ts';

const noWay = 'This connection has no way to do that any more.';

/**
 * Deletes the users of a plan from their platform: what they own goes to another, and only once that
 * is verified are they deleted.
 *
 * Safe to repeat after a crash at any point: what was transferred is not transferred again, and who
 * is gone is not there to be deleted.
 */
export async function removeAll(drive: Drive): Promise<void> {
  const open = drive.actions.filter(({ state }) => ['planned', 'requested'].includes(state));
  if (open.length === 0) return;
  const { platform } = drive;
  if (!removesUsers(platform)) {
    await skip(drive, open, noWay, 'failed');
    return;
  }
  for (const target of drive.targets) {
    if (!(await removeOne(drive, platform, target))) return;
  }
  // People list users right after, and must not meet who is gone.
  await lookAgain(drive);
}

/** @returns false when nobody wants the plan to go on any more */
async function removeOne(
  drive: Drive,
  platform: RemovesUsers,
  target: readonly Action[],
): Promise<boolean> {
  for (const action of target) {
    if (action.state === 'planned') {
      if (!(await drive.mayGoOn())) return false;
      const asked = await prepare(drive, platform, action);
      if (!asked) return true;
      await pullOne(drive, platform, asked, wasAskedBefore(action));
    } else if (action.state === 'requested') {
      if (!(await drive.mayGoOn())) return false;
      await pullOne(drive, platform, action, wasAskedBefore(action));
    }
    await settle(drive, [action]);
    const { state } = drive.current(action);
    if (state === 'verified') continue;
    const rest = target.filter((one) => drive.current(one).state === 'planned');
    const why = 'What they own was not seen to be transferred, and would be deleted with them.';
    if (rest.length > 0) await skip(drive, rest, why);
    return true;
  }
  return true;
}

/** Looks once more, seals what is known, and stores the intent; skips who is not as planned. */
async function prepare(
  drive: Drive,
  platform: RemovesUsers,
  action: Action,
): Promise<Action | undefined> {
  const rest = drive.actions.filter(
    ({ workflow, state }) => workflow === action.workflow && state === 'planned',
  );
  try {
    const unseen = await lookAgain(drive);
    const user = unseen === undefined ? await listedAs(drive, action) : undefined;
    const own = await askAgain(drive, () => platform.belongingsOf(action.workflow, drive.signal));
    const drift = unseen ?? driftOf(drive, action, user, own);
    if (drift !== undefined || user === undefined) {
      await skip(drive, rest, drift ?? 'The platform no longer lists them.');
      return undefined;
    }
    return await request(drive, action, user, await evidenceOf(drive, user, own));
  } catch (error) {
    await skip(drive, rest, reasonOf(error), 'failed');
    return undefined;
  }
}

/** Why they are not as they were when two people agreed to this. */
function driftOf(
  drive: Drive,
  action: Action,
  user: PlatformUser | undefined,
  own: readonly Belonging[],
): string | undefined {
  const target = drive.targetOf(action);
  const again = `plan it again: \`${planAgainLine(drive.plan)}\`.`;
  if (user === undefined) return 'The platform no longer lists them.';
  if (userHash(user, drive.context.recorder) !== target?.observedHash) {
    return `They changed since the plan was made; ${again}`;
  }
  if (action.lever === 'remove') {
    return own.length === 0 ? undefined : `They own something that was not planned for; ${again}`;
  }
  const planned = new Set((target.moves ?? []).map(({ kind, id }) => `${kind} ${id}`));
  const held = new Set(own.map(({ kind, id }) => `${kind} ${id}`));
  if (planned.size !== held.size || [...held].some((one) => !planned.has(one))) {
    return `They own something else than when the plan was made; ${again}`;
  }
  return own.some(({ isOn }) => isOn)
    ? `Something of theirs was switched on since the plan was made; disable it, then ${again}`
    : undefined;
}

async function pullOne(
  drive: Drive,
  platform: RemovesUsers,
  asked: Action,
  wasAsked: boolean,
): Promise<void> {
  try {
    const accepted = await pull(drive, asked, async () => ask(drive, platform, asked));
    await recordAccepted(drive, asked, accepted);
  } catch (error) {
    await recordFailed(drive, asked, error, { wasAsked });
  }
}

async function ask(drive: Drive, platform: RemovesUsers, asked: Action): Promise<Accepted> {
  const { signal } = drive;
  const { moves = [], to } = drive.targetOf(asked) ?? {};
  if (asked.lever === 'remove') return await platform.removeUser(asked.workflow, signal);
  if (to === undefined) throw new PlatformError(platform.kind, 'refused', noWay);
  const handover = { user: asked.workflow, to: to.id, items: moves };
  return await platform.transfer(handover, signal);
}

async function listedAs(drive: Drive, action: Action): Promise<PlatformUser | undefined> {
  const users = await drive.context.store.inventory.allUsers();
  return users.find(
    ({ connection, id }) => connection === action.connection && id === action.workflow,
  );
}

type Kept = Captured & { readonly of?: { readonly workflow: string; readonly name: string } };

/** Who they are and what is theirs; nothing is deleted of which this could not be read. */
async function evidenceOf(
  drive: Drive,
  { hasMfa, lastActiveAt, ...user }: PlatformUser,
  own: readonly Belonging[],
): Promise<readonly Kept[]> {
  const { platform, signal, context } = drive;
  const document = {
    user: { ...user, hasMfa: hasMfa ?? null, lastActiveAt: lastActiveAt?.toISOString() ?? null },
    owns: own,
    seenAt: context.now().toISOString(),
  };
  const kept: Kept[] = [
    {
      title: 'user.json',
      mediaType: 'application/json',
      bytes: new TextEncoder().encode(JSON.stringify(document, undefined, 2)),
    },
  ];
  for (const { kind, id } of own) {
    if (kind !== 'workflow') continue;
    const captured = await askAgain(drive, () => platform.capture(id, signal));
    const workflow = await context.store.inventory.workflow({ connection: user.connection, id });
    kept.push(
      ...captured.map((one) => ({ ...one, of: { workflow: id, name: workflow?.name ?? id } })),
    );
  }
  return kept;
}

async function request(
  drive: Drive,
  action: Action,
  user: PlatformUser,
  kept: readonly Kept[],
): Promise<Action> {
  const { context, plan } = drive;
  const now = context.now();
  const asked = requested(action, undefined, now);
  const notHad = kept.flatMap(({ of, notHad: gaps = [] }) =>
    gaps.map(({ part, why }) => ({ part: `${part} of “${of?.name ?? user.name}”`, why })),
  );
  const sealed: NewTimelineEvent = {
    chain: plan.incident,
    kind: 'evidence_sealed',
    actor: { kind: 'firebreak' },
    source: 'job',
    occurredAt: now,
    text: `${plan.name}: sealed who ${user.ref} “${user.name}” is and what they own before acting. ${notHadWords(
      notHad,
    )}`.trim(),
    attachments: attachmentsOf(context, kept),
    data: { plan: plan.name, ref: action.ref, user: action.workflow, notHad },
  };
  const { connection } = action;
  await drive.record({
    actions: [asked],
    journal: [journalLine(asked, 'before', now)],
    evidence: kept.map(({ of, ...one }) => ({
      ...one,
      id: context.newId(),
      incident: plan.incident,
      collectedAt: now,
      from: {
        kind: 'workflow',
        connection,
        workflow: of?.workflow ?? action.workflow,
        workflowName: of?.name ?? action.workflowName,
      },
      plan: plan.id,
    })),
    events: [sealed, eventAbout(plan, asked, now)],
  });
  return drive.current(asked);
}
