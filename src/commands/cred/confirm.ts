import { z } from 'zod';

import { confirmRevoked } from '../../domain/revoking-by-hand.ts';
import { defineCommand } from '../command.ts';
import { byHandView } from '../cred-by-hand.ts';
import { credentialInput, credentialOf, recordFor } from '../credential-of.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { textOf } from '../inputs.ts';

export const credConfirm = defineCommand({
  name: 'cred confirm',
  summary: 'Say that a credential that somebody else revoked by hand is dead, and how you know',
  examples: ['cred confirm c3 a call with the old key answers 401'],
  words: ['credential', 'what…'],
  options: incidentOption,
  permission: 'approver',
  alsoFor: ['responder'],
  input: z.object({ credential: credentialInput, what: textOf(1_000), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const { credential, connection } = await credentialOf(context, input.credential);
    const before = await recordFor(context, incident, credential);
    const what = { incident, connection, credential, before };
    const change = confirmRevoked(what, input.what, deciderOf(context));
    await context.store.save(change);
    return byHandView(incident, credential, change, { note, next: ['cred status'] });
  },
});
