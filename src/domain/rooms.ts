import { UserError } from '../errors.ts';
import type { Room } from './heard.ts';
import { surfaceOf } from './heard.ts';
import type { Incident } from './incident.ts';
import { incidentEvent, refuseClosed } from './lifecycle.ts';
import type { Decider } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';

/** What is stored when a room is about an incident from now on, or no more. */
export type RoomChange = {
  readonly rooms?: readonly { readonly room: Room; readonly incident: string }[];
  readonly roomDrops?: readonly Room[];
  readonly events: readonly [NewTimelineEvent];
};

/** True for a room of a chat; a shell or a browser is one person's own. */
export function isChatRoom(room: Room): boolean {
  return surfaceOf(room) !== undefined;
}

/**
 * Makes a room of a chat one of the incident's: what changes is told there.
 *
 * @param before    the incident that the room is about now
 * @param isHidden  they may not see that one: nothing of it is told
 * @throws UserError `not_ready` outside a chat, `conflict` when the room is about an open incident
 */
export function joinRoom(
  incident: Incident,
  what: {
    readonly room: Room;
    readonly before: Incident | undefined;
    readonly isHidden: boolean;
  },
  by: Decider,
): RoomChange {
  const { room, before, isHidden } = what;
  refuseElsewhere(room);
  refuseClosed(incident);
  if (before?.id === incident.id) {
    throw new UserError('conflict', `This room is about ${incident.name} already.`);
  }
  if (before !== undefined && before.closedAt === undefined) {
    if (isHidden) {
      throw new UserError('conflict', 'This room stays as it is.', {
        hint: 'Say it in another room.',
      });
    }
    throw new UserError('conflict', `This room is about ${before.name}, which is open.`, {
      hint: '`room leave` ends that; or say it in another room.',
    });
  }
  const event = incidentEvent(incident.id, by, {
    kind: 'room_joined',
    text: `The room ${room} is about this incident from now on.`,
    data: { room },
  });
  return { rooms: [{ room, incident: incident.id }], events: [event] };
}

/** The room is about no incident from now on. @throws UserError `conflict` when it is about none */
export function leaveRoom(incident: Incident | undefined, room: Room, by: Decider): RoomChange {
  refuseElsewhere(room);
  if (incident === undefined) throw new UserError('conflict', 'This room is about no incident.');
  const event = incidentEvent(incident.id, by, {
    kind: 'room_left',
    text: `The room ${room} is no longer about this incident.`,
    data: { room },
  });
  return { roomDrops: [room], events: [event] };
}

function refuseElsewhere(room: Room): void {
  if (isChatRoom(room)) return;
  throw new UserError('not_ready', 'Only a room of a chat can be about an incident.', {
    hint: 'Say it in the room itself.',
  });
}
