import { z } from 'zod';

import { leaveRoom } from '../../domain/rooms.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { lookView, said } from '../incident-view.ts';

export const roomLeave = defineCommand({
  name: 'room leave',
  summary: 'This room is about no incident any more',
  examples: ['room leave'],
  words: [],
  permission: 'responder',
  input: z.object({}),

  async run(context) {
    const { store, caller } = context;
    const incident = await store.incidents.inRoom(caller.room, caller.person.id);
    const change = leaveRoom(incident, caller.room, deciderOf(context));
    await store.save(change);
    return lookView({
      title: 'This room is about no incident any more',
      blocks: [said(change.events[0].text)],
      next: ['list'],
      data: {},
    });
  },
});
