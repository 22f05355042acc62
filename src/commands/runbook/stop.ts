import { z } from 'zod';

import { stopRunbook } from '../../domain/runbook-run.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { textOf } from '../inputs.ts';
import { pressed, runInputs, runOptions, walkOf } from '../runbook-of.ts';
import { pressedView } from '../runbook-view.ts';

export const runbookStop = defineCommand({
  name: 'runbook stop',
  summary: 'End a run before its end: it was a mistake, or another runbook fits better',
  examples: ['runbook stop wrong credential', 'runbook stop the supplier does it run:R-1'],
  words: ['why…'],
  options: runOptions,
  permission: 'responder',
  input: z.object({ why: textOf(1_000), ...runInputs }),

  async run(context, input) {
    const { walk, incident, note } = await walkOf(context, input, 'running');
    const change = stopRunbook(walk, input.why, deciderOf(context));
    await pressed(walk.run, () => context.store.save(change));
    const after = { ...walk, run: change.runbookRuns[0] };
    return await pressedView(context, after, incident, {
      text: change.events[0].text,
      blocks: note,
    });
  },
});
