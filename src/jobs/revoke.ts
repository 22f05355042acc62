import { eventAbout, journalLine } from '../domain/action.ts';
import type { Action } from '../domain/plan.ts';
import { afterRevocation, recordAfter } from '../domain/revocation-progress.ts';
import type { Liveness, Revocation, RevocationRecord } from '../domain/revocation.ts';
import { triesOf, withAnsweredTry, withFailedTry } from '../domain/tries.ts';
import { PlatformError } from '../errors.ts';
import type { Revoker } from '../revokers/revoker.ts';
import { look, revokeAndProve } from '../revokers/revoker.ts';
import { SetAside } from './aside.ts';
import { pull } from './ask.ts';
import { asPlanned, lookAgain, request } from './credential.ts';
import type { Drive } from './drive.ts';
import { putOff, skip } from './outcome.ts';
import { revocableOf } from './revocable.ts';

/**
 * Revokes the credentials of a plan at their providers, one after the other.
 *
 * A provider is asked again only where it put us off or could not answer, and refuses the credential
 * not yet; what was under way when a process died is only looked at.
 */
export async function revokeAll(drive: Drive): Promise<void> {
  const actions = drive.targets.flat();
  for (const action of actions) {
    if (action.state === 'requested') await takeUp(drive, action);
  }
  const planned = actions.filter(({ state }) => state === 'planned');
  if (planned.length === 0) return;
  const unseen = await lookAgain(drive);
  for (const action of planned) {
    if (!(await drive.mayGoOn())) return;
    await revokeOne(drive, action, unseen);
  }
}

async function revokeOne(drive: Drive, action: Action, unseen: string | undefined): Promise<void> {
  const { context, connection, signal } = drive;
  const credential = await asPlanned(drive, action);
  if (!credential) return;
  const revoker = context.revokers.at(connection, credential);
  if (!revoker) {
    const reason = 'Firebreak has no way to its provider any more; revoke it by hand.';
    await skip(drive, [action], reason, 'failed');
    return;
  }
  const asked = await request(drive, action, credential, unseen);
  const { now, wait } = context;
  let calls = 0;
  const counting: Revoker = {
    probe: (...about) => revoker.probe(...about),
    revoke: (...about) => {
      calls += 1;
      return revoker.revoke(...about);
    },
  };
  // A call to which no answer came is not made again: looking tells more than asking.
  let failure: PlatformError | undefined;
  const ask = async (call: () => Promise<void>): Promise<void> => {
    try {
      await pull(drive, asked, call, { tries: 1 });
    } catch (error) {
      if (error instanceof PlatformError) failure = error;
      throw error;
    }
  };
  const revocation = await revokeAndProve(counting, action.workflow, { now, wait, signal, ask });
  if (failure instanceof SetAside && revocation.state === 'failed') {
    return takeBack(drive, action, asked, failure);
  }
  await recordRevocation(drive, withLastTry(drive.current(asked), calls, failure), revocation);
}

/** The call that nobody has counted yet, because it was not made again; none where a look was enough. */
function withLastTry(asked: Action, calls: number, failure: PlatformError | undefined): Action {
  if ((triesOf(asked)?.calls ?? 0) >= calls) return asked;
  return failure ? withFailedTry(asked, failure) : withAnsweredTry(asked);
}

/** It stands as before its intent: the provider surely did nothing, and the plan goes no further now. */
async function takeBack(
  drive: Drive,
  planned: Action,
  asked: Action,
  aside: SetAside,
): Promise<void> {
  const { revision } = drive.current(asked);
  const now = drive.context.now();
  await drive.record({
    actions: [{ ...planned, revision }],
    journal: [journalLine(asked, 'after', now, { outcome: 'failed', text: aside.message })],
    events: putOff(drive, asked, aside, now),
  });
}

/** A process died between the intent and the answer: looks, and never asks a second time. */
async function takeUp(drive: Drive, action: Action): Promise<void> {
  const revoker = drive.context.revokers.at(drive.connection, revocableOf(action));
  const seen = revoker ? await look(revoker, action.workflow, drive.signal) : 'unknown';
  const state = seen === 'dead' ? 'confirmed_dead' : 'requested_unconfirmed';
  const text = `Firebreak was interrupted while it asked, and asks only once. ${saw[seen]}`;
  await recordRevocation(drive, drive.current(action), { state, text, at: drive.context.now() });
}

/** What a look at the provider showed, in a sentence. */
export const saw: Readonly<Record<Liveness, string>> = {
  dead: 'The provider refuses it.',
  alive: 'The provider still accepts it.',
  unknown: 'Nothing shows whether the provider still accepts it.',
};

async function recordRevocation(drive: Drive, asked: Action, revocation: Revocation) {
  const { plan } = drive;
  const { state, text, at } = revocation;
  const after = afterRevocation(asked, revocation);
  const outcome =
    after.state === 'verified' ? 'ok' : after.state === 'failed' ? 'failed' : 'unknown';
  const before = await recordOf(drive, asked);
  await drive.record({
    actions: [after],
    journal: [journalLine(after, 'after', at, { outcome, text })],
    revocations: [recordAfter(plan, after, revocation, before)],
    events: [
      eventAbout(plan, after, at, {
        ...(after.state === 'verified' ? { text } : {}),
        data: { revocation: state },
      }),
    ],
  });
}

/** What is stored of this credential in the incident. */
export async function recordOf(
  { context, plan }: Drive,
  action: Action,
): Promise<RevocationRecord | undefined> {
  const records = await context.store.revocations.ofIncident(plan.incident);
  return records.find(
    ({ connection, credential }) =>
      connection === action.connection && credential === action.workflow,
  );
}

/** Who can look at the provider of this action's credential, as it was when it was asked. */
export function revokerOf({ context, connection }: Drive, action: Action): Revoker | undefined {
  return context.revokers.at(connection, revocableOf(action));
}
