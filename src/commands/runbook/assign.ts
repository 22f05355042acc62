import { z } from 'zod';

import { assignStep, stepOwner } from '../../domain/runbook-assign.ts';
import { currentOf } from '../../domain/runbook-run.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput, reasonOf } from '../inputs.ts';
import { pressed, pressInputs, pressOptions, walkOf } from '../runbook-of.ts';
import { pressedWalk } from '../runbook-pressed.ts';
import { pressedView } from '../runbook-view.ts';

export const runbookAssign = defineCommand({
  name: 'runbook assign',
  summary: 'Give the current step to somebody, who is told',
  examples: [
    'runbook assign @bo',
    'runbook assign @bo my shift ends',
    'runbook assign @bo run:R-1',
  ],
  words: ['who', 'why…'],
  options: pressOptions,
  permission: 'responder',
  input: z.object({ who: handleInput, why: reasonOf(500).exactOptional(), ...pressInputs }),

  async run(context, input) {
    const { store, newId } = context;
    const { walk, incident, note } = await pressedWalk(context, input);
    const { visit, step } = currentOf(walk);
    const person = await personCalled(context, input.who);
    const owner = stepOwner(incident, step, visit);
    const before = owner === undefined ? undefined : await store.people.byId(owner);
    const given = {
      person,
      ...(before === undefined ? {} : { before }),
      ...(input.why === undefined ? {} : { why: input.why }),
    };
    const change = assignStep(walk, given, { incident, by: deciderOf(context), newId });
    await pressed(walk.run, () => store.save(change));
    const after = await walkOf(context, { run: walk.run.name }, 'any');
    return await pressedView(context, after.walk, after.incident, {
      text: change.events[0].text,
      blocks: note,
    });
  },
});
