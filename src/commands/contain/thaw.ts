import { z } from 'zod';

import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { connectionOf } from '../connection-of.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { lineOf } from '../inputs.ts';
import { containUndo } from './undo.ts';

export const containThaw = defineCommand({
  name: 'contain thaw',
  summary: 'Switch on again what a freeze switched off, as it was',
  examples: ['contain thaw prod'],
  words: ['connection'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ connection: lineOf(60), ...incidentInput }),

  async run(context, input) {
    const { store, caller } = context;
    const connection = await connectionOf(context, input.connection);
    const all = await store.plans.freezing();
    const freezes = all.filter((plan) => plan.freezes === connection.id);
    if (freezes.length === 0) {
      throw new UserError('conflict', `${connection.name} is not frozen.`, {
        hint: '`contain undo <plan>` takes back a single containment.',
      });
    }
    for (const { name } of freezes) {
      if (await store.plans.byName(name, caller.person.id)) {
        return await containUndo.run(context, {
          plan: name,
          ...(input.in === undefined ? {} : { in: input.in }),
        });
      }
    }
    throw new UserError('not_allowed', `${connection.name} is frozen by what you may not see.`, {
      hint: 'Ask whoever leads incidents: it is thawed from there.',
    });
  },
});
