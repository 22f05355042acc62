import { z } from 'zod';

import { grant } from '../../domain/permissions.ts';
import { givenByTwo } from '../../domain/security-leave.ts';
import { makeOrAsk } from '../ask-another.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput, permissionsInput } from '../inputs.ts';
import { grantWanted } from '../loosening.ts';
import { peopleView } from './people-view.ts';

export const personGrant = defineCommand({
  name: 'person grant',
  summary: 'Give a person permissions; another admin is asked for those with which one acts',
  examples: ['person grant @ana responder', 'person grant @bo approver auditor'],
  words: ['who', 'permissions…'],
  permission: 'admin',
  input: z.object({ who: handleInput, permissions: permissionsInput }),

  async run(context, input) {
    const { store, policy } = context;
    const person = await personCalled(context, input.who);
    const by = deciderOf(context);
    const change = grant(person, input.permissions, by);
    const added = input.permissions.filter((one) => !person.permissions.includes(one));
    if (givenByTwo(added, policy).length === 0) {
      await store.save(change);
      return peopleView(change, ['person list']);
    }
    return await makeOrAsk(context, by, grantWanted(person, added), async (alone) => {
      await store.save({ ...change, notices: alone.notices });
      return peopleView(change, ['person list'], alone.blocks);
    });
  },
});
