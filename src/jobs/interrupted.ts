import { accept, eventAbout, journalLine } from '../domain/action.ts';
import { isSetAside, triesInWords, triesOf } from '../domain/tries.ts';
import type { Drive } from './drive.ts';
import { fallBack } from './fall-back.ts';
import { skip } from './outcome.ts';

const reason =
  'Firebreak was interrupted while it asked for that, and does not ask again, because the plan was cancelled.';

const notAgain = 'The plan was cancelled before it was asked for again.';

/**
 * Takes up what a process that died has left: the fallbacks of what it had found not to go off, and
 * what it was asking for, of a plan that was cancelled before the next one came. Nobody wants that
 * asked again, but it may have happened, so that read-back has to tell.
 */
export async function takeUpInterrupted(drive: Drive): Promise<void> {
  for (const action of drive.actions) {
    await drive.beside.give(action, () => fallBack(drive, action));
  }
  await drive.beside.settled();
  const open = drive.actions.filter(({ state }) => state === 'requested');
  if (open.length === 0 || !(await drive.isCancelled())) return;
  const refused = open.filter((one) => isSetAside(one) && !triesOf(one)?.mayHaveHappened);
  for (const one of refused) {
    await skip(drive, [one], `${triesInWords(one)} ${notAgain}`.trim(), 'failed');
  }
  const asked = open.filter((one) => !refused.includes(one));
  if (asked.length === 0) return;
  const now = drive.context.now();
  const unknown = asked.map((action) => ({
    ...accept(action, now, drive.platform.pace.settleMs),
    reason: isSetAside(action) ? notAgain : reason,
  }));
  await drive.record({
    actions: unknown,
    journal: unknown.map((action) =>
      journalLine(action, 'after', now, { outcome: 'unknown', text: action.reason }),
    ),
    events: unknown.map((action) => eventAbout(drive.plan, { ...action, state: 'pending' }, now)),
  });
}
