import { z } from 'zod';

import { hearAltered } from './hear-altered.ts';
import { hearHome } from './hear-home.ts';
import { hearCommand, hearDirect, hearMention, hearPress, hearSubmission } from './hear-lines.ts';
import { hearPin, hearReaction, hearShortcut } from './hear-marks.ts';
import type { Hearing } from './spoken.ts';

/** Payloads by their kind, each with its own way to be read. One listener looks here. */
export const hearings: ReadonlyMap<string, Hearing> = new Map<string, Hearing>([
  ['command', hearCommand],
  ['block_actions', hearPress],
  ['view_submission', hearSubmission],
  ['message_action', hearShortcut],
  ['app_mention', hearMention],
  ['app_home_opened', hearHome],
  ['message', hearDirect],
  ['message_changed', hearAltered],
  ['message_deleted', hearAltered],
  ['pin_added', hearPin],
  ['pin_removed', hearPin],
  ['reaction_added', hearReaction],
  ['reaction_removed', hearReaction],
]);

const kindOf = z.looseObject({
  command: z.string().optional(),
  type: z.string().optional(),
  event: z.looseObject({ type: z.string(), subtype: z.string().optional() }).optional(),
});

/** `command`, `block_actions`, or the event's own kind. */
export function payloadKind(body: unknown): string {
  const { data } = kindOf.safeParse(body);
  if (data?.command !== undefined) return 'command';
  const { type, subtype = '' } = data?.event ?? {};
  if (type === 'message' && hearings.has(subtype)) return subtype;
  return type ?? data?.type ?? '';
}
