import { z } from 'zod';

import { revokePermission } from '../../domain/permissions.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput, permissionsInput } from '../inputs.ts';
import { takenAwayNotices } from '../loosening.ts';
import { peopleView } from './people-view.ts';

export const personRevoke = defineCommand({
  name: 'person revoke',
  summary: 'Take permissions away from a person',
  examples: ['person revoke @ana approver', 'person revoke @bo responder approver'],
  words: ['who', 'permissions…'],
  permission: 'admin',
  input: z.object({ who: handleInput, permissions: permissionsInput }),

  async run(context, input) {
    const person = await personCalled(context, input.who);
    const entering = await context.store.people.entering(context.now());
    const change = revokePermission(person, input.permissions, entering, deciderOf(context));
    const { handle } = context.caller.person;
    const [{ text }] = change.events;
    const notices = await takenAwayNotices(context, `By @${handle}: ${text}`);
    await context.store.save({ ...change, notices });
    return peopleView(change, ['person list', `person disable @${person.handle}`]);
  },
});
