import { z } from 'zod';

import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { lookView, warned } from '../incident-view.ts';
import { startLine } from '../runbook-inputs.ts';

export const runbookList = defineCommand({
  name: 'runbook list',
  aliases: ['runbooks'],
  summary: 'The runbooks that can be started, and what each asks for',
  examples: ['runbook list'],
  words: [],
  permission: 'viewer',
  input: z.object({}),

  async run({ runbooks }) {
    const files = await runbooks.list();
    const good = files.flatMap(({ read }) => (read.kind === 'good' ? [read.runbook] : []));
    const bad = files.filter(({ read }) => read.kind === 'bad').map(({ file }) => file);
    return lookView({
      title: good.length === 0 ? 'No runbook is there' : counted(good.length, 'runbook'),
      blocks: [
        ...(good.length === 0
          ? []
          : [
              {
                kind: 'table' as const,
                columns: ['runbook', 'title', 'for', 'steps', 'asks for'],
                rows: good.map(({ id, title, for: kinds, steps, inputs }) => [
                  id,
                  title,
                  kinds.join(', '),
                  String(steps.length),
                  inputs.map(({ name }) => name).join(', '),
                ]),
              },
            ]),
        ...bad.map((file) =>
          warned(`${file} cannot be started: \`firebreak runbooks check\` says what is wrong.`),
        ),
      ],
      next: good.map(startLine),
      data: {
        runbooks: good.map(({ id, title, version, steps, attack, csf }) => ({
          id,
          title,
          version,
          steps: steps.length,
          attack,
          csf,
        })),
        broken: bad,
      },
    });
  },
});
