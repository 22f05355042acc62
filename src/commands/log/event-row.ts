import { DateTime } from 'luxon';

import type { Actor, TimelineEvent } from '../../domain/timeline.ts';
import { span } from '../../domain/wording.ts';

const lateMs = 60_000;

/** An event as a row: number, when it happened on the reader's clock, who, what. */
export function eventRow(event: TimelineEvent, zone: string): readonly string[] {
  const { seq, occurredAt, recordedAt } = event;
  const lateByMs = recordedAt.getTime() - occurredAt.getTime();
  // A clock that was set back makes the record younger than the event; that is not lateness.
  const late = lateByMs >= lateMs ? ` (written ${span(lateByMs)} later)` : '';
  const when = DateTime.fromJSDate(occurredAt, { zone }).toFormat('MM-dd HH:mm:ss');
  return [String(seq), `${when}${late}`, actorText(event.actor), event.text ?? 'redacted'];
}

function actorText(actor: Actor | undefined): string {
  if (actor === undefined) return 'redacted';
  switch (actor.kind) {
    case 'person':
      return actor.name;
    case 'firebreak':
      return 'Firebreak';
    case 'connection':
      return actor.name;
  }
}
