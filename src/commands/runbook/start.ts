import { z } from 'zod';

import type { Incident } from '../../domain/incident.ts';
import { assertOpen } from '../../domain/planning.ts';
import type { Block } from '../../domain/reply.ts';
import type { InputValues } from '../../domain/runbook-input.ts';
import { inputWords } from '../../domain/runbook-input.ts';
import { startRunbook } from '../../domain/runbook-run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { textOf } from '../inputs.ts';
import { nearest } from '../nearest.ts';
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
    const file = await fileCalled(context, input.runbook);
    const inputs = await readInputs(context, file.runbook, input.inputs ?? '');
    await refuseSecond(context, incident, file.runbook.id, inputs);
    const change = startRunbook(
      {
        runbook: file.runbook,
        content: file.content,
        contentSha256: file.sha256,
        inputs,
        incident,
        id: context.newId(),
      },
      deciderOf(context),
    );
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

/** A second press must not walk the same way twice: half of the steps would be pressed in each. */
async function refuseSecond(
  { store }: CommandContext,
  incident: Incident,
  runbook: string,
  inputs: InputValues,
): Promise<void> {
  const wanted = wordsOf(inputs);
  const runs = await store.runbookRuns.ofIncident(incident.id);
  const same = runs.find(
    (run) => run.state === 'running' && run.runbook === runbook && wordsOf(run.inputs) === wanted,
  );
  if (same === undefined) return;
  throw new UserError(
    'conflict',
    `${same.name} “${same.title}” is running about the same already.`,
    {
      hint: `\`runbook next ${same.name}\` goes on with it; \`runbook stop <why> run:${same.name}\` ends it for a new one.`,
    },
  );
}

function wordsOf(inputs: InputValues): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name} ${inputWords(value)}`)
    .toSorted()
    .join('\n');
}

async function fileCalled({ runbooks }: CommandContext, typed: string) {
  const files = await runbooks.list();
  const good = files.flatMap(({ read, content, sha256 }) =>
    read.kind === 'good' ? [{ runbook: read.runbook, content, sha256 }] : [],
  );
  const asked = typed.toLowerCase().replace(/\.md$/, '');
  const file = good.find(({ runbook }) => runbook.id === asked);
  if (file) return file;
  const ids = good.map(({ runbook }) => runbook.id);
  const broken = files.some((one) => one.read.kind === 'bad' && one.file === `${asked}.md`);
  throw new UserError(
    'not_found',
    broken
      ? `${asked}.md has mistakes, so it cannot be started.`
      : `There is no runbook “${typed}”.`,
    {
      hint: broken
        ? '`firebreak runbooks check` in a shell says what is wrong.'
        : '`runbook list` shows all.',
      candidates: nearest(asked, ids),
    },
  );
}
