import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { personCalled } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { handleInput, reasonOf, roleInput } from '../inputs.ts';
import { giveRole } from './give-role.ts';

export const roleAssign = defineCommand({
  name: 'role assign',
  summary: 'Give an incident role to somebody',
  examples: ['role assign scribe @ana', 'role assign commander @bo in:INC-7'],
  words: ['role', 'who', 'why…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    role: roleInput,
    who: handleInput,
    why: reasonOf(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const person = await personCalled(context, input.who);
    return giveRole(context, { ...input, person });
  },
});
