import { z } from 'zod';

import type { Sealing } from '../../domain/runbook-proof.ts';
import { assertStepDone, isTakenOnWord } from '../../domain/runbook-proof.ts';
import type { Ending } from '../../domain/runbook-run.ts';
import { currentOf } from '../../domain/runbook-run.ts';
import type { RunbookStep } from '../../domain/runbook.ts';
import { disables, isOnWord } from '../../domain/step-actions.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { textOf } from '../inputs.ts';
import { byHandWord, isByHandHere, ownWordNote, stepCredential } from '../runbook-credential.ts';
import { endCurrent } from '../runbook-end.ts';
import { containmentOf, isKeptOff } from '../runbook-kept-off.ts';
import type { ChosenWalk } from '../runbook-of.ts';
import { plansOf, pressInputs, pressOptions } from '../runbook-of.ts';
import { pressedWalk } from '../runbook-pressed.ts';
import { missingOf } from '../runbook-reached.ts';
import { lockoutWord } from '../runbook-users.ts';
import { sealingOf } from '../runbook-workflows.ts';
import { withoutPunctuation } from '../tokens.ts';

export const runbookDone = defineCommand({
  name: 'runbook done',
  summary: 'The current step is done: go on, with its answer or a note',
  examples: ['runbook done', 'runbook done yes', 'runbook done the old key answers 401 run:R-1'],
  words: ['answer…'],
  options: pressOptions,
  permission: 'responder',
  input: z.object({ answer: textOf(1_000).exactOptional(), ...pressInputs }),

  async run(context, input) {
    const chosen = await pressedWalk(context, input, {
      verb: 'done',
      ...(input.answer === undefined ? {} : { said: input.answer }),
    });
    const { walk, incident } = chosen;
    const { visit, step } = currentOf(walk);
    const ending = endingOf(step, input.answer);
    const credential = await stepCredential(context, walk, step);
    const byHand = isByHandHere(credential);
    const sealing = await sealingOf(context, walk, incident);
    assertStepDone(step, visit, {
      made: await plansOf(context, walk),
      contained: (await containmentOf(context, chosen)).proof,
      keptOff: await isOffAlready(context, chosen, step),
      sealing,
      missing: await missingOf(context, walk, incident, step),
      note: ending.note,
      byHand,
    });
    const said = ending.note;
    const also =
      credential && byHand && said !== undefined
        ? await byHandWord(context, incident, { step, credential, said })
        : said !== undefined && step.deed && isOnWord(step.deed.action)
          ? await lockoutWord(context, { walk, incident, deed: step.deed }, said)
          : {};
    const onWord = sealing.foundNone !== undefined || isTakenOnWord(step, byHand, said);
    const own =
      credential && byHand ? await ownWordNote(context, incident, { step, credential }) : [];
    const after = { ...chosen, note: [...chosen.note, ...own] };
    return await endCurrent(context, after, { ...told(ending, sealing), onWord }, also);
  },
});

/** True where a step that disables has nothing left to do, and other plans than its own did it. */
async function isOffAlready(
  context: CommandContext,
  { walk, incident }: ChosenWalk,
  { deed }: RunbookStep,
): Promise<boolean> {
  if (deed?.where === undefined || !disables(deed.action)) return false;
  return await isKeptOff(context, { walk, incident }, deed.where);
}

/** A capture that captured nothing says so wherever its end is read. */
function told(ending: Ending, { foundNone }: Sealing): Ending {
  if (foundNone === undefined || ending.note === undefined) return ending;
  return { ...ending, note: `nothing found to seal; ${ending.note}` };
}

/** In a decision the first word is the answer, and what follows is why. */
function endingOf(step: RunbookStep, said: string | undefined): Ending {
  if (said === undefined) return { kind: 'done' };
  if (step.kind !== 'decide') return { kind: 'done', note: said };
  const [, first = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(said) ?? [];
  const answer = withoutPunctuation(first).toLowerCase();
  return { kind: 'done', answer, ...(rest === '' ? {} : { note: rest }) };
}
