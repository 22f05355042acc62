import type { PersonId } from './person.ts';
import type { StepVisit, Walk } from './runbook-run.ts';
import { stepCalled } from './runbook.ts';

/** A line that ends or does the current step of a run and does not name it. */
export type UnnumberedPress = {
  readonly verb: 'do' | 'done' | 'skip';
  /** The words behind the verb: an answer, a note, a reason. */
  readonly said?: string;
};

/** Who presses within this time of a step's coming up, in ms, may still mean the one before. */
export const hastyMs = 15_000;

/**
 * The step that a press may have been meant for, where it was ended just before.
 *
 * That is any press beside another person's, and one's own line said twice. Whoever goes on with
 * another line has seen the answer to the first, and who was given the step by name knows of it.
 */
export function meantBefore(
  { runbook, visits }: Walk,
  { verb, said }: UnnumberedPress,
  by: { readonly person: PersonId; readonly now: Date },
): StepVisit | undefined {
  const current = visits.find(({ state }) => state === 'current');
  if (current?.assigned === by.person) return undefined;
  const before = visits.find(({ position }) => position + 1 === current?.position);
  if (!before?.endedAt || by.now.getTime() - before.endedAt.getTime() > hastyMs) return undefined;
  if (before.endedBy !== by.person) return before;
  const words = [before.answer, before.note].filter((part) => part !== undefined).join(' ');
  const wasBare = before.state === 'done' && words === '';
  switch (verb) {
    case 'do':
      return wasBare && stepCalled(runbook, before.step)?.deed ? before : undefined;
    case 'done':
      return before.state === 'done' && words === (said ?? '') ? before : undefined;
    case 'skip':
      return before.state === 'skipped' && words === said ? before : undefined;
  }
}
