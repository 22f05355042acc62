import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { roleInput } from '../inputs.ts';
import { giveRole } from './give-role.ts';

export const roleClaim = defineCommand({
  name: 'role claim',
  aliases: ['role take'],
  summary: 'Take an incident role yourself',
  examples: ['role claim commander', 'role claim scribe in:INC-7'],
  words: ['role'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ role: roleInput, ...incidentInput }),

  run: (context, input) => giveRole(context, { ...input, person: context.caller.person }),
});
