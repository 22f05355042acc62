import { z } from 'zod';

import { resolveIncident } from '../domain/lifecycle.ts';
import { listed } from '../domain/wording.ts';
import { defineCommand } from './command.ts';
import { deciderOf } from './deciding.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { changeView, warned } from './incident-view.ts';
import { textOf } from './inputs.ts';
import { looseEndsOf } from './loose-ends.ts';

export const resolve = defineCommand({
  name: 'resolve',
  summary: 'Say that the harm has ended; the record stays open',
  examples: ['resolve', 'resolve the key was revoked at 04:10 and nothing used it since'],
  words: ['summary…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ summary: textOf(2_000).exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const change = resolveIncident(incident, deciderOf(context), input.summary);
    const { unfinished, unverified, unreviewed } = await looseEndsOf(context, incident);
    await context.store.save(change);
    return changeView(change.incidents[0], {
      text: change.events[0].text,
      blocks: [
        ...note,
        ...(unfinished.length > 0 ? [warned(`Not finished: ${listed(unfinished)}.`)] : []),
        ...(unreviewed.length > 0
          ? [warned(`Overridden, not reviewed: ${listed(unreviewed)}.`)]
          : []),
        ...(unverified.length > 0 ? [warned(`Not verified: ${listed(unverified)}.`)] : []),
      ],
      next: ['phase lessons', 'close', 'reopen'],
      data: { unfinished, unverified, unreviewed },
    });
  },
});
