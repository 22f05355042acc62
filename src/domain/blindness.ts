import type { Connection, ConnectionId } from './connection.ts';
import type { IncidentId } from './incident.ts';
import type { Action } from './plan.ts';
import type { NewTimelineEvent, TimelineEvent } from './timeline.ts';
import type { Held } from './watch.ts';
import { returnEvent, shownInstant } from './watch.ts';

/** Longer without a look than this, and nobody sees what comes back; in ms. */
export const blindAfterMs = 3 * 60_000;

/**
 * When something was last seen to hold: by the watch, or by a verification.
 *
 * @param actions kept off, or blocked, on this connection
 */
export function lastSeen(
  actions: readonly Pick<Action, 'acceptedAt' | 'settledAt'>[],
  watchedAt: Date | undefined,
): Date | undefined {
  const verifiedAt = latest(actions.map(({ acceptedAt, settledAt }) => settledAt ?? acceptedAt));
  return latest([verifiedAt, watchedAt]);
}

/** True where what comes back would not have been seen for too long. */
export function isBlind(last: Date | undefined, now: Date): boolean {
  return last !== undefined && now.getTime() - last.getTime() > blindAfterMs;
}

/** Why a look shows nothing, or half of what it should: what is on, and not what ran since. */
export type Blind = { readonly why: string; readonly isHalf?: true };

/** Tells an incident that what it contained on a connection is not looked at, and since when. */
export function blindEvent(
  held: readonly Held[],
  { name }: Pick<Connection, 'name'>,
  { since, why, now, isHalf }: Blind & { readonly since: Date; readonly now: Date },
): NewTimelineEvent {
  const [seen, missed] = isHalf
    ? ['seen whole', 'What runs there for moments only is not seen.']
    : ['seen', 'What comes back there is not seen.'];
  return returnEvent(held, {
    kind: 'watch_blind',
    at: now,
    text: `${name} has not been ${seen} since ${shownInstant(since)}: ${why} ${missed}`,
    data: { since: since.toISOString(), next: `contain status ${planOf(held)}` },
  });
}

/** Tells an incident that what it contained is looked at again, and from when to when it was not. */
export function sightEvent(
  held: readonly Held[],
  { name }: Pick<Connection, 'name'>,
  { since, now }: { readonly since: Date; readonly now: Date },
): NewTimelineEvent {
  return returnEvent(held, {
    kind: 'watch_sees',
    at: now,
    text: `${name} is looked at again. The watch saw nothing there from ${shownInstant(since)} to ${shownInstant(now)}: what was on for moments meanwhile was missed.`,
    data: { since: since.toISOString(), next: `contain verify ${planOf(held)}` },
  });
}

function planOf([first]: readonly Held[]): string {
  if (first === undefined) throw new RangeError('Nothing is held.');
  return first.plan.name;
}

/** Since when these events of one incident leave a connection unseen; undefined where they do not. */
export function toldBlindSince(
  events: readonly Pick<TimelineEvent, 'kind' | 'data'>[],
  connection: ConnectionId,
): Date | undefined {
  const last = events.findLast(
    ({ kind, data }) =>
      (kind === 'watch_blind' || kind === 'watch_sees') && data?.['connection'] === connection,
  );
  const since = last?.kind === 'watch_blind' ? last.data?.['since'] : undefined;
  return typeof since === 'string' ? new Date(since) : undefined;
}

/** Each incident is told for itself. */
export function byIncident(held: readonly Held[]): ReadonlyMap<IncidentId, readonly Held[]> {
  return Map.groupBy(held, ({ plan }) => plan.incident);
}

function latest(instants: readonly (Date | undefined)[]): Date | undefined {
  const times = instants.flatMap((at) => (at ? [at.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
