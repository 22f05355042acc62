import { z } from 'zod';

import { confirmLockedOut } from '../../domain/lockout.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { textOf } from '../inputs.ts';
import { lockoutOf, lockoutView } from '../lockout-of.ts';
import { userInput } from '../user-of.ts';

export const userConfirm = defineCommand({
  name: 'user confirm',
  summary: 'Say that a user whom somebody else locked out by hand is out, and how you know',
  examples: ['user confirm u3 an old key answers 401'],
  words: ['user', 'what…'],
  options: incidentOption,
  permission: 'approver',
  alsoFor: ['responder'],
  input: z.object({ user: userInput, what: textOf(1_000), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const lockout = await lockoutOf(context, incident, input.user);
    const change = confirmLockedOut(incident, lockout, input.what, deciderOf(context));
    await context.store.save(change);
    return lockoutView(incident, change, { note, next: ['user status'] });
  },
});
