import type { BundleEntry } from './bundle.ts';
import { BadTimeline } from './chain-check.ts';
import { exportedKind } from './record.ts';

/**
 * A whole export ends with the entry that says it was exported, at the instant in its header.
 *
 * So a file that was cut back to an older signed head is not good, although every entry is.
 *
 * @throws BadTimeline
 */
export function checkOwnEnd(last: BundleEntry['fields'], exportedAt: string | undefined): void {
  if (last.kind !== exportedKind) {
    throw new BadTimeline({
      seq: last.seq + 1,
      isMissing: true,
      reason: `The end was cut off: a record ends with the entry that it was exported, and entry ${last.seq} is ${last.kind}. How many entries are missing, the file cannot tell.`,
    });
  }
  if (last.occurred_at !== exportedAt) {
    throw new BadTimeline({
      reason: `The header says that it was exported ${exportedAt}, its last entry says ${last.occurred_at}: the header was changed, or the end was cut off.`,
    });
  }
}
