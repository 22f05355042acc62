import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { reasonOf, roleInput } from '../inputs.ts';
import { giveRole } from './give-role.ts';

export const roleClaim = defineCommand({
  name: 'role claim',
  aliases: ['role take'],
  summary: 'Take an incident role yourself',
  examples: [
    'role claim scribe',
    'role claim commander in:INC-7',
    'role claim commander @ana is asleep',
  ],
  words: ['role', 'why…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ role: roleInput, why: reasonOf(500).exactOptional(), ...incidentInput }),

  run: (context, input) => giveRole(context, { ...input, person: context.caller.person }),
});
