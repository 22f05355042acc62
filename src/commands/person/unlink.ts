import { z } from 'zod';

import { unlinkAccounts } from '../../domain/linking.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput } from '../inputs.ts';
import { peopleView } from './people-view.ts';

export const personUnlink = defineCommand({
  name: 'person unlink',
  summary: 'Take all chat accounts of a person away: they link them again themselves',
  examples: ['person unlink @ana'],
  words: ['who'],
  permission: 'admin',
  input: z.object({ who: handleInput }),

  async run(context, input) {
    const person = await personCalled(context, input.who);
    const links = await context.store.identities.of(person.id);
    const change = unlinkAccounts(person, links, deciderOf(context));
    await context.store.save(change);
    return peopleView(change, ['person list', `person disable @${person.handle}`]);
  },
});
