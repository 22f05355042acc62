import { z } from 'zod';

import { convictionEvent } from '../../domain/conviction.ts';
import { assertOpen } from '../../domain/planning.ts';
import { newToScope, scopeEvent } from '../../domain/scope.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { audienceOf } from '../plan-view.ts';
import { oneWorkflow } from '../scope-items.ts';

export const scopeConvict = defineCommand({
  name: 'scope convict',
  summary: 'Say that a workflow is hostile itself: an undo leaves it off unless it is named',
  examples: ['scope convict w12', 'scope convict w12 it sends our customers to a stranger'],
  words: ['workflow', 'why…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    workflow: z.string().max(40),
    why: z.string().trim().max(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const by = deciderOf(context);
    const item = await oneWorkflow(context, input.workflow, incident.id, by);
    const added = newToScope(await context.store.scope.of(incident.id), [item]);
    const verdict = {
      by: by.person.id,
      at: by.now,
      ...(input.why === undefined ? {} : { why: input.why }),
    };
    await context.store.save({
      scopeAdds: added,
      scopeVerdicts: [{ incident: incident.id, key: item.key, verdict }],
      events: [
        ...(added.length > 0 ? [scopeEvent(incident.id, by, 'scope_added', added)] : []),
        convictionEvent(incident.id, by, item, verdict),
      ],
    });
    return {
      kind: 'view',
      title: `Convicted: ${item.ref} “${item.name}” stays off unless an undo names it`,
      blocks: note,
      next: [`contain plan ${item.ref}`, `scope acquit ${item.ref}`],
      audience: audienceOf(incident),
      outcome: 'done',
      data: { incident: incident.name, convicted: item.ref ?? null },
    };
  },
});
