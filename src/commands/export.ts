import { z } from 'zod';

import { asksReason, isDrill } from '../domain/policy.ts';
import { exportFormats } from '../exports/export.ts';
import { defineCommand } from './command.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { lookView, said } from './incident-view.ts';

export const exportIncident = defineCommand({
  name: 'export',
  summary: 'How to write the incident to a file, for people (md) or to be verified (json)',
  examples: ['export md', 'export json in:INC-7'],
  words: ['format'],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({
    format: z.string().toLowerCase().pipe(z.enum(exportFormats)),
    ...incidentInput,
  }),

  async run(context, { format, ...input }) {
    const { store, policy } = context;
    const { incident, note } = await incidentOf(context, input.in);
    const out = `${incident.name}.${format}`;
    const mustSayWhy = asksReason(policy.classes.R0s) && !isDrill(await store.connections.list());
    const why = !mustSayWhy ? '' : ' --reason "…"';
    const line = `firebreak export ${incident.name} --format ${format} --out ${out}${why}`;
    return lookView({
      title: `${incident.name} as ${format}`,
      blocks: [
        ...note,
        said('A whole timeline is no chat message. Type this in a shell:'),
        { kind: 'code', text: line },
        ...(format === 'json'
          ? [
              said('Anyone can check that file, without Firebreak’s database or network:'),
              { kind: 'code' as const, text: `firebreak verify ${out}` },
            ]
          : []),
      ],
      next: [],
      data: { incident: incident.name, format, line },
    });
  },
});
