import { z } from 'zod';

import { setSeverity } from '../domain/lifecycle.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView } from './incident-view.ts';
import { severityInput, textOf } from './inputs.ts';

export const sev = defineCommand({
  name: 'sev',
  aliases: ['severity'],
  summary: 'Set the severity',
  examples: ['sev 1', 'sev sev3 only the test account was hit'],
  words: ['level', 'reason…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    level: severityInput,
    reason: textOf(500).exactOptional(),
    ...incidentInput,
  }),

  async known(asker, { in: named }) {
    const { incident } = await incidentOf(asker, typeof named === 'string' ? named : undefined);
    return { level: incident.severity };
  },

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const change = setSeverity(incident, input.level, deciderOf(context), input.reason);
    await context.store.save(change);
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: note,
      next: ['status', 'update …'],
    });
  },
});
