import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { credentialInput } from '../credential-of.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { planLock } from '../propose-lock.ts';

const host = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Which hosts it may be sent to: nobody can read what was allowed before, so a person says it. */
const hostsInput = z
  .string()
  .trim()
  .toLowerCase()
  .max(2_000)
  .transform((text) => (text === 'any' ? [] : text.split(',').map((part) => part.trim())))
  .refine((hosts) => hosts.every((one) => host.test(one)), {
    error: '“to” takes `any`, or names of hosts with commas between them.',
  });

export const credUnblock = defineCommand({
  name: 'cred unblock',
  summary: 'Plan to let workflows use a blocked credential again, for the hosts that you name',
  examples: ['cred unblock c3 to:any', 'cred unblock Stripe live to:api.stripe.com,*.acme.test'],
  words: ['credential…'],
  options: { ...incidentOption, to: 'Hosts it may be sent to, with commas between; or `any`' },
  permission: 'responder',
  input: z.object({ credential: credentialInput, to: hostsInput, ...incidentInput }),

  run: (context, { to, ...input }) => planLock(context, { ...input, lever: 'unblock', hosts: to }),
});
