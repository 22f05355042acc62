import { couldNotDisable, leftOnWords, notDisabledWords, wasLeftOn } from '../domain/action.ts';
import type { Decided } from '../domain/approval.ts';
import { isBlind, lastSeen } from '../domain/blindness.ts';
import type { Connection } from '../domain/connection.ts';
import { isArchiveLeft } from '../domain/fallback.ts';
import { holdersOf } from '../domain/holders.ts';
import type { Incident } from '../domain/incident.ts';
import type { ItemKey } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { notStoppedOf, notStoppedWords } from '../domain/not-stopped.ts';
import { progressOf } from '../domain/plan-progress.ts';
import type { Action, Plan } from '../domain/plan.ts';
import { aloneAtMost } from '../domain/policy.ts';
import type { Block } from '../domain/reply.ts';
import { contradictedOf, isTakenBack } from '../domain/standing.ts';
import { copyWords, openCopies } from '../domain/told-copies.ts';
import {
  cameBackSince,
  isSameConnection,
  isWatched,
  shownInstant,
  toContainAgain,
} from '../domain/watch.ts';
import { ago, listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';
import { revokeAgainLines } from './revoke-again.ts';
import { spentIn } from './spent-view.ts';

/** When what a plan keeps off was last looked at again, or that nobody looks. */
export async function watchFields(
  { store, now }: CommandContext,
  { plan, actions }: Pick<Decided, 'plan' | 'actions'>,
  incident: Incident,
): Promise<readonly (readonly [string, string])[]> {
  const watched = actions.filter(isWatched);
  if (watched.length === 0) return [];
  if (incident.closedAt) return [['watch', `ended when ${incident.name} was closed`]];
  const sights = sightsOf(plan, watched, await store.connections.list());
  const isProved = watched.every(({ state }) => state === 'verified');
  const since = isProved ? 'it was verified' : `${plan.name} acted`;
  return [['watch', watchWords(sights, now(), since)]];
}

/** How a connection is looked at for the sake of one plan. */
type Sight = {
  readonly name: string;
  /** It was looked at by the watch since the plan acted there. */
  readonly isLookedAt: boolean;
  readonly last: Date | undefined;
  /** It is not the platform any more that the plan acted on. */
  readonly isLost: boolean;
};

function sightsOf(
  plan: Plan,
  watched: readonly Action[],
  connections: readonly Connection[],
): readonly Sight[] {
  const ofConnection = Map.groupBy(watched, ({ connection }) => connection);
  return connections.flatMap((connection) => {
    const { id, name, watchedAt } = connection;
    const own = ofConnection.get(id);
    if (!own) return [];
    const isLost = !isSameConnection({ plan }, connection);
    const began = own.map(({ acceptedAt }) => acceptedAt?.getTime() ?? 0);
    const isLookedAt =
      !isLost && watchedAt !== undefined && watchedAt.getTime() >= Math.min(...began);
    return [{ name, isLost, isLookedAt, last: lastSeen(own, isLookedAt ? watchedAt : undefined) }];
  });
}

/** @param since when it is not looked at yet, in words */
function watchWords(sights: readonly Sight[], now: Date, since: string): string {
  const lost = sights.filter(({ isLost }) => isLost);
  if (lost.length > 0) {
    return `BLIND: ${listed(lost.map(({ name }) => name))} was connected anew since, at another address; what comes back there is not seen`;
  }
  const blind = sights.filter(({ last }) => last === undefined || isBlind(last, now));
  if (blind.length > 0) return `BLIND: ${unseenWords(blind, now)}`;
  const looks = sights.flatMap(({ isLookedAt, last }) => (isLookedAt && last ? [last] : []));
  return looks.length < sights.length
    ? `not looked at yet since ${since}; a running server looks every minute`
    : `looked at again ${ago(earliest(looks), now)}, and every minute`;
}

function unseenWords(blind: readonly Sight[], now: Date): string {
  const lasts = blind.flatMap(({ last }) => last ?? []);
  const names = listed(blind.map(({ name }) => name));
  const since =
    lasts.length === 0
      ? 'was never seen'
      : `not seen since ${shownInstant(earliest(lasts))} (${ago(earliest(lasts), now)})`;
  return `${names} ${since}; what comes back there is not seen. Is a server running, and does the platform answer? \`firebreak doctor\` tells`;
}

function earliest(instants: readonly Date[]): Date {
  return new Date(Math.min(...instants.map((at) => at.getTime())));
}

/** That nobody sees what comes back of what these plans keep off, where nobody does. */
export async function blindBlocks(
  { store, now }: CommandContext,
  plans: readonly Pick<Decided, 'plan' | 'actions'>[],
  incident: Incident,
): Promise<readonly Block[]> {
  if (incident.closedAt) return [];
  const connections = await store.connections.list();
  const unseen = plans.flatMap(({ plan, actions }) => {
    const sights = sightsOf(plan, actions.filter(isWatched), connections);
    const words = watchWords(sights, now(), `${plan.name} acted`);
    return words.startsWith('BLIND') ? [words] : [];
  });
  return [...new Set(unseen)].map(warned);
}

/**
 * The lines that contain once more what came back, did not go off or goes on, no more at once than one person
 * may alone, or revoke what lives on; none of what all was tried on. What drifted is looked at first; what could not be disabled is archived where it can be.
 */
export async function againLines(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const most = aloneAtMost(context.policy);
  const failed = notDisabled(plan, actions);
  const harder = await archivable(context, [
    ...failed.filter((one) => isArchiveLeft(plan, one)),
    ...actions.filter(cameBackSince),
  ]);
  const spent = await spentIn(context, plan, actions);
  const all = [
    ...failed.map(targetOf),
    ...toContainAgain(plan, actions).filter(({ key }) => !spent.has(keyText(key))),
    ...(await holdersOn(context, actions)),
  ];
  const { archived = [], others = [] } = Object.groupBy(all, ({ ref }) =>
    harder.has(ref) ? 'archived' : 'others',
  );
  const archive = await unheld(context, plan, archived, most);
  const shut = await unheld(context, plan, others, most);
  const running = await notStoppedIn(context, plan, actions);
  const refs = [...new Set([...shut, ...running])].slice(0, most);
  const look = actions.some((one) => wasLeftOn(one) && refs.includes(one.ref));
  return [
    ...(archive.length === 0 ? [] : [`contain plan ${archive.join(' ')} else:archive`]),
    ...(look ? ['scope sync'] : []),
    ...(refs.length === 0 ? [] : [`contain plan ${refs.join(' ')}`]),
    ...(await revokeAgainLines(context, plan)),
  ];
}

/** References of those that can be archived where they are. */
async function archivable(
  { store }: CommandContext,
  actions: readonly Action[],
): Promise<ReadonlySet<string>> {
  if (actions.length === 0) return new Set();
  const connections = await store.connections.list();
  const can = connections.filter(({ capabilities }) => capabilities.archive).map(({ id }) => id);
  return new Set(actions.filter((one) => can.includes(one.connection)).map(({ ref }) => ref));
}

/** Who has, or may have, an address that is to be shut: their reasons name the line already. */
async function holdersOn(
  { store }: CommandContext,
  actions: readonly Action[],
): Promise<readonly { readonly key: ItemKey; readonly ref: string }[]> {
  const found = new Map<string, ItemKey>();
  for (const action of actions.filter(({ state }) => state === 'unverifiable')) {
    for (const { id } of holdersOf(action)) {
      const key = { connection: action.connection, id };
      const known = await store.inventory.workflow(key);
      const isNamed = known && action.reason?.includes(`\`contain plan ${known.ref}\``);
      if (known && isNamed) found.set(known.ref, key);
    }
  }
  return [...found].map(([ref, key]) => ({ key, ref }));
}

/** What drifted and was left on, and no other plan of the incident has switched off since. */
export async function leftOnOf(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const on = actions.filter(wasLeftOn).map(targetOf);
  return await unheld(context, plan, on, on.length);
}

/** What could not be disabled, and no other plan of the incident has switched off since. */
export async function notDisabledOf(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const failed = notDisabled(plan, actions);
  return await unheld(context, plan, failed.map(targetOf), failed.length);
}

/** What a plan could not disable; nothing once the plan was taken back. */
function notDisabled(plan: Plan, actions: readonly Action[]): readonly Action[] {
  if (plan.purpose !== 'contain' || isTakenBack(plan, actions)) return [];
  return actions.filter(couldNotDisable);
}

/** What of a plan could not be stopped, and no other plan of the incident has stopped since. */
export async function notStoppedIn(
  { store }: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const failed = isTakenBack(plan, actions) ? [] : notStoppedOf(plan, actions);
  if (failed.length === 0) return [];
  const later = (await store.plans.ofIncident(plan.incident)).filter(
    ({ startedAt }) => startedAt && plan.startedAt && startedAt > plan.startedAt,
  );
  const since = (await Promise.all(later.map(({ id }) => store.plans.actions(id)))).flat();
  return failed
    .filter(({ connection, workflow }) => {
      const stops = since.filter(
        (one) => one.lever === 'stop' && one.workflow === workflow && one.connection === connection,
      );
      return !stops.some(({ state }) => state === 'verified' || state === 'unverifiable');
    })
    .map(({ ref }) => ref);
}

function targetOf({ connection, workflow, ref }: Action): {
  readonly key: ItemKey;
  readonly ref: string;
} {
  return { key: { connection, id: workflow }, ref };
}

/** What was seen to be otherwise than this plan wanted, and no other plan has contained since. */
export async function notHeldOf(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const refs = contradictedOf(actions);
  const items = progressOf(actions)
    .filter(({ state, ref }) => state === 'contradicted' && refs.includes(ref))
    .map(({ connection, workflow, ref }) => ({ key: { connection, id: workflow }, ref }));
  if (plan.purpose !== 'contain') return items.map(({ ref }) => ref);
  return await unheld(context, plan, items, items.length);
}

/** `w45, a copy of w9,`: what came back in place of targets, and no other plan has contained since. */
export async function copiesOnOf(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const words = new Map<string, string>();
  // A target that was left on is named as that.
  const named = new Set(actions.filter(wasLeftOn).map((one) => keyText(targetOf(one).key)));
  for (const action of actions.filter(({ state }) => state === 'contradicted')) {
    for (const copy of openCopies(action)) {
      if (named.has(keyText(copy.key))) continue;
      const [on] = await unheld(context, plan, [copy], 1);
      if (on !== undefined && !words.has(on)) words.set(on, copyWords(copy, action));
    }
  }
  return [...words.values()];
}

/** That what `copiesOnOf` names is on. */
export function copiesOnBlocks(copies: readonly string[]): readonly Block[] {
  if (copies.length === 0) return [];
  const are = copies.length === 1 ? 'is' : 'are';
  return [warned(`${listed(copies, 20)} ${are} on and NOT contained.`)];
}

/** That what `leftOnOf` names is not contained, before anything else is read off the table. */
export function leftOnBlocks(refs: readonly string[]): readonly Block[] {
  return refs.length === 0 ? [] : [warned(leftOnWords(refs).trim())];
}

/** The same of what `notDisabledOf` names. */
export function notDisabledBlocks(refs: readonly string[]): readonly Block[] {
  return refs.length === 0 ? [] : [warned(notDisabledWords(refs).trim())];
}

/** The same of what `notStoppedIn` names. */
export function notStoppedBlocks(refs: readonly string[]): readonly Block[] {
  return refs.length === 0 ? [] : [warned(notStoppedWords(refs).trim())];
}

async function unheld(
  { store }: CommandContext,
  plan: Plan,
  items: readonly { readonly key: ItemKey; readonly ref: string }[],
  most: number,
): Promise<readonly string[]> {
  const refs: string[] = [];
  for (const { key, ref } of items) {
    if (refs.length >= most) break;
    const others = await store.plans.containing(key);
    if (!others.some(({ incident }) => incident === plan.incident)) refs.push(ref);
  }
  return refs;
}
