import type { Reply } from '../chat/chat.ts';
import type { ChatSurface, HeardMessage, Mark, Room } from '../domain/heard.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { Marked } from '../domain/pinned.ts';
import { isNews, markedIn, pinMessage } from '../domain/pinned.ts';
import type { Decider } from '../domain/plan-change.ts';
import type { Block } from '../domain/reply.ts';
import { counted } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CopyJob, Store } from '../store/store.ts';

/** How many events of an incident are searched for the message. */
const eventsRead = 10_000;

/** Puts a message that somebody pinned on the timeline of the incident of its room. */
export async function pin(
  store: Store,
  what: {
    readonly kind: 'pinned' | 'unpinned';
    readonly message: HeardMessage;
    readonly mark?: Mark;
    readonly room: Room;
    readonly surface: ChatSurface;
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
  const events = await store.timeline.latest(incident.id, eventsRead);
  const marked = markedIn(events, what.message.id);
  if (what.kind === 'unpinned' && marked === undefined) {
    return refused(`That message is not on the timeline of ${incident.name}.`, undefined);
  }
  if (marked !== undefined && !isNews(what, by.person.id, marked)) {
    return what.kind === 'unpinned'
      ? refused(
          `That mark was never written down: entry ${marked.entry} stays on the timeline.`,
          undefined,
        )
      : told(incident.name, marked.entry, `It is there already, as entry ${marked.entry}.`);
  }
  try {
    const jobs = copiesOf(incident.id, what, by);
    const saved = await store.save({ events: [pinMessage(incident, what, by, marked)], jobs });
    const place = saved.events[0]?.seq;
    return told(incident.name, place, words(what.kind, jobs.length, marked), unreadBlocks(what));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refused(error.message, error.hint);
  }
}

function told(
  incident: string,
  entry: number | undefined,
  text: string,
  more: readonly Block[] = [],
): Reply {
  return {
    kind: 'view',
    title: `${incident}: entry ${entry ?? ''} of the timeline`,
    blocks: [{ kind: 'text', text }, ...more],
    next: ['log show'],
    audience: 'person',
    outcome: 'done',
    data: { incident },
  };
}

/** What is on the timeline then is that there was a message, when, and where it stands. */
function unreadBlocks({ kind, message }: Parameters<typeof pin>[1]): readonly Block[] {
  if (kind === 'unpinned' || message.unread === undefined) return [];
  const text = `Its words are not on the timeline. ${message.unread} Take Add to timeline in the message’s menu, or write them down with \`log add\`.`;
  return [{ kind: 'warning', text }];
}

function words(
  kind: 'pinned' | 'unpinned',
  copies: number,
  { entry, marks }: Partial<Marked> = {},
): string {
  if (kind === 'unpinned') {
    return marks === 1
      ? 'Written down that it was taken off.'
      : `Others marked it, too: entry ${entry ?? ''} stays on the timeline.`;
  }
  if (entry !== undefined)
    return `It is there already, as entry ${entry}; that you marked it, too, is written down.`;
  return copies === 0
    ? 'Written down.'
    : `Written down. What hangs on it (${counted(copies, 'file')}) is copied as evidence now.`;
}

/** Each file is copied once for an incident, however often its message is put on the timeline. */
function copiesOf(
  incident: IncidentId,
  { kind, message, room, surface }: Parameters<typeof pin>[1],
  { person, now }: Decider,
): readonly CopyJob[] {
  if (kind === 'unpinned') return [];
  const { id, author, files = [] } = message;
  return files.map((file) => ({
    kind: 'copy',
    id: `${incident}/${room}/${id}/${file.id}`,
    data: {
      incident,
      surface,
      room,
      message: id,
      author,
      file,
      by: person.id,
      at: now.toISOString(),
    },
  }));
}

function refused(message: string, hint: string | undefined): Reply {
  const said = { kind: 'problem', code: 'not_ready', message, candidates: [] } as const;
  return hint === undefined ? said : { ...said, hint };
}
