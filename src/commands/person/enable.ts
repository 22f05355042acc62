import { z } from 'zod';

import { enablePerson } from '../../domain/people.ts';
import { defineCommand } from '../command.ts';
import { deciderOf, personCalled } from '../deciding.ts';
import { said } from '../incident-view.ts';
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
    if (person.id !== context.store.instance.operator) {
      return peopleView(change, [`person invite @${person.handle}`], [said(endedWords)]);
    }
    return peopleView(change, ['person list'], [said(operatorWords)]);
  },
});

const endedWords = 'The tokens they had have ended: they need an invitation.';
const operatorWords =
  'They need no invitation: whoever can read the data directory is the local operator. A new token ' +
  'is made there (operator.token) at the next start, or by the first line that is typed without a ' +
  'token; while a server runs, that line is to be typed once more.';
