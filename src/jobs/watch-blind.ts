import {
  blindEvent,
  byIncident,
  isBlind,
  lastSeen,
  sightEvent,
  toldBlindSince,
} from '../domain/blindness.ts';
import type { Blind } from '../domain/blindness.ts';
import type { Connection } from '../domain/connection.ts';
import type { Held } from '../domain/watch.ts';
import { PlatformError } from '../errors.ts';
import type { JobContext } from './job.ts';

/** How many events of an incident are searched for what it was told of the watch. */
const eventsRead = 1_000;
/** A look is given up so long after its tick, in ms: the next one begins then. */
const lookForMs = 50_000;
/** Pauses before the next try where the platform names none, in ms; the last one repeats. */
const pausesMs = [1_000, 4_000, 10_000];

/**
 * Looks by `look`, and again while the platform asks us to come back or cannot answer, until the
 * next tick is due.
 *
 * @throws PlatformError the last failure
 */
export async function lookPatiently<T>(
  { now, wait }: JobContext,
  tick: Date,
  look: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const until = tick.getTime() + lookForMs;
  for (let round = 0; ; round += 1) {
    try {
      return await look();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PlatformError) || !mayPass(error)) throw error;
      const pauseMs = error.retryAfterMs ?? pausesMs[Math.min(round, pausesMs.length - 1)] ?? 0;
      if (now().getTime() + pauseMs > until) throw error;
      await wait(pauseMs, signal);
    }
  }
}

function mayPass({ code, mayHaveHappened }: PlatformError): boolean {
  return mayHaveHappened || code === 'rate_limited' || code === 'unavailable';
}

/**
 * Tells each incident once that nobody sees what comes back, after some minutes without a look.
 *
 * @param watchedAt of what is held; absent where it is not looked at at all any more
 */
export async function tellBlind(
  { store, now }: JobContext,
  { id, name, watchedAt }: Pick<Connection, 'id' | 'name' | 'watchedAt'>,
  held: readonly Held[],
  blind: Blind,
): Promise<void> {
  for (const [incident, own] of byIncident(held)) {
    const since = lastSeen(actionsOf(own), watchedAt);
    if (!since || !isBlind(since, now())) continue;
    const events = await store.timeline.latest(incident, eventsRead);
    if (toldBlindSince(events, id)) continue;
    await store.save({ events: [blindEvent(own, { name }, { ...blind, since, now: now() })] });
  }
}

/** Tells each incident from when to when nobody looked: no server ran, or it could not see. */
export async function tellSight(
  { store, now }: JobContext,
  { id, name, watchedAt }: Connection,
  held: readonly Held[],
): Promise<void> {
  if (watchedAt && !isBlind(watchedAt, now())) return;
  for (const [incident, own] of byIncident(held)) {
    const events = await store.timeline.latest(incident, eventsRead);
    const last = lastSeen(actionsOf(own), watchedAt);
    const since = toldBlindSince(events, id) ?? (isBlind(last, now()) ? last : undefined);
    if (!since) continue;
    await store.save({ events: [sightEvent(own, { name }, { since, now: now() })] });
  }
}

function actionsOf(held: readonly Held[]): readonly Held['action'][] {
  return held.map(({ action }) => action);
}
