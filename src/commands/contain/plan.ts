import { z } from 'zod';

import { assertOpen } from '../../domain/planning.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { planWorkflows } from '../plan-workflows.ts';
import { planNodes } from '../propose-nodes.ts';

export const containPlan = defineCommand({
  name: 'contain plan',
  summary: 'Freeze what a query finds into a plan to disable and stop it; nothing is done yet',
  examples: [
    'contain plan credential:"Stripe live"',
    'contain plan w3 w9',
    'contain plan w3 else:archive',
    'contain plan w3 nodes:"Call,Send mail"',
    'contain plan',
    'contain plan host:*.evil.example connection:prod',
  ],
  words: ['query…'],
  options: {
    ...incidentOption,
    nodes:
      'Only these nodes of the one workflow, by name or id with commas between; the rest of it stays on',
    else: 'What follows where disabling fails or is contradicted: `archive`',
  },
  permission: 'responder',
  input: z.object({
    query: z.string().exactOptional(),
    nodes: z.string().trim().min(1).max(1_000).exactOptional(),
    else: z.literal('archive').exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    if (input.nodes !== undefined)
      return await planNodes(context, { ...input, nodes: input.nodes });
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    return await planWorkflows(context, input, { incident, note });
  },
});
