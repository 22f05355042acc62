import { z } from 'zod';

import { grant } from '../../domain/permissions.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput, permissionsInput } from '../inputs.ts';
import { peopleView } from './people-view.ts';

export const personGrant = defineCommand({
  name: 'person grant',
  summary: 'Give a person permissions',
  examples: ['person grant @ana responder', 'person grant @bo approver auditor'],
  words: ['who', 'permissions…'],
  permission: 'admin',
  input: z.object({ who: handleInput, permissions: permissionsInput }),

  async run(context, input) {
    const person = await personCalled(context, input.who);
    const change = grant(person, input.permissions, deciderOf(context));
    await context.store.save(change);
    return peopleView(change, ['person list']);
  },
});
