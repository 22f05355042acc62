import { z } from 'zod';

import { addPerson } from '../../domain/people.ts';
import { givenByTwo } from '../../domain/security-leave.ts';
import { UserError } from '../../errors.ts';
import { makeOrAsk } from '../ask-another.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lineOf, newHandleInput, permissionsInput } from '../inputs.ts';
import { addWanted } from '../loosening.ts';
import { peopleView } from './people-view.ts';

export const personAdd = defineCommand({
  name: 'person add',
  summary: 'Add a person, with the permissions they need; another admin is asked as for a grant',
  examples: [
    'person add @ana Ana Ruiz may:responder',
    'person add @bo "Bo Lind" may:responder,approver',
  ],
  words: ['handle', 'name…'],
  options: {
    may: 'Permissions: viewer, responder, approver, auditor, admin',
  },
  permission: 'admin',
  input: z.object({
    handle: newHandleInput,
    name: lineOf(100).exactOptional(),
    may: permissionsInput.exactOptional(),
  }),

  async run(context, input) {
    const { store, policy } = context;
    const { handle, name = handle, may: permissions = [] } = input;
    const who = { id: context.newId(), handle, name, permissions };
    const by = deciderOf(context);
    const change = addPerson(who, by);
    const next =
      permissions.length === 0
        ? [`person grant @${handle} responder`]
        : [`person invite @${handle}`, 'person list'];
    if (givenByTwo(permissions, policy).length === 0) {
      await store.save(change);
      return peopleView(change, next);
    }
    await refuseTaken(context, handle);
    return await makeOrAsk(context, by, addWanted(who), async (alone) => {
      await store.save({ ...change, notices: alone.notices });
      return peopleView(change, next, alone.blocks);
    });
  },
});

/** Before another admin is asked in vain. */
async function refuseTaken({ store }: CommandContext, handle: string): Promise<void> {
  if ((await store.people.byHandle(handle)) === undefined) return;
  throw new UserError('conflict', `The handle @${handle} is already taken.`, {
    hint: 'Choose another one; handles never get free again.',
  });
}
