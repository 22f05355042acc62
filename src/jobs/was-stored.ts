import type { Reply } from '../chat/chat.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Store, TakenUp } from '../store/store.ts';
import { hearMs } from './hearing.ts';
import type { Said } from './say.ts';

/** Among so many events of an incident those are looked for that a line recorded. */
const eventsRead = 200;
/** What one line recorded was recorded within this, in ms. */
const togetherMs = 1_000;

/**
 * What is said of a line when a process died after it had stored what the line does: what was
 * recorded, for all rooms, and what others may say to a plan that waits for them.
 */
export async function wasStored(
  store: Store,
  { heard, actedAt = heard.at }: TakenUp,
  { person, about }: { readonly person: Person; readonly about: IncidentId | undefined },
): Promise<Said> {
  const events = about === undefined ? [] : await store.timeline.latest(about, eventsRead);
  const recorded = recordedBy(
    events.filter(({ source }) => source === heard.surface),
    { person, from: actedAt.getTime() },
  );
  const isSaid = heard.said.kind === 'line' || heard.said.kind === 'press';
  const isKnown = about !== undefined && recorded.length > 0;
  return {
    reply: replyOf(recorded, isKnown && isSaid ? 'room' : 'person'),
    hasActed: true,
    forOthers: isKnown ? await askedOf(store, about, { person, from: actedAt }) : [],
    ...(isKnown ? { incident: about } : {}),
  };
}

function recordedBy(
  events: readonly TimelineEvent[],
  { person, from }: { readonly person: Person; readonly from: number },
): readonly TimelineEvent[] {
  const theirs = events.filter(({ actor, recordedAt }) => {
    const afterMs = recordedAt.getTime() - from;
    return actor?.kind === 'person' && actor.id === person.id && afterMs >= 0 && afterMs < hearMs;
  });
  const first = theirs[0]?.recordedAt.getTime() ?? 0;
  return theirs.filter(({ recordedAt }) => recordedAt.getTime() - first <= togetherMs);
}

async function askedOf(
  store: Store,
  about: IncidentId,
  { person, from }: { readonly person: Person; readonly from: Date },
): Promise<readonly string[]> {
  const plans = await store.plans.ofIncident(about);
  return plans
    .filter(
      ({ state, approvalsNeeded, requestedBy, createdAt }) =>
        state === 'proposed' &&
        approvalsNeeded > 0 &&
        requestedBy === person.id &&
        createdAt >= from,
    )
    .flatMap(({ name }) => [`contain approve ${name}`, `contain deny ${name}`]);
}

function replyOf(recorded: readonly TimelineEvent[], audience: 'room' | 'person'): Reply {
  const text =
    'Then Firebreak was interrupted before it could tell you. Whether it is finished: `status`.';
  return {
    kind: 'view',
    title: 'It was stored',
    blocks: [
      ...recorded.map((event) => ({ kind: 'text', text: event.text ?? '' }) as const),
      { kind: 'text', text },
    ],
    next: ['status'],
    audience,
    outcome: 'open',
    data: {},
  };
}
