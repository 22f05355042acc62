import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { lookView } from '../incident-view.ts';
import { runWord, walkOf } from '../runbook-of.ts';
import { standingView } from '../runbook-view.ts';

export const runbookNext = defineCommand({
  name: 'runbook next',
  summary: 'What the runbook says to do now, and the lines that do it',
  examples: ['runbook next', 'runbook next R-1'],
  words: ['run?'],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({ run: runWord.exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { walk, incident, note } = await walkOf(context, input, 'running');
    const view = await standingView(context, walk, incident);
    return lookView({ ...view, blocks: [...note, ...view.blocks] });
  },
});
