import { z } from 'zod';

import { accountNamed, surfaceOf } from '../domain/heard.ts';
import type { IncidentRole } from '../domain/incident.ts';
import { incidentRoles, phases, severities } from '../domain/incident.ts';
import { permissions } from '../domain/person.ts';

/** Text on one line: a title, a name. */
export function lineOf(maxCharacters: number) {
  return z
    .string()
    .max(maxCharacters)
    .transform((text) => text.replaceAll(/\s+/g, ' ').trim())
    .pipe(z.string().min(1));
}

/** Text as typed, line breaks included. */
export function textOf(maxCharacters: number) {
  return z.string().trim().min(1).max(maxCharacters);
}

/** Why somebody goes past what the others wait for: it is read later, so a letter will not do. */
export function reasonOf(maxCharacters: number) {
  return textOf(maxCharacters).refine(
    (why) => {
      const words = why.match(/\p{L}{2,}/gu) ?? [];
      // Not every script puts blanks between words.
      return words.length >= 2 || /[^\p{ASCII}\p{Script=Latin}]{4,}/u.test(why);
    },
    { error: 'That says too little: give the reason in a few words, for others read it later.' },
  );
}

/** `sev2`, `SEV-2`, `sev 2` and `2`. */
export const severityInput = z
  .string()
  .transform((typed) => `sev${typed.toLowerCase().replace(/^sev(?:erity)?[ -]?/, '')}`)
  .pipe(z.enum(severities));

/** A phase, whatever its capitals. */
export const phaseInput = z.string().toLowerCase().pipe(z.enum(phases));

const otherRoleNames: Readonly<Record<string, IncidentRole>> = {
  ic: 'commander',
  lead: 'commander',
  comms: 'communications',
  communication: 'communications',
  ops: 'operations',
  dpo: 'privacy',
};

/** An incident role by any of the names that people call it. */
export const roleInput = z
  .string()
  .toLowerCase()
  .transform((typed) => (Object.hasOwn(otherRoleNames, typed) ? otherRoleNames[typed] : typed))
  .pipe(z.enum(incidentRoles));

/** `@ana` or `ana`, or an account named in a chat; nothing of it is looked up yet. */
export const handleInput = z
  .string()
  .max(160)
  .transform((typed) => typed.replace(/^@/, ''))
  // The ids of accounts are theirs to the letter.
  .transform((typed) => (surfaceOf(typed) === undefined ? typed.toLowerCase() : typed))
  .pipe(z.string().min(1));

/** A handle to be given: a chat may have taken it for an account of that name. */
export const newHandleInput = handleInput.transform((typed) => accountNamed(typed)?.name ?? typed);

const permissionInput = z.enum(permissions);

/** `responder`, `responder approver`, `responder,approver`. */
export const permissionsInput = z
  .string()
  .max(200)
  .toLowerCase()
  .transform((typed) => typed.split(/[\s,]+|\band\b/).filter((word) => word !== ''))
  .superRefine((words, context) => {
    const unknown = words.find((word) => !permissionInput.safeParse(word).success);
    if (unknown === undefined) return;
    const message = `“${unknown}” is no permission: there are ${permissions.join(', ')}.`;
    context.addIssue({ code: 'custom', message });
  })
  .pipe(z.array(permissionInput).min(1));
