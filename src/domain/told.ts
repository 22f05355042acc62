import type { Reply } from './reply.ts';
import type { TimelineEvent } from './timeline.ts';
import { watchAlarms, watchNews } from './watch-kinds.ts';

/** What Firebreak finds out by itself and people must hear at once. */
const alarming: readonly string[] = [...watchAlarms, 'on_while_frozen', 'convicted_named'];
/** What was said in a room of one incident and is told to another, which its answer does not reach. */
const ofOtherIncidents = ['convicted_named'];
/** What it finds out besides. */
const found: readonly string[] = [
  ...alarming,
  ...watchNews,
  'plan_finished',
  'runbook_step_overdue',
];
/** What people do elsewhere that needs nobody's attention. */
const minor = ['evidence_sealed', 'note_added', 'room_joined', 'room_left', 'quiet_begun'];
/** What waits for somebody's yes. */
const asking = ['plan_proposed', 'plan_overridden'];

/**
 * True for what the rooms of an incident are told when it was not said in a chat: what Firebreak
 * found, and what people did in the console or a shell. What is said in a chat is told by its answer.
 */
export function isToldInRooms({ kind, source }: TimelineEvent): boolean {
  if (ofOtherIncidents.includes(kind)) return true;
  if (source === 'cli' || source === 'console') return !minor.includes(kind);
  return (source === 'job' || source === 'system') && found.includes(kind);
}

/** Before what is merely good to know. */
export function isUrgent({ kind }: Pick<TimelineEvent, 'kind'>): boolean {
  return alarming.includes(kind) || asking.includes(kind);
}

/**
 * What Firebreak found out by itself and nobody must hear at once: it hangs below the card that shows
 * how the incident stands, so that its own log never hides what people say to each other.
 */
export function isChatter({ kind, source }: TimelineEvent): boolean {
  return (source === 'job' || source === 'system') && !isUrgent({ kind });
}

/** What is told of an incident in a room of a chat. */
export function toldReply(
  incident: { readonly name: string; readonly title: string },
  events: readonly TimelineEvent[],
): Reply {
  return noticeReply(
    `${incident.name} ${incident.title}`,
    events.map(({ actor, text = '' }) =>
      actor?.kind === 'person' ? `${actor.name}: ${text}` : text,
    ),
    [`status ${incident.name}`],
  );
}

/** What one person is told alone. */
export function noticeReply(
  title: string,
  texts: readonly string[],
  next: readonly string[],
): Reply {
  return {
    kind: 'view',
    title,
    blocks: texts.map((text) => ({ kind: 'text', text })),
    next,
    audience: 'person',
    outcome: 'done',
    data: {},
  };
}
