import { z } from 'zod';

import { enablePerson } from '../../domain/people.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput } from '../inputs.ts';
import { peopleView } from './people-view.ts';

export const personEnable = defineCommand({
  name: 'person enable',
  summary: 'Switch a person on again; they need a new token',
  examples: ['person enable @ana'],
  words: ['who'],
  permission: 'admin',
  input: z.object({ who: handleInput }),

  async run(context, input) {
    const person = await personCalled(context, input.who);
    const change = enablePerson(person, deciderOf(context));
    await context.store.save(change);
    return peopleView(change, [`person invite @${person.handle}`]);
  },
});
