import { accept, beforeOf, end, eventAbout, journalLine, wasOffBefore } from '../domain/action.ts';
import { afterFailure } from '../domain/fallback.ts';
import { couldNotStop } from '../domain/not-stopped.ts';
import type { Action } from '../domain/plan.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import {
  triesInWords,
  triesOf,
  withAnsweredTry,
  withFailedTry,
  withSetAside,
} from '../domain/tries.ts';
import { PlatformError } from '../errors.ts';
import type { Accepted } from '../platforms/platform.ts';
import { NotAsked, SetAside } from './aside.ts';
import { reasonOf } from './ask.ts';
import { cutOffs } from './cut-off.ts';
import type { Drive } from './drive.ts';

/** Ends actions that will not be done, with the reason in the timeline. */
export async function skip(
  drive: Drive,
  actions: readonly Action[],
  reason: string,
  state: 'skipped' | 'failed' = 'skipped',
): Promise<void> {
  const now = drive.context.now();
  const ended = actions.map((action) => end(drive.current(action), state, reason, now));
  const left = await leftToDo(drive, ended);
  await drive.record({
    actions: ended,
    events: ended.map((action) => eventAbout(drive.plan, action, now, { text: left(action) })),
  });
}

/** What is left to do about those of these that failed; empty for anything else. */
async function leftToDo(
  drive: Drive,
  ended: readonly Action[],
): Promise<(action: Action) => string> {
  const failed = ended.filter((one) => couldNotStop(one, drive.of(one.workflow, 'disable')));
  const offers = drive.plan.purpose === 'contain' ? await cutOffs(drive, failed) : new Map();
  return (action) => {
    const offer = offers.get(action.id);
    return offer === undefined
      ? afterFailure(drive.plan, action, drive.connection.capabilities.archive === true)
      : `It is NOT contained: what runs may go on. ${offer}`;
  };
}

/** Stores the platform's answer to a lever. */
export async function recordAccepted(drive: Drive, asked: Action, { at }: Accepted): Promise<void> {
  const answered = withAnsweredTry(drive.current(asked));
  const accepted = accept(answered, at, drive.platform.pace.settleMs);
  const { byHand = [], moved = '' } = beforeOf(accepted) ?? {};
  // Not the platform's own “already”: after a crash that may speak of our first call.
  const wasOff = wasOffBefore(accepted);
  const outcome = wasOff ? { text: 'It was off already.' } : {};
  await drive.recordWithNext({
    actions: [accepted],
    journal: [journalLine(accepted, 'after', at, { outcome: 'ok', ...outcome })],
    events: [
      eventAbout(drive.plan, accepted, at, {
        text: [triesInWords(accepted), moved].filter((one) => one !== '').join(' '),
        data: { answer: wasOff ? 'already' : 'accepted', byHand: [...byHand] },
      }),
    ],
  });
}

/** Stores a call that failed and is made again later, so that nobody takes it for under way. */
async function recordSetAside(
  drive: Drive,
  asked: Action,
  aside: SetAside,
  wasAsked: boolean,
): Promise<void> {
  const now = drive.context.now();
  const known = drive.current(asked);
  // Before its intent it was only read, or evidence of it.
  const isCalled = known.state !== 'planned';
  const tried = isCalled ? withSetAside(withFailedTry(known, aside), wasAsked) : known;
  const outcome = aside.mayHaveHappened ? 'unknown' : 'failed';
  await drive.record({
    actions: isCalled ? [tried] : [],
    journal: isCalled ? [journalLine(tried, 'after', now, { outcome, text: aside.message })] : [],
    events: putOff(drive, known, aside, now),
  });
}

/** Stores that a call was not made: it stands as before that, set aside or planned. */
async function recordNotAsked(
  drive: Drive,
  asked: Action,
  { message }: NotAsked,
  wasAsked: boolean,
): Promise<void> {
  const known = drive.current(asked);
  const { requestedAt: _at, ...planned } = known;
  const isFirst = triesOf(known) === undefined && !wasAsked;
  const before = isFirst
    ? { ...planned, state: 'planned' as const }
    : withSetAside(known, wasAsked);
  await drive.record({
    actions: known.state === 'requested' ? [before] : [],
    journal: [
      journalLine(known, 'after', drive.context.now(), { outcome: 'failed', text: message }),
    ],
  });
}

/** Tells that a call is not made again now; nothing where that was told already. */
export function putOff(
  { plan, connection }: Drive,
  { ref, workflow, workflowName }: Action,
  { message, words }: SetAside,
  now: Date,
): readonly NewTimelineEvent[] {
  if (words === '') return [];
  return [
    {
      chain: plan.incident,
      kind: 'plan_put_off',
      actor: { kind: 'firebreak' },
      source: 'job',
      occurredAt: now,
      text: `${plan.name}: ${ref} “${workflowName}” is set aside. ${message} ${words}`,
      data: { plan: plan.name, connection: connection.id, ref, workflow },
    },
  ];
}

/**
 * Stores a call that failed for good, or whose effect is unknown: then read-back decides.
 *
 * @param before.wasAsked by a process that died before it knew the answer; that call may have had
 *   its effect, whatever this one was answered
 */
export async function recordFailed(
  drive: Drive,
  asked: Action,
  error: unknown,
  { wasAsked = false }: { readonly wasAsked?: boolean } = {},
): Promise<void> {
  drive.signal.throwIfAborted();
  if (error instanceof NotAsked) return recordNotAsked(drive, asked, error, wasAsked);
  if (error instanceof SetAside) return recordSetAside(drive, asked, error, wasAsked);
  const reason = reasonOf(error);
  const now = drive.context.now();
  const known = drive.current(asked);
  const current = error instanceof PlatformError ? withFailedTry(known, error) : known;
  const isOpen = wasAsked || triesOf(current)?.mayHaveHappened === true;
  const unknown = error instanceof PlatformError && (error.mayHaveHappened || isOpen);
  const after = unknown
    ? { ...accept(current, now, drive.platform.pace.settleMs), reason }
    : end(current, 'failed', reason, now);
  const left = await leftToDo(drive, [after]);
  const text = [triesInWords(current), left(after)].filter((one) => one !== '').join(' ');
  await drive.record({
    actions: [after],
    journal: [
      journalLine(after, 'after', now, { outcome: unknown ? 'unknown' : 'failed', text: reason }),
    ],
    events: [
      unknown
        ? eventAbout(drive.plan, { ...after, state: 'pending' }, now, { text })
        : eventAbout(drive.plan, after, now, { text }),
    ],
  });
}
