import { beforeOf, toldOf, withTold } from './action.ts';
import type { Holder } from './holders.ts';
import { withHolders } from './holders.ts';
import type { Fact, Workflow } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Action } from './plan.ts';
import type { Structure } from './structure.ts';
import { copyLikeness } from './structure.ts';
import type { Held, Return } from './watch.ts';
import { returnEvent, shownInstant } from './watch.ts';
import { listed } from './wording.ts';

/** A workflow that looks found made anew, or on, since something was contained. */
export type Newcomer = {
  readonly workflow: Workflow;
  readonly structures: readonly Structure[];
  /** The look that first saw it made of this. */
  readonly madeAt?: Date;
  /** The look that first saw it on, since it was last off. */
  readonly onAt?: Date;
  /** Its webhooks. */
  readonly entrances: readonly Fact[];
};

/** What one newcomer does again, of what was contained. */
type Match = {
  readonly newcomer: Newcomer;
  /** 1 for the very same; 0 when it only has the same address. */
  readonly likeness: number;
  /** Addresses of what was contained that it answers at. */
  readonly paths: readonly string[];
};

/**
 * What comes back under another name: a copy of what was contained, the same put in again after it
 * was deleted, or another workflow at its address. A newcomer that is on means that the target no
 * longer counts as contained; of one that is off its incident is told, too. Each is told once.
 *
 * @param held of one workflow and one incident
 * @param context.entrances webhooks of what is held
 * @param context.kept by `keyText`: what plans of the same incident keep off, hence watch
 */
export function copiesOf(
  held: readonly Held[],
  newcomers: readonly Newcomer[],
  context: {
    readonly entrances: readonly Fact[];
    readonly kept: ReadonlySet<string>;
    readonly now: Date;
  },
): Return | undefined {
  const [first] = held;
  if (first === undefined) return undefined;
  const told = newcomers.flatMap((newcomer) => {
    if (context.kept.has(keyText(newcomer.workflow))) return [];
    const match = matchOf(first, newcomer, context.entrances);
    return match && !wasTold(first.action, newcomer) ? [match] : [];
  });
  if (told.length === 0) return undefined;
  const isOn = told.some(({ newcomer }) => newcomer.workflow.active);
  const on = told.filter(({ newcomer }) => newcomer.workflow.active);
  const reason = on.map((match) => sentence(first, match)).join(' ');
  return {
    actions: held.map(({ action }) => {
      const remembered = remember(action, told, context.now);
      return isOn ? contradicted(remembered, reason, context.now) : remembered;
    }),
    events: told.map((match) => eventOf(held, first, match, context.now)),
  };
}

/** Longer reasons are told by the timeline. */
const reasonAtMost = 1_500;

/** What came back before is still to be contained, so it stays said, and since when. */
function contradicted(action: Action, reason: string, now: Date): Action {
  if (action.state !== 'contradicted') {
    return { ...action, state: 'contradicted', reason, settledAt: now };
  }
  const all = [action.reason, reason].filter((text) => text !== undefined).join(' ');
  return all.length > reasonAtMost ? action : { ...action, reason: all };
}

function matchOf(
  { action }: Held,
  newcomer: Newcomer,
  entrances: readonly Fact[],
): Match | undefined {
  const { workflow, madeAt, onAt } = newcomer;
  const since = action.acceptedAt ?? action.requestedAt;
  if (since === undefined) return undefined;
  const isNew = madeAt !== undefined && madeAt > since;
  const isOnSince = workflow.active && onAt !== undefined && onAt > since;
  if (!isNew && !isOnSince) return undefined;
  const likeness = copyLikeness(beforeOf(action)?.structures ?? [], newcomer.structures);
  const isNeighbour = workflow.connection === action.connection && workflow.active;
  const paths = isNeighbour ? sharedPaths(entrances, newcomer.entrances) : [];
  return likeness > 0 || paths.length > 0 ? { newcomer, likeness, paths } : undefined;
}

function address({ method, value }: Fact): string {
  return `${method ?? ''} ${value}`;
}

function sharedPaths(own: readonly Fact[], its: readonly Fact[]): readonly string[] {
  const live = its.filter((fact) => fact.in !== 'draft' && fact.disabled !== true).map(address);
  const shared = own.filter((fact) => fact.disabled !== true && live.includes(address(fact)));
  return [...new Set(shared.map(({ value }) => value))];
}

function sentence(held: Held, { newcomer, likeness, paths }: Match): string {
  const { workflow } = newcomer;
  const who = `${workflow.ref} “${workflow.name}”`;
  const what = held.action.ref;
  const at = paths.length === 0 ? '' : `, and answers at ${pathWords(paths)}`;
  const state = workflow.active ? 'is on' : 'is off as yet';
  return `${who} ${likenessWords(likeness, what, held.isGone)}${at}; it ${state}${byWhom(workflow)}.`;
}

function likenessWords(likeness: number, what: string, isGone: boolean): string {
  if (likeness === 0) return `took over from ${what}`;
  if (isGone) return `looks like ${what}, which was deleted, put in again`;
  return likeness === 1
    ? `is a copy of ${what}`
    : `is nearly a copy of ${what} (${Math.floor(likeness * 100)} % the same)`;
}

function pathWords(paths: readonly string[]): string {
  const shown = listed(paths.map((path) => `“${path}”`));
  return paths.length === 1 ? `its address ${shown}` : `its addresses ${shown}`;
}

function byWhom({ changedAt, changedBy, owner }: Workflow): string {
  const saved = changedAt === undefined ? [] : [`saved at ${shownInstant(changedAt)}`];
  const by = changedBy === undefined ? [] : [`by ${changedBy}`];
  const owned = owner === undefined || owner === changedBy ? [] : [`owned by ${owner}`];
  const all = [[...saved, ...by].join(' '), ...owned].filter((text) => text !== '');
  return all.length === 0 ? '' : `, ${all.join(', ')}`;
}

function eventOf(held: readonly Held[], first: Held, match: Match, now: Date) {
  const { newcomer, likeness, paths } = match;
  const { workflow } = newcomer;
  return returnEvent(held, {
    kind: likeness === 0 ? 'address_taken' : first.isGone ? 'put_in_again' : 'copy_found',
    at: now,
    text: sentence(first, match),
    data: {
      workflow: first.action.workflow,
      copy: { connection: workflow.connection, id: workflow.id, ref: workflow.ref },
      isOn: workflow.active,
      likeness: Math.floor(likeness * 100),
      paths: [...paths],
      changedAt: workflow.changedAt?.toISOString() ?? null,
      changedBy: workflow.changedBy ?? null,
      owner: workflow.owner ?? null,
      next: `contain plan ${workflow.ref}`,
    },
  });
}

function wasTold(action: Action, { workflow, onAt }: Newcomer): boolean {
  const key = keyText(workflow);
  return toldOf(action).some(
    (told) =>
      keyText(told.key) === key &&
      told.isOn === workflow.active &&
      // Off in between, and on once more.
      (!told.isOn || onAt === undefined || told.at >= onAt),
  );
}

function remember(action: Action, matches: readonly Match[], at: Date): Action {
  const told = matches.map(({ newcomer: { workflow } }) => ({
    key: { connection: workflow.connection, id: workflow.id },
    ref: workflow.ref,
    isOn: workflow.active,
    at,
  }));
  const holders = matches.flatMap(({ newcomer: { workflow }, paths }): Holder[] =>
    paths.length === 0
      ? []
      : [{ id: workflow.id, name: workflow.name, how: 'published', at, wasThere: true }],
  );
  return withHolders(withTold(action, told), holders);
}
