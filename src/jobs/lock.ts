import { blockLifted } from '../domain/block-lifted.ts';
import type { Action, LockLever } from '../domain/plan.ts';
import { isLock } from '../domain/plan.ts';
import { wasAskedBefore } from '../domain/tries.ts';
import type { Proof, Reading } from '../domain/verification.ts';
import { byTarget } from '../domain/watch.ts';
import { PlatformError } from '../errors.ts';
import type { Accepted, CredentialKey, LocksCredentials } from '../platforms/platform.ts';
import { blocksCredentials, locksCredentials } from '../platforms/platform.ts';
import { pull } from './ask.ts';
import { asPlanned, lookAgain, request } from './credential.ts';
import type { Drive } from './drive.ts';
import { recordAccepted, recordFailed, skip } from './outcome.ts';
import { revocableOf } from './revocable.ts';

const noWay = 'This connection has no way to do that any more.';

/**
 * Blocks, unblocks, overwrites or deletes the credentials of a plan on their platform, one after the other.
 *
 * Safe to repeat after a crash at any point: a lock that is asked for twice is the same lock, and a
 * dud is as worthless as the one before; what is deleted already is not there to be deleted again.
 */
export async function lockAll(drive: Drive): Promise<void> {
  const open = drive.targets.flat().filter(({ state }) => ['planned', 'requested'].includes(state));
  const [first] = open;
  if (!first) return;
  const { platform } = drive;
  if (!locksCredentials(platform)) {
    await skip(drive, open, noWay, 'failed');
    return;
  }
  const isNew = open.some(({ state }) => state === 'planned');
  const unseen = isNew ? await lookAgain(drive) : undefined;
  for (const action of open) {
    if (!(await drive.mayGoOn())) return;
    const asked = action.state === 'planned' ? await prepare(drive, action, unseen) : action;
    if (asked) await lockOne(drive, platform, asked, wasAskedBefore(action));
  }
  // People unblock and revoke right after, and must not meet our change as somebody else's.
  await lookAgain(drive);
}

async function prepare(
  drive: Drive,
  action: Action,
  unseen: string | undefined,
): Promise<Action | undefined> {
  const credential = await asPlanned(drive, action);
  if (credential === undefined) return undefined;
  if (action.lever === 'unblock') await tellOthersBlocking(drive, action);
  return await request(drive, action, credential, unseen);
}

/**
 * Tells other incidents that their block of it ends. Before the call, because it is not theirs any
 * more from then on: whoever is told in vain looks again with `contain verify`.
 */
async function tellOthersBlocking(drive: Drive, { workflow }: Action): Promise<void> {
  const { context, plan, connection } = drive;
  const { store, now } = context;
  const own = await store.incidents.forFirebreak(plan.incident);
  const who =
    own?.visibility === 'open' ? `${plan.name} of ${own.name}` : 'A plan of another incident';
  const text = `${who} unblocks it.`;
  const blocks = (await store.watch.blocked(connection.id)).filter(
    (one) => one.action.workflow === workflow && one.plan.incident !== plan.incident,
  );
  for (const held of byTarget(blocks)) {
    const proof: Proof = { method: 'own-plan', finding: 'contradicts', text, at: now() };
    const told = blockLifted(held, { proofs: [proof], doubts: [] }, now());
    if (told) await store.save(told);
  }
}

async function lockOne(
  drive: Drive,
  platform: LocksCredentials,
  asked: Action,
  wasAsked: boolean,
): Promise<void> {
  try {
    const accepted = await pull(drive, asked, async () => lock(drive, platform, asked));
    await recordAccepted(drive, asked, accepted);
  } catch (error) {
    await recordFailed(drive, asked, error, { wasAsked });
  }
}

async function lock(drive: Drive, platform: LocksCredentials, asked: Action): Promise<Accepted> {
  const { signal, context } = drive;
  const key = keyOf(asked);
  const lever = leverOf(asked);
  if (lever === 'overwrite') {
    // Nobody is told it, and nothing keeps it. The name of a host that cannot exist (RFC 6761).
    return await platform.overwriteCredential(key, `x-${context.newId()}.invalid`, signal);
  }
  if (!blocksCredentials(platform)) throw new PlatformError(platform.kind, 'refused', noWay);
  switch (lever) {
    case 'block':
      return await platform.blockCredential(key, signal);
    case 'unblock':
      return await platform.unblockCredential(key, hostsOf(drive, asked), signal);
    case 'delete':
      return await platform.deleteCredential(key, signal);
  }
}

/** Are they locked, or usable again, as the plan wants them? */
export async function checkLocked(
  drive: Drive,
  actions: readonly Action[],
): Promise<readonly Reading[]> {
  const { platform, signal } = drive;
  if (!locksCredentials(platform)) {
    return actions.map(({ workflow }) => ({ workflow, proofs: [], doubts: [noWay] }));
  }
  const checks = actions.map((action) => ({
    ...keyOf(action),
    lever: leverOf(action),
    hosts: hostsOf(drive, action),
    requestedAt: action.requestedAt ?? new Date(0),
    acceptedAt: action.acceptedAt ?? action.requestedAt ?? new Date(0),
  }));
  const readings = await platform.checkCredentials(checks, signal);
  return actions.map(({ workflow }, index) => ({
    workflow,
    ...(readings[index] ?? { proofs: [], doubts: ['The platform left it out.'] }),
  }));
}

function keyOf(action: Action): CredentialKey {
  return { id: action.workflow, type: revocableOf(action).type };
}

function leverOf({ lever }: Action): LockLever {
  if (isLock(lever)) return lever;
  throw new Error(`${lever} is no lock.`);
}

function hostsOf(drive: Drive, action: Action): readonly string[] {
  return drive.targetOf(action)?.hosts ?? [];
}
