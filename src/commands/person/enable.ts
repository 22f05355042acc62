import { z } from 'zod';

import { enablePerson } from '../../domain/people.ts';
import type { Alone } from '../../domain/security-leave.ts';
import { givenByTwo } from '../../domain/security-leave.ts';
import { makeOrAsk } from '../ask-another.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { said } from '../incident-view.ts';
import { handleInput } from '../inputs.ts';
import { enableWanted } from '../loosening.ts';
import { peopleView } from './people-view.ts';

export const personEnable = defineCommand({
  name: 'person enable',
  summary: 'Switch a person on again; they need a new token',
  examples: ['person enable @ana'],
  words: ['who'],
  permission: 'admin',
  input: z.object({ who: handleInput }),

  async run(context, input) {
    const { store, policy } = context;
    const person = await personCalled(context, input.who);
    const by = deciderOf(context);
    const change = enablePerson(person, by);
    const make = async (alone: Alone) => {
      const { notices, blocks } = alone;
      await store.save({ ...change, notices });
      return person.id === store.instance.operator
        ? peopleView(change, ['person list'], [said(operatorWords), ...blocks])
        : peopleView(change, [`person invite @${person.handle}`], [said(endedWords), ...blocks]);
    };
    if (givenByTwo(person.permissions, policy).length === 0) {
      return await make({ notices: [], blocks: [] });
    }
    return await makeOrAsk(context, by, enableWanted(person), make);
  },
});

const endedWords = 'The tokens they had have ended: they need an invitation.';
const operatorWords =
  'They need no invitation: whoever can read the data directory is the local operator. A new token ' +
  'is made there (operator.token) at the next start, or by the first line that is typed without a ' +
  'token; while a server runs, that line is to be typed once more.';
