import { z } from 'zod';

import { postUpdate } from '../domain/lifecycle.ts';
import { inline } from '../domain/spans.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView } from './incident-view.ts';
import { textOf } from './inputs.ts';

export const update = defineCommand({
  name: 'update',
  aliases: ['post'],
  summary: 'Tell everyone who follows the incident how it stands',
  examples: ['update the key is revoked, payments are back', 'update still looking in:INC-7'],
  words: ['text…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ text: textOf(3_000), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const event = postUpdate(incident, input.text, deciderOf(context));
    await context.store.save({ events: [event] });
    return changeView(incident, {
      text: inline`Update by @${context.caller.person.handle}: ${input.text}`,
      blocks: note,
      next: ['status', 'log show'],
    });
  },
});
