import { z } from 'zod';

import { isChatRoom } from '../../domain/rooms.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { headOf, lookView, said } from '../incident-view.ts';

export const roomList = defineCommand({
  name: 'room list',
  aliases: ['rooms'],
  summary: 'The rooms of chats that are about the incident',
  examples: ['room list', 'room list in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'viewer',
  input: z.object(incidentInput),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const rooms = (await context.store.incidents.roomsOf(incident.id)).filter(isChatRoom);
    return lookView({
      title: `Rooms of ${headOf(incident)}`,
      blocks: [
        ...note,
        ...(rooms.length === 0
          ? [said(`None yet: \`room join ${incident.name}\` in a chat makes one.`)]
          : [{ kind: 'list' as const, items: rooms }]),
        ...(incident.quiet ? [said('It is quiet: nothing is posted there (`quiet off`).')] : []),
      ],
      next: ['status'],
      data: { rooms, quiet: incident.quiet === true },
    });
  },
});
