import { z } from 'zod';

import { addNote } from '../../domain/lifecycle.ts';
import { inline } from '../../domain/spans.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { changeView, said } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { showBoth } from '../show-time.ts';
import { readWhen, zoneOf } from '../when.ts';

export const logAdd = defineCommand({
  name: 'log add',
  aliases: ['note', 'log note'],
  summary: 'Write down what happened, now or when it did',
  examples: [
    'log add the CFO was told',
    'log add Ana saw the first beacon at:14:05',
    'log add the key was pasted at:"yesterday 23:10" in:INC-7',
  ],
  words: ['text…'],
  options: {
    at: 'When it happened: 14:05, "yesterday 23:10", "2026-11-20 14:05", "10m ago"',
    ...incidentOption,
  },
  permission: 'responder',
  forGuests: true,
  input: z.object({
    text: textOf(3_000),
    at: z.string().max(60).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const zone = zoneOf(context);
    const now = context.now();
    const when = input.at === undefined ? { at: now } : readWhen(input.at, { now, zone });
    const event = addNote(incident, { text: input.text, at: when.at }, deciderOf(context));
    const saved = await context.store.save({ events: [event] });
    const seq = saved.events[0]?.seq;
    return changeView(incident, {
      text: inline`${showBoth(when.at, zone)}: ${input.text}`,
      blocks: [...note, ...(when.note === undefined ? [] : [said(when.note)])],
      next: ['log show'],
      data: { occurredAt: when.at.toISOString(), ...(seq === undefined ? {} : { seq }) },
    });
  },
});
