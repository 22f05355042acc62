import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { credentialInput } from '../credential-of.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { planLock } from '../propose-lock.ts';

export const credDelete = defineCommand({
  name: 'cred delete',
  summary: 'Plan to delete a credential that is dead at its provider from its platform, for good',
  examples: ['cred delete c3', 'cred delete Stripe live in:INC-7'],
  words: ['credential…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ credential: credentialInput, ...incidentInput }),

  run: (context, input) => planLock(context, { ...input, lever: 'delete' }),
});
