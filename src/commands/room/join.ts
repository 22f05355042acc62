import { z } from 'zod';

import { joinRoom } from '../../domain/rooms.ts';
import { UserError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { changeView } from '../incident-view.ts';

export const roomJoin = defineCommand({
  name: 'room join',
  summary: 'Make this room one of an incident’s: what changes is told here, too',
  examples: ['room join INC-7'],
  words: ['incident'],
  permission: 'responder',
  input: z.object({ incident: z.string().max(40) }),

  async run(context, input) {
    const { store, caller } = context;
    const incident = await store.incidents.byName(input.incident, caller.person.id);
    if (incident === undefined) {
      throw new UserError(
        'not_found',
        `There is no incident “${input.incident}” that you can see.`,
        {
          hint: '`list` shows the open ones.',
        },
      );
    }
    const before = await store.incidents.ofRoom(caller.room);
    const isSeen = before && (await store.incidents.byId(before.id, caller.person.id));
    const what = { room: caller.room, before, isHidden: isSeen === undefined };
    await store.save(joinRoom(incident, what, deciderOf(context)));
    return changeView(incident, {
      text: `The room where this was said is about ${incident.name} from now on.`,
      next: ['status', 'room list'],
    });
  },
});
