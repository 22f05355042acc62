import { z } from 'zod';

import { addPerson } from '../../domain/people.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { handleInput, lineOf, permissionsInput } from '../inputs.ts';
import { peopleView } from './people-view.ts';

export const personAdd = defineCommand({
  name: 'person add',
  summary: 'Add a person, with the permissions they need',
  examples: [
    'person add @ana Ana Ruiz may:responder',
    'person add @bo "Bo Lind" may:responder,approver',
  ],
  words: ['handle', 'name…'],
  options: { may: 'Permissions: viewer, responder, approver, auditor, admin' },
  permission: 'admin',
  input: z.object({
    handle: handleInput,
    name: lineOf(100).exactOptional(),
    may: permissionsInput.exactOptional(),
  }),

  async run(context, input) {
    const { handle, name = handle, may: permissions = [] } = input;
    const who = { id: context.newId(), handle, name, permissions };
    const change = addPerson(who, deciderOf(context));
    await context.store.save(change);
    return peopleView(
      change,
      permissions.length === 0
        ? [`person grant @${handle} responder`]
        : [`person invite @${handle}`, 'person list'],
    );
  },
});
