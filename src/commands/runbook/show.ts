import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { lookView } from '../incident-view.ts';
import { changesBlocks } from '../runbook-changed.ts';
import { runWord, walkOf } from '../runbook-of.ts';
import { stepsTable } from '../runbook-steps.ts';
import { standingView } from '../runbook-view.ts';

export const runbookShow = defineCommand({
  name: 'runbook show',
  aliases: ['runbook status'],
  summary: 'A run as a whole: the step it is at, and what became of the others',
  examples: ['runbook show', 'runbook show R-1', 'runbook show R-1 all'],
  words: ['run?'],
  options: incidentOption,
  flags: { all: 'With all that was changed in the file since the run began' },
  permission: 'viewer',
  input: z.object({
    run: runWord.exactOptional(),
    all: z.boolean().exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { walk, incident, note } = await walkOf(context, input, 'any');
    const view = await standingView(context, walk, incident);
    return lookView({
      ...view,
      blocks: [
        ...note,
        ...view.blocks,
        await stepsTable(context, walk),
        ...(await changesBlocks(context, walk, input.all === true)),
      ],
      data: {
        ...view.data,
        steps: walk.visits.map(({ step, position, state, answer, note: words }) => ({
          step,
          position,
          state,
          answer: answer ?? null,
          note: words ?? null,
        })),
      },
    });
  },
});
