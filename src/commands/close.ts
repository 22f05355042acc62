import { z } from 'zod';

import { closeIncident } from '../domain/lifecycle.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView } from './incident-view.ts';
import { textOf } from './inputs.ts';
import { looseEndsOf } from './loose-ends.ts';

export const close = defineCommand({
  name: 'close',
  summary: 'End the record of a resolved incident',
  examples: ['close', 'close in:INC-7 despite:"the platform was switched off for good"'],
  words: [],
  options: {
    ...incidentOption,
    despite: 'Why it is closed although containment was never verified',
  },
  permission: 'responder',
  input: z.object({ despite: textOf(500).exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const loose = await looseEndsOf(context, incident);
    const change = closeIncident(incident, loose, deciderOf(context), input.despite);
    await context.store.save(change);
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: note,
      next: [`export md in:${incident.name}`, `reopen in:${incident.name}`],
      data: { unverified: loose.unverified },
    });
  },
});
