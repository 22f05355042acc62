import { z } from 'zod';

import { goBack } from '../../domain/runbook-back.ts';
import { currentOf } from '../../domain/runbook-run.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { said } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { pressed, pressInputs, pressOptions, walkOf } from '../runbook-of.ts';
import { pressedWalk } from '../runbook-pressed.ts';
import { pressedView } from '../runbook-view.ts';

export const runbookBack = defineCommand({
  name: 'runbook back',
  summary: 'Go back to the step before; what was done stays done',
  examples: ['runbook back', 'runbook back that was the wrong answer', 'runbook back run:R-1'],
  words: ['why…'],
  options: pressOptions,
  permission: 'responder',
  input: z.object({ why: textOf(1_000).exactOptional(), ...pressInputs }),

  async run(context, input) {
    const { walk, incident, note } = await pressedWalk(context, input);
    const { visit } = currentOf(walk);
    const change = goBack(walk, input.why, { incident, by: deciderOf(context) });
    await pressed(walk.run, () => context.store.save(change));
    const plan = visit.plan === undefined ? undefined : await context.store.plans.byId(visit.plan);
    const after = await walkOf(context, { run: walk.run.name }, 'any');
    return await pressedView(context, after.walk, after.incident, {
      text: change.events[0].text,
      blocks: [
        ...note,
        ...(plan === undefined
          ? []
          : [said(`${plan.name} stays as it is: \`contain status ${plan.name}\`.`)]),
      ],
    });
  },
});
