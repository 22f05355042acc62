import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { textOf } from '../inputs.ts';
import { endCurrent } from '../runbook-end.ts';
import { pressInputs, pressOptions } from '../runbook-of.ts';
import { pressedWalk } from '../runbook-pressed.ts';

export const runbookSkip = defineCommand({
  name: 'runbook skip',
  summary: 'Go on without the current step, and say why',
  examples: ['runbook skip data is leaving right now', 'runbook skip not needed run:R-1'],
  words: ['why…'],
  options: pressOptions,
  permission: 'responder',
  input: z.object({ why: textOf(1_000), ...pressInputs }),

  async run(context, input) {
    const chosen = await pressedWalk(context, input, { verb: 'skip', said: input.why });
    return await endCurrent(context, chosen, { kind: 'skipped', note: input.why });
  },
});
