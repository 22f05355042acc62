import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { credentialInput } from '../credential-of.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { planLock } from '../propose-lock.ts';

export const credBlock = defineCommand({
  name: 'cred block',
  summary: 'Plan to keep workflows from using a credential on its platform; its value stays',
  examples: ['cred block c3', 'cred block Stripe live in:INC-7'],
  words: ['credential…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ credential: credentialInput, ...incidentInput }),

  run: (context, input) => planLock(context, { ...input, lever: 'block' }),
});
