import { z } from 'zod';

import { setTimeZone } from '../../domain/people.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';
import { nearest } from '../nearest.ts';
import { showBoth } from '../show-time.ts';
import { zoneCalled } from '../when.ts';

export const meZone = defineCommand({
  name: 'me zone',
  aliases: ['me timezone'],
  summary: 'The zone in which you read and write times',
  examples: ['me zone Europe/Berlin', 'me zone UTC'],
  words: ['zone'],
  permission: 'viewer',
  input: z.object({ zone: z.string().max(60) }),

  async run(context, input) {
    const { store, now } = context;
    const zone = zoneCalled(input.zone);
    if (zone === undefined) {
      throw new UserError('bad_input', `“${input.zone}” is no time zone.`, {
        hint: 'e.g. `me zone Europe/Berlin`',
        candidates: nearest(input.zone, Intl.supportedValuesOf('timeZone')),
      });
    }
    const change = setTimeZone(zone, deciderOf(context));
    await store.save(change);
    return lookView({
      title: `Your zone is ${zone}`,
      blocks: [said(`For you it is now ${showBoth(now(), zone)}.`)],
      next: ['me'],
      data: { timeZone: zone },
    });
  },
});
