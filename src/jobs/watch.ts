import { beforeOf } from '../domain/action.ts';
import { addressTaken } from '../domain/address-taken.ts';
import type { Connection } from '../domain/connection.ts';
import { holdersOfAll } from '../domain/holders.ts';
import type { UserRecord } from '../domain/inventory.ts';
import type { Action } from '../domain/plan.ts';
import type { Reading } from '../domain/verification.ts';
import type { Held, Return } from '../domain/watch.ts';
import { byTarget, cameBack, isSameConnection, isWatched, shownInstant } from '../domain/watch.ts';
import { PlatformError, StaleError, UserError } from '../errors.ts';
import type { Check, Platform } from '../platforms/platform.ts';
import type { NewJob, Store } from '../store/store.ts';
import { casesOf } from './holders.ts';
import type { JobContext } from './job.ts';
import { lookPatiently, tellBlind, tellSight } from './watch-blind.ts';
import { lookAtBlocks, tellBlocks } from './watch-blocks.ts';
import { lookAtNodes, tellNodes } from './watch-nodes.ts';
import { saveOvertaken } from './watch-overtaken.ts';

/** A look that was asked for so long ago is left to the next tick, in ms. */
const staleMs = 5 * 60_000;
/** What started this long before a look still counts against it, in ms: several ticks may be missed. */
const lookBackMs = 10 * 60_000;
/** What started longer before is left to a verification, in ms: it may be thousands. */
const lookBackAtMostMs = 60 * 60_000;

/** From one look to the next, in ms. */
const tickMs = 60_000;
/** However long a platform wants to be left alone, it is asked again after this, in ms. */
const restAtMostMs = 10 * 60_000;

/** A whole look, which shows copies, is taken every so many minutes. */
const wholeLookMinutes = 5;

/**
 * Asks for one look at each connection where something is contained, once over all replicas.
 *
 * @param tick a whole minute, the same in each replica
 */
export async function askToWatch(store: Store, tick: Date): Promise<void> {
  const connections = await store.watch.connections();
  if (connections.length === 0) return;
  const at = tick.toISOString();
  const isWhole = tick.getUTCMinutes() % wholeLookMinutes === 0;
  await store.save({
    jobs: connections.flatMap((connection): readonly NewJob[] => [
      { kind: 'watch', id: `watch:${connection}:${at}`, data: { connection, at } },
      ...(isWhole
        ? [{ kind: 'sync' as const, id: `sync:${connection}:watch:${at}`, data: { connection } }]
        : []),
    ]),
  });
}

/**
 * Looks once more at what was contained on a connection, by the paths that verified it, and tells
 * its incident what is on, or runs, or may be used again.
 *
 * A platform that does not answer now is asked again until the next tick; one that cannot be looked
 * at for minutes is told of, for then nobody sees what comes back.
 */
export async function watch(
  context: JobContext,
  data: { readonly connection: string; readonly at: string },
  signal: AbortSignal,
): Promise<void> {
  const { store, now } = context;
  const tick = new Date(data.at);
  if (now().getTime() - tick.getTime() > staleMs) return;
  const before = await store.connections.byId(data.connection);
  if (!before) return;
  const isSame = (one: Held) => isSameConnection(one, before);
  const held = (await store.watch.held(before.id)).filter(({ action }) => isWatched(action));
  const blocks = (await store.watch.blocked(before.id)).filter(({ action }) => isWatched(action));
  const muted = (await store.watch.muted(before.id)).filter(({ action }) => isWatched(action));
  const all = [...held, ...blocks, ...muted];
  const lost = all.filter((one) => !isSame(one));
  await tellBlind(context, { id: before.id, name: before.name }, lost, { why: anotherNow });
  if (lost.length === all.length) return;
  const same = all.filter(isSame);
  if (before.watchRestsUntil && before.watchRestsUntil > now()) {
    await tellBlind(context, before, same, { why: restWords(before.watchRestsUntil) });
    return;
  }
  try {
    const { platform } = await context.platformOf(before.id);
    const at = now();
    const targets = byTarget(held.filter(isSame));
    const own = blocks.filter(isSame);
    const nodes = muted.filter(isSame);
    const look = async () => ({
      readings: await lookAgain(context, platform, { targets, before }, signal),
      locks: await lookAtBlocks(platform, own, signal),
      parts: await lookAtNodes(platform, nodes, signal),
    });
    const { readings, locks, parts } = await lookPatiently(context, tick, look, signal);
    const notHad = readings.find((reading) => reading.notHad)?.notHad;
    if (!notHad) await tellSight(context, before, same);
    await tellReadings({ context, platform, before }, { targets, readings }, signal);
    await tellBlocks(context, own, locks);
    await tellNodes(context, nodes, parts);
    // Half a look shows what is on, and not what ran meanwhile: it counts as none.
    if (notHad) await tellBlind(context, before, same, { why: notHad.why, isHalf: true });
    else await store.save({ watches: [{ connection: before.id, at }] });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PlatformError || error instanceof UserError)) throw error;
    await tellBlind(context, before, same, { why: error.message });
    await restFrom(context, before, tick, error);
  }
}

/** Keeps that a platform wants to be left alone beyond the next tick: that one would ask it again. */
async function restFrom(
  { store, now }: JobContext,
  { id }: Connection,
  tick: Date,
  error: PlatformError | UserError,
): Promise<void> {
  const pauseMs = error instanceof PlatformError ? (error.retryAfterMs ?? 0) : 0;
  const until = new Date(now().getTime() + Math.min(pauseMs, restAtMostMs));
  if (until.getTime() - tick.getTime() <= tickMs) return;
  await store.save({ watchRests: [{ connection: id, until }] });
}

function restWords(until: Date): string {
  return `It asked not to be called before ${shownInstant(until)}.`;
}

const anotherNow = 'Its address was changed, so it may be another platform now.';

type Targets = readonly (readonly Held[])[];

async function lookAgain(
  { now }: JobContext,
  platform: Platform,
  { targets, before }: { readonly targets: Targets; readonly before: Connection },
  signal: AbortSignal,
): Promise<readonly Reading[]> {
  const since = lookBackTo(now(), before, platform);
  const checks = targets.flatMap((target) => checkOf(target, since));
  return await platform.checkDisabled(checks, signal);
}

/** Where is looked at what, and with what may be done there. */
type Place = {
  readonly context: JobContext;
  readonly platform: Platform;
  readonly before: Connection;
};

async function tellReadings(
  place: Place,
  { targets, readings }: { readonly targets: Targets; readonly readings: readonly Reading[] },
  signal: AbortSignal,
): Promise<void> {
  for (const [index, target] of targets.entries()) {
    const reading = readings[index];
    if (!reading) continue;
    if (reading.proofs.some(({ finding }) => finding === 'contradicts')) {
      await tell(place, target, reading, signal);
    } else {
      await tellTaken(place.context, target, reading);
    }
  }
}

/** From when what started counts against it: also while nobody looked, within bounds. */
function lookBackTo(now: Date, { watchedAt }: Connection, { pace }: Platform): Date {
  const at = now.getTime();
  const from = Math.min(watchedAt?.getTime() ?? at, at - lookBackMs) - pace.settleMs;
  return new Date(Math.max(from, at - lookBackAtMostMs));
}

/** Executions are asked for since lately only: of an incident of days they would be thousands. */
function checkOf(target: readonly Held[], since: Date): readonly Check[] {
  const [first] = target;
  if (!first) return [];
  const { action } = first;
  const accepted = action.acceptedAt ?? action.requestedAt ?? since;
  return [
    {
      workflow: action.workflow,
      memo: beforeOf(action)?.platform ?? null,
      acceptedAt: accepted > since ? accepted : since,
      holders: holdersOfAll(target.map((one) => one.action)),
    },
  ];
}

async function tell(
  { context, platform, before }: Place,
  target: readonly Held[],
  reading: Reading,
  signal: AbortSignal,
): Promise<void> {
  const { store } = context;
  const seen = await observed(platform, reading.workflow, signal);
  const held = await stillHeld(store, target);
  const told = cameBack(held, reading, {
    at: context.now(),
    isOn: seen?.active ?? true,
    archives: before.capabilities.archive === true,
    stops: await stopsOf(store, held),
    ...(await lastSwitchOf(store, target, seen)),
  });
  if (told) await saveUnlessStale(context, told);
}

/** Keeps who was seen at the address of what is contained, and tells of whom it was not known. */
async function tellTaken(
  context: JobContext,
  target: readonly Held[],
  reading: Reading,
): Promise<void> {
  const { store, now } = context;
  const [first] = target;
  const { holders = [] } = reading;
  if (!first || holders.length === 0) return;
  const { plan, action } = first;
  const where = { incident: plan.incident, connection: action.connection };
  const caseOf = await casesOf(store, where, holders);
  const told = addressTaken(await stillHeld(store, target), holders, caseOf, now());
  if (told) await saveUnlessStale(context, told);
}

/** An undo may have begun while we looked: what it switched on did not come back. */
async function stillHeld(store: Store, target: readonly Held[]): Promise<readonly Held[]> {
  const still = new Set((await store.watch.held()).map(({ action }) => revisionOf(action)));
  return target.filter(({ action }) => still.has(revisionOf(action)));
}

/** What stopped the executions of these, by the plans that switched them off. */
async function stopsOf(store: Store, held: readonly Held[]): Promise<readonly Action[]> {
  const stops: Action[] = [];
  for (const { plan, action } of held) {
    const own = await store.plans.actions(plan.id);
    stops.push(...own.filter((one) => one.lever === 'stop' && isSameTarget(one, action)));
  }
  return stops;
}

function isSameTarget(one: Action, { connection, workflow }: Action): boolean {
  return one.connection === connection && one.workflow === workflow;
}

async function saveUnlessStale({ store, now }: JobContext, told: Return): Promise<void> {
  try {
    await saveOvertaken(store, told, now());
  } catch (error) {
    // Somebody else told of it, or verifies it again, just now.
    if (!(error instanceof StaleError)) throw error;
  }
}

function revisionOf({ id, revision }: Held['action']): string {
  return `${id} ${revision}`;
}

type Seen = Awaited<ReturnType<Platform['observe']>>;

/** Who and when, which a platform tells of one workflow rather than of many. */
async function observed(
  platform: Platform,
  workflow: string,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  try {
    return await platform.observe(workflow, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PlatformError)) throw error;
    return undefined;
  }
}

/** With the name of the person, where the platform tells their id and an inventory knows it. */
async function lastSwitchOf(
  store: Store,
  [first]: readonly Held[],
  seen: Seen | undefined,
): Promise<Pick<Seen, 'lastSwitch'>> {
  if (!seen?.active || !seen.lastSwitch || !first) return {};
  const { user, by } = seen.lastSwitch;
  if (user === undefined || by !== undefined) return { lastSwitch: seen.lastSwitch };
  const people = await store.inventory.users(first.action.connection);
  const known = people.find(({ id }) => id === user);
  return { lastSwitch: { ...seen.lastSwitch, by: known ? nameOf(known) : `the user ${user}` } };
}

function nameOf({ name, email }: UserRecord): string {
  return email === undefined || email === name ? name : `${name} <${email}>`;
}
