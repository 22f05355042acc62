import { z } from 'zod';

import type { Evidence } from '../../domain/evidence.ts';
import { originWords } from '../../domain/evidence.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { namesOf } from '../deciding.ts';
import { collectorOf, evidenceJson, notHadBlocks } from '../evidence-view.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { lookView, said } from '../incident-view.ts';
import { showBoth } from '../show-time.ts';
import { zoneOf } from '../when.ts';

type Fields = readonly (readonly [string, string])[];

export const evidenceShow = defineCommand({
  name: 'evidence show',
  summary: 'Where one piece of evidence comes from, and its hash; never its content',
  examples: ['evidence show E-4'],
  words: ['name'],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({
    name: z
      .string()
      .max(20)
      .regex(/^(?:e-?)?\d+$/i),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const name = `E-${input.name.replace(/\D/g, '')}`;
    const evidence = await context.store.evidence.byName(incident.id, name);
    if (!evidence) {
      throw new UserError('not_found', `${incident.name} has no evidence ${name}.`, {
        hint: '`evidence list`',
      });
    }
    const names = await namesOf(context);
    return lookView({
      title: `${evidence.name} ${evidence.title}`,
      blocks: [
        ...note,
        {
          kind: 'fields',
          fields: [
            ['sha256', evidence.sha256],
            ['bytes', evidence.sizeBytes.toLocaleString('en')],
            ['type', evidence.mediaType],
            ['collected', showBoth(evidence.collectedAt, zoneOf(context))],
            ['by', collectorOf(evidence, names)],
            ...(await originFields(context, evidence)),
          ],
        },
        ...notHadBlocks([evidence]),
        said('Its content is not shown here, because it may hold what must not be in a chat.'),
      ],
      next: ['evidence verify', 'evidence list'],
      data: { incident: incident.name, evidence: evidenceJson(evidence) },
    });
  },
});

async function originFields({ store }: CommandContext, { from }: Evidence): Promise<Fields> {
  if (from.kind === 'message') {
    return [
      ['message', originWords(from)],
      ['room', from.room],
    ];
  }
  const connection = await store.connections.byId(from.connection);
  return [
    ['workflow', from.workflowName],
    ['connection', connection?.name ?? from.connection],
  ];
}
