import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { credentialInput } from '../credential-of.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { planLock } from '../propose-lock.ts';

export const credOverwrite = defineCommand({
  name: 'cred overwrite',
  summary: 'Plan to put a worthless value in place of a credential on its platform, for good',
  examples: ['cred overwrite c3', 'cred overwrite Stripe live in:INC-7'],
  words: ['credential…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ credential: credentialInput, ...incidentInput }),

  run: (context, input) => planLock(context, { ...input, lever: 'overwrite' }),
});
