import type { Meant } from '../domain/reply.ts';
import type { Command } from './command.ts';
import { formFor } from './form.ts';

/** A line that is longer is begun anew: no button holds it. */
const begunAtMost = 80;

/**
 * The form of a command whose line lacks what it must have, filled in as far as the line goes: where
 * nothing opens it at once, as in a thread, it is pressed. None when nothing is lacking.
 */
export function formPicks(command: Command, line: string): readonly Meant[] {
  const begun = line.trim();
  const asTyped = begun.length > begunAtMost ? undefined : formFor([command], begun);
  const form = asTyped ?? formFor([command], command.name);
  const lacks = form?.fields.some(({ required, value }) => required && value === undefined);
  if (lacks !== true) return [];
  return [{ label: 'Fill in the form', line: `${asTyped ? begun : command.name} …` }];
}
