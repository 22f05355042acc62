import { z } from 'zod';

import { assertOpen } from '../../domain/planning.ts';
import type { Block } from '../../domain/reply.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { textOf } from '../inputs.ts';
import { beginRun, runbookCalled } from '../runbook-begin.ts';
import { readInputs } from '../runbook-inputs.ts';
import { pressedView } from '../runbook-view.ts';

export const runbookStart = defineCommand({
  name: 'runbook start',
  summary: 'Walk a runbook in this incident, step by step; nothing is done yet',
  examples: ['runbook start leaked-credential credential:c3', 'runbook start leaked-credential'],
  words: ['runbook', 'inputs…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    runbook: z.string().max(60),
    inputs: textOf(3_000).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const file = await runbookCalled(context, input.runbook);
    const inputs = await readInputs(context, file.runbook, input.inputs ?? '');
    const change = await beginRun(context, incident, file, { inputs });
    const saved = await context.store.save(change);
    const run = saved.runbookRuns[0] ?? change.runbookRuns[0];
    const walk = { run, runbook: file.runbook, visits: change.runbookSteps };
    return await pressedView(context, walk, incident, {
      text: change.events[0].text,
      blocks: [...note, ...file.runbook.prose, ...catalogued(file.runbook)],
    });
  },
});

/** What it answers, in the words of the catalogues that a report names. */
function catalogued({ attack, csf, regimes }: Runbook): readonly Block[] {
  const fields: (readonly [string, string])[] = [];
  if (attack.length > 0) fields.push(['ATT&CK', attack.join(', ')]);
  if (csf.length > 0) fields.push(['CSF 2.0', csf.join(', ')]);
  if (regimes.length > 0) fields.push(['clocks', regimes.join(', ')]);
  return fields.length === 0 ? [] : [{ kind: 'fields', fields }];
}
