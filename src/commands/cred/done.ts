import { z } from 'zod';

import { sayRevoked } from '../../domain/revoking-by-hand.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { byHandView } from '../cred-by-hand.ts';
import { credentialInput, credentialOf, recordFor } from '../credential-of.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { textOf } from '../inputs.ts';

export const credDone = defineCommand({
  name: 'cred done',
  summary: 'Write down that you revoked a credential by hand: what you did, and where',
  examples: ['cred done c3 rolled it in the dashboard', 'cred done "Stripe live" deleted rk_4'],
  words: ['credential', 'what…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ credential: credentialInput, what: textOf(1_000), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const { credential, connection, way } = await credentialOf(context, input.credential);
    const before = await recordFor(context, incident, credential);
    // What Firebreak can do it can also prove: a person's word is for where it cannot, or failed.
    if (way.kind === 'firebreak' && before === undefined) {
      throw new UserError('conflict', `Firebreak can revoke ${credential.ref} itself.`, {
        hint: `\`cred revoke ${credential.ref}\`; if it is dead already, that is what it will find.`,
      });
    }
    const what = { incident, connection, credential, before };
    const change = sayRevoked(what, input.what, deciderOf(context));
    await context.store.save(change);
    return byHandView(incident, credential, change, {
      note,
      next: [`cred confirm ${credential.ref} …`, 'cred status'],
    });
  },
});
