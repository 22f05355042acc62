import type { Before } from '../domain/action.ts';
import { beforeOf, journalLine, request } from '../domain/action.ts';
import type { Action } from '../domain/plan.ts';
import { recordAccepted, recordFailed, skip } from './act.ts';
import { askAgain, reasonOf } from './ask.ts';
import type { Drive } from './drive.ts';

/**
 * Puts one workflow back as it was before it was contained, by the version that was live then.
 *
 * Refuses what moved meanwhile: a workflow that somebody switched on again, or whose content
 * changed, is left alone and shown.
 *
 * @param contained the action that switched it off
 */
export async function restore(
  drive: Drive,
  action: Action,
  contained: Action | undefined,
): Promise<void> {
  const before = contained && beforeOf(contained);
  if (!before) {
    await skip(drive, [action], 'Nothing was recorded of its state before; switch it on by hand.');
    return;
  }
  if (action.state === 'planned' && !(await mayRestore(drive, action, before))) return;
  const asked = drive.current(action);
  if (asked.state !== 'requested') return;
  try {
    const accepted = await askAgain(drive, () =>
      drive.platform.enable(asked.workflow, before.platform, drive.signal),
    );
    await recordAccepted(drive, asked, accepted.at);
  } catch (error) {
    await recordFailed(drive, asked, error);
  }
}

async function mayRestore(drive: Drive, action: Action, before: Before): Promise<boolean> {
  try {
    const seen = await askAgain(drive, () => drive.platform.observe(action.workflow, drive.signal));
    if (seen.active) {
      await skip(drive, [action], 'Somebody switched it on again meanwhile; it was left as it is.');
      return false;
    }
    if (seen.contentHash !== before.contentHash) {
      await skip(
        drive,
        [action],
        'Its content changed since it was contained; review it and switch it on by hand.',
      );
      return false;
    }
  } catch (error) {
    await skip(drive, [action], reasonOf(error), 'failed');
    return false;
  }
  const now = drive.context.now();
  const asked = request(action, before, now);
  await drive.record({ actions: [asked], journal: [journalLine(asked, 'before', now)] });
  return true;
}
