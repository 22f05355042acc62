import { z } from 'zod';

import { reopenIncident } from '../domain/lifecycle.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView } from './incident-view.ts';
import { textOf } from './inputs.ts';

export const reopen = defineCommand({
  name: 'reopen',
  summary: 'Open a resolved or closed incident again',
  examples: ['reopen', 'reopen the beacon is back in:INC-7'],
  words: ['reason…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ reason: textOf(500).exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in, 'closed');
    const change = reopenIncident(incident, deciderOf(context), input.reason);
    await context.store.save(change);
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: note,
      next: ['status', 'phase analysis …'],
    });
  },
});
