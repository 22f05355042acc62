import { z } from 'zod';

import { may } from '../../domain/person.ts';
import { currentOf, endStep, recordDeed } from '../../domain/runbook-run.ts';
import type { StepActionName } from '../../domain/step-actions.ts';
import { stepActionOf } from '../../domain/step-actions.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { textOf } from '../inputs.ts';
import { decideUntilFresh } from '../plan-of.ts';
import { carryOut } from '../runbook-deeds.ts';
import { pressInputs, pressOptions, walkOf } from '../runbook-of.ts';
import { pressedWalk } from '../runbook-pressed.ts';
import { pressedView } from '../runbook-view.ts';

export const runbookDo = defineCommand({
  name: 'runbook do',
  summary: 'Have Firebreak do what the current step says; an act only makes its plan',
  examples: ['runbook do', 'runbook do run:R-1'],
  words: ['inputs…'],
  options: pressOptions,
  permission: 'responder',
  input: z.object({ inputs: textOf(3_000).exactOptional(), ...pressInputs }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { walk, incident, note } = await pressedWalk(context, input, { verb: 'do' });
      const { step } = currentOf(walk);
      if (!step.deed) {
        throw new UserError('conflict', `Firebreak does nothing in “${step.heading}”; you do.`, {
          hint:
            step.kind === 'decide' ? '`runbook done <answer>`' : '`runbook done` when it is done.',
        });
      }
      refuseUnlessMay(context, step.deed.action);
      if (input.inputs !== undefined && step.deed.runbook === undefined) {
        throw new UserError('bad_input', `“${step.heading}” asks for nothing.`, {
          hint: '`runbook do` alone has it done; `runbook done <note>` writes down what was done.',
        });
      }
      const by = deciderOf(context);
      const carried = await carryOut(context, { walk, incident, deed: step.deed }, input.inputs);
      const after = carried.change.incidents?.[0] ?? incident;
      const own = carried.ends
        ? endStep(walk, { kind: 'done', did: carried.text }, { incident: after, by })
        : recordDeed(walk, carried, by);
      const saved = await context.store.save({
        ...carried.change,
        ...own,
        runbookRuns: [...own.runbookRuns, ...(carried.change.runbookRuns ?? [])],
        runbookSteps: [...own.runbookSteps, ...(carried.change.runbookSteps ?? [])],
        events: [...(carried.change.events ?? []), ...own.events],
      });
      const now = await walkOf(context, { run: walk.run.name }, 'any');
      const view = await pressedView(context, now.walk, now.incident, {
        text: own.events[0].text,
        blocks: [...note, ...carried.blocks],
        next: saved.runbookRuns
          .filter(({ id }) => id !== walk.run.id)
          .map(({ name }) => `runbook next ${name}`),
      });
      return carried.follow === undefined
        ? view
        : { ...view, outcome: 'open', follow: carried.follow };
    });
  },
});

function refuseUnlessMay({ caller }: CommandContext, action: StepActionName): void {
  const { permission } = stepActionOf(action);
  if (may(caller.person, permission)) return;
  throw new UserError('not_allowed', `This step needs the permission ${permission}.`, {
    hint: `Ask an admin to type \`person grant @${caller.person.handle} ${permission}\``,
  });
}
