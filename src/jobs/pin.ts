import type { Reply } from '../chat/chat.ts';
import type { HeardMessage } from '../domain/heard.ts';
import { pinMessage } from '../domain/pinned.ts';
import type { Decider } from '../domain/plan-change.ts';
import { UserError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Puts a message that somebody pinned on the timeline of the incident of its room. */
export async function pin(
  store: Store,
  what: {
    readonly kind: 'pinned' | 'unpinned';
    readonly message: HeardMessage;
    readonly room: string;
  },
  by: Decider,
): Promise<Reply> {
  const incident = await store.incidents.inRoom(what.room, by.person.id);
  if (incident === undefined) {
    return refused(
      'This room is about no incident, so nothing was written down.',
      '`room join INC-…`',
    );
  }
  try {
    const saved = await store.save({ events: [pinMessage(incident, what, by)] });
    const place = saved.events[0]?.seq;
    return {
      kind: 'view',
      title: `${incident.name}: entry ${place ?? ''} of the timeline`,
      blocks: [
        {
          kind: 'text',
          text: what.kind === 'pinned' ? 'Written down.' : 'Written down that it was taken off.',
        },
      ],
      next: ['log show'],
      audience: 'person',
      outcome: 'done',
      data: { incident: incident.name },
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refused(error.message, error.hint);
  }
}

function refused(message: string, hint: string | undefined): Reply {
  const said = { kind: 'problem', code: 'not_ready', message, candidates: [] } as const;
  return hint === undefined ? said : { ...said, hint };
}
