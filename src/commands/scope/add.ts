import { z } from 'zod';

import { assertOpen } from '../../domain/planning.ts';
import { newToScope, scopeEvent, scopeLabel } from '../../domain/scope.ts';
import { counted, listed } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { missingBlocks } from '../nothing-found.ts';
import { audienceOf } from '../plan-view.ts';
import { readScopeItems } from '../scope-items.ts';

export const scopeAdd = defineCommand({
  name: 'scope add',
  summary: 'Say that workflows, credentials or hosts are part of the incident',
  examples: ['scope add w12 c3', 'scope add evil.example', 'scope add credential:"Stripe live"'],
  words: ['query…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ query: z.string(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const by = deciderOf(context);
    const read = await readScopeItems(context, input.query, incident.id, by, 'scope add');
    const current = await context.store.scope.of(incident.id);
    const items = newToScope(current, read.items);
    if (items.length > 0) {
      await context.store.save({
        scopeAdds: items,
        events: [scopeEvent(incident.id, by, 'scope_added', items)],
      });
    }
    const known = read.items.length - items.length;
    const labels = items.map(scopeLabel);
    return {
      kind: 'view',
      title:
        items.length === 0
          ? `Already in the scope of ${incident.name}`
          : `In the scope of ${incident.name}: ${listed(labels, 10)}`,
      blocks: [
        ...note,
        ...missingBlocks(read.missing),
        ...(known > 0 && items.length > 0
          ? [
              {
                kind: 'text' as const,
                text: `${counted(known, 'item')} had been in scope already.`,
              },
            ]
          : []),
      ],
      next: ['scope show', 'contain plan', 'scope diff'],
      audience: items.length > 0 ? audienceOf(incident) : 'person',
      outcome: 'done',
      data: { incident: incident.name, added: labels, already: known },
    };
  },
});
