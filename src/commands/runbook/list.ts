import { z } from 'zod';

import type { Block } from '../../domain/reply.ts';
import type { Runbook } from '../../domain/runbook.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { lookView, said, warned } from '../incident-view.ts';
import { lineOf } from '../inputs.ts';
import { startLine } from '../runbook-inputs.ts';

/** Lines that start one are offered for so few; more would be another list. */
const offeredAtMost = 4;

export const runbookList = defineCommand({
  name: 'runbook list',
  aliases: ['runbooks'],
  summary: 'The runbooks that can be started, and what each asks for; a word finds one',
  examples: ['runbook list', 'runbook list webhook', 'runbook list stolen session'],
  words: ['words…'],
  permission: 'viewer',
  input: z.object({ words: lineOf(200).exactOptional() }),

  async run({ runbooks }, { words }) {
    const files = await runbooks.list();
    const good = files.flatMap(({ read }) => (read.kind === 'good' ? [read.runbook] : []));
    const bad = files.filter(({ read }) => read.kind === 'bad').map(({ file }) => file);
    const wanted = (words ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const found = good.filter((one) => wanted.every((word) => searched(one).includes(word)));
    return lookView({
      title: titleOf(found.length, good.length, words),
      blocks: [
        ...tableOf(found),
        ...(found.length === 0 && good.length > 0
          ? [said('`runbook list` shows all of them.')]
          : []),
        ...bad.map((file) =>
          warned(`${file} cannot be started: \`firebreak runbooks check\` says what is wrong.`),
        ),
      ],
      next:
        found.length === 0
          ? ['runbook list']
          : found.length > offeredAtMost
            ? ['runbook list …', 'runbook start …']
            : found.map(startLine),
      data: {
        runbooks: found.map(({ id, title, version, for: kinds, steps, attack, csf }) => ({
          id,
          title,
          version,
          for: [...kinds],
          steps: steps.length,
          attack: [...attack],
          csf: [...csf],
        })),
        broken: bad,
      },
    });
  },
});

/** Where words are looked for: what it is called, and what it is for. */
function searched({ id, title, for: kinds }: Runbook): string {
  return [id, title, ...kinds].join(' ').toLowerCase();
}

function titleOf(found: number, all: number, words: string | undefined): string {
  if (all === 0) return 'No runbook is there';
  if (words === undefined) return counted(all, 'runbook');
  return found === 0
    ? `No runbook is called or for “${words}”`
    : `${counted(found, 'runbook')} for “${words}”`;
}

function tableOf(runbooks: readonly Runbook[]): readonly Block[] {
  if (runbooks.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: ['runbook', 'title', 'asks for'],
      rows: runbooks.map(({ id, title, inputs }) => [
        id,
        title,
        inputs.map(({ name }) => name).join(', '),
      ]),
    },
  ];
}
