import { eventAbout, fallbackOf, journalLine } from '../domain/action.ts';
import { nextFallback, takeFallback } from '../domain/fallback.ts';
import type { Action } from '../domain/plan.ts';
import { wasAskedBefore } from '../domain/tries.ts';
import { archives } from '../platforms/platform.ts';
import { pull } from './ask.ts';
import type { Drive } from './drive.ts';
import { recordAccepted, recordFailed } from './outcome.ts';

/** Does what the plan says for a workflow that did not go off; nothing where it says nothing. */
export async function fallBack(drive: Drive, failed: Action): Promise<void> {
  const current = drive.current(failed);
  const fallback = nextFallback(drive.plan, current);
  if (fallback === undefined || !(await drive.mayGoOn())) return;
  const now = drive.context.now();
  const asked = takeFallback(current, fallback);
  await drive.record({
    actions: [asked],
    journal: [journalLine(asked, 'before', now)],
    events: [
      eventAbout(drive.plan, asked, now, { text: 'So the plan says for what does not go off.' }),
    ],
  });
  await archive(drive, drive.current(asked), false);
}

/** Makes the call for which a process that died has stored the intent. Idempotent. */
export async function goOnFallingBack(drive: Drive, asked: Action): Promise<void> {
  await archive(drive, asked, wasAskedBefore(asked));
}

async function archive(drive: Drive, asked: Action, wasAsked: boolean): Promise<void> {
  const { platform, signal } = drive;
  if (fallbackOf(asked) !== 'archive' || !archives(platform)) return;
  try {
    const accepted = await pull(drive, asked, () => platform.archive(asked.workflow, signal));
    await recordAccepted(drive, asked, accepted);
  } catch (error) {
    await recordFailed(drive, asked, error, { wasAsked });
  }
}
