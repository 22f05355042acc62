import { z } from 'zod';

import { assertOpen } from '../../domain/planning.ts';
import { scopeEvent, scopeKey, scopeLabel } from '../../domain/scope.ts';
import { listed } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { missingBlocks } from '../nothing-found.ts';
import { audienceOf } from '../plan-view.ts';
import { readScopeItems } from '../scope-items.ts';

export const scopeDrop = defineCommand({
  name: 'scope drop',
  summary: 'Say that something turned out not to be part of the incident',
  examples: ['scope drop w12', 'scope drop tag:newsletter'],
  words: ['query…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ query: z.string(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const by = deciderOf(context);
    const read = await readScopeItems(context, input.query, incident.id, by, 'scope drop');
    const keys = new Set(read.items.map(scopeKey));
    const current = await context.store.scope.of(incident.id);
    const items = current.filter((item) => keys.has(scopeKey(item)));
    if (items.length === 0) {
      throw new UserError('not_found', `Nothing of that is in the scope of ${incident.name}.`, {
        hint: '`scope show` lists what is.',
      });
    }
    await context.store.save({
      scopeDrops: items.map(({ kind, key }) => ({
        incident: incident.id,
        kind,
        key,
        by: by.person.id,
        at: by.now,
      })),
      events: [scopeEvent(incident.id, by, 'scope_dropped', items)],
    });
    const labels = items.map(scopeLabel);
    return {
      kind: 'view',
      title: `No longer in the scope of ${incident.name}: ${listed(labels, 10)}`,
      blocks: [...note, ...missingBlocks(read.missing)],
      next: ['scope show'],
      audience: audienceOf(incident),
      outcome: 'done',
      data: { incident: incident.name, dropped: labels },
    };
  },
});
