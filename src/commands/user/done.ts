import { z } from 'zod';

import { sayLockedOut, wordOf } from '../../domain/lockout.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { textOf } from '../inputs.ts';
import { lockoutOf, lockoutView } from '../lockout-of.ts';
import { userInput } from '../user-of.ts';

export const userDone = defineCommand({
  name: 'user done',
  summary: 'Write down that you locked a user out by hand: what you did, and where',
  examples: ['user done u3 revoked two keys and set a password'],
  words: ['user', 'what…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ user: userInput, what: textOf(1_000), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const lockout = await lockoutOf(context, incident, input.user);
    const change = sayLockedOut(incident, lockout, input.what, deciderOf(context));
    await context.store.save(change);
    return lockoutView(incident, change, {
      note,
      next: [`user confirm ${wordOf(lockout)} …`, 'user status'],
    });
  },
});
