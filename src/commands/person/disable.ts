import { z } from 'zod';

import { disablePerson } from '../../domain/people.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { handleInput } from '../inputs.ts';
import { takenAwayNotices } from '../loosening.ts';
import { leftAlone } from './left-alone.ts';
import { peopleView } from './people-view.ts';

export const personDisable = defineCommand({
  name: 'person disable',
  summary: 'Switch a person off: no permission holds, their tokens end',
  examples: ['person disable @ana'],
  words: ['who'],
  permission: 'admin',
  input: z.object({ who: handleInput }),

  async run(context, input) {
    const { people } = context.store;
    const person = await personCalled(context, input.who);
    const [tokens, entering] = await Promise.all([
      people.tokensOf(person.id),
      people.entering(context.now()),
    ]);
    const change = disablePerson(person, { tokens, entering }, deciderOf(context));
    const { handle } = context.caller.person;
    const notices = await takenAwayNotices(context, `@${handle} switched @${person.handle} off.`);
    await context.store.save({ ...change, notices });
    const blocks = await leftAlone(context, person);
    return peopleView(change, ['person list', `person enable @${person.handle}`], blocks);
  },
});
