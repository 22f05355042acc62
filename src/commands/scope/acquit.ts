import { z } from 'zod';

import { convictionEvent } from '../../domain/conviction.ts';
import { keyText } from '../../domain/inventory.ts';
import { assertOpen } from '../../domain/planning.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { oneWorkflow } from '../scope-items.ts';

export const scopeAcquit = defineCommand({
  name: 'scope acquit',
  summary: 'Say that a convicted workflow is not hostile after all; an undo may switch it on',
  examples: ['scope acquit w12'],
  words: ['workflow'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ workflow: z.string().max(40), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    assertOpen(incident);
    const by = deciderOf(context);
    const item = await oneWorkflow(context, input.workflow, incident.id, by);
    const known = (await context.store.scope.of(incident.id)).find(
      ({ kind, key }) => kind === 'workflow' && keyText(key) === keyText(item.key),
    );
    if (!known?.convicted) {
      throw new UserError('conflict', `${item.ref} is not convicted in ${incident.name}.`, {
        hint: '`scope show` lists what is.',
      });
    }
    await context.store.save({
      scopeVerdicts: [{ incident: incident.id, key: item.key, verdict: null }],
      events: [convictionEvent(incident.id, by, item, null)],
    });
    return {
      kind: 'view',
      title: `Acquitted: ${item.ref} “${item.name}” may be switched on again by an undo`,
      blocks: note,
      next: ['scope show'],
      audience: 'room',
      outcome: 'done',
      data: { incident: incident.name, acquitted: item.ref ?? null },
    };
  },
});
