import { z } from 'zod';

import { moveToPhase } from '../domain/lifecycle.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView } from './incident-view.ts';
import { phaseInput, textOf } from './inputs.ts';

export const phase = defineCommand({
  name: 'phase',
  summary: 'Move the incident to another phase',
  examples: ['phase containment', 'phase analysis a second beacon was found'],
  words: ['phase', 'reason…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    phase: phaseInput,
    reason: textOf(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const change = moveToPhase(incident, input.phase, deciderOf(context), input.reason);
    await context.store.save(change);
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: note,
      next: ['status', 'update …'],
    });
  },
});
