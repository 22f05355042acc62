import { z } from 'zod';

import { grant } from '../../domain/permissions.ts';
import type { Permission, Person } from '../../domain/person.ts';
import type { Decider } from '../../domain/plan-change.ts';
import type { View } from '../../domain/reply.ts';
import { givenByTwo, securityNotices } from '../../domain/security-leave.ts';
import { listed } from '../../domain/wording.ts';
import { makeOrAsk } from '../ask-another.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled, provenAdmin } from '../deciding.ts';
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
    if (added.length === 0) return await standBy(context, person, input.permissions);
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

/**
 * The second admin's word for what another gave alone: from now on it counts as given by two, so it is
 * agreed to like a request, with a code and never in a chat, and all admins are told.
 */
async function standBy(
  context: CommandContext,
  person: Person,
  permissions: readonly Permission[],
): Promise<View> {
  const { store, policy, newId } = context;
  const stand = (by: Decider) => grant(person, permissions, by);
  const isFree = givenByTwo(permissions, policy).length === 0;
  const by = isFree ? deciderOf(context) : await provenAdmin(context, stand);
  const change = stand(by);
  const people = await store.people.list();
  const told = `@${by.person.handle} stands by it: @${person.handle} is ${listed(permissions)}.`;
  const notices = isFree ? [] : securityNotices(told, { people, by, newId });
  await store.save({ ...change, notices });
  return peopleView(change, ['person list']);
}
