import { z } from 'zod';

import { counts, removeFactors } from '../../domain/factor.ts';
import { UserError } from '../../errors.ts';
import { makeOrAsk } from '../ask-another.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled, provenDecider } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { handleInput } from '../inputs.ts';
import { factorWanted } from '../loosening.ts';

export const personFactor = defineCommand({
  name: 'person factor',
  summary: 'Take away the factor that a person has lost, with a code of yours if you have one',
  examples: ['person factor @ana'],
  words: ['who'],
  permission: 'admin',
  input: z.object({ who: handleInput }),

  async run(context, input) {
    const { store, caller } = context;
    const person = await personCalled(context, input.who);
    if (person.id === caller.person.id) {
      throw new UserError('not_allowed', 'Another admin takes away the factor that you lost.', {
        hint: 'With a code of it you do it yourself: `me factor remove`.',
      });
    }
    const own = await store.factors.of(caller.person.id);
    if (own.some(counts) && (await provenDecider(context)).steppedUp === undefined) {
      throw new UserError(
        'not_allowed',
        `To take away the factor of @${person.handle} it needs a code of yours.`,
        {
          hint: 'Type it at the prompt of the command line, or in the console; never into a line.',
          asks: 'code',
        },
      );
    }
    const factors = await store.factors.of(person.id);
    const by = deciderOf(context);
    const change = removeFactors(person, factors, by);
    return await makeOrAsk(context, by, factorWanted(person, factors), async (alone) => {
      await store.save({ ...change, notices: alone.notices });
      return lookView({
        title: `@${person.handle} has no factor any more`,
        blocks: [
          said('Their yes counts no longer where a code is needed, until they have a new one.'),
          ...alone.blocks,
        ],
        next: ['person list'],
        data: { person: person.handle },
      });
    });
  },
});
