import { z } from 'zod';

import { setQuiet } from '../domain/lifecycle.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView } from './incident-view.ts';

export const quiet = defineCommand({
  name: 'quiet',
  summary: 'Post nothing of the incident to chats but answers to those who ask; or end that',
  examples: ['quiet', 'quiet off', 'quiet on in:INC-7'],
  words: ['set?'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    set: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['on', 'off']))
      .exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const isOn = input.set !== 'off';
    const change = setQuiet(incident, isOn, deciderOf(context));
    await context.store.save(change);
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: note,
      next: isOn ? ['quiet off', 'status'] : ['status'],
    });
  },
});
