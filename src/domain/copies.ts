import { beforeOf, toldOf, withTold } from './action.ts';
import type { Holder } from './holders.ts';
import { withHolders } from './holders.ts';
import type { Fact, Workflow } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { JsonObject } from './json.ts';
import type { Action } from './plan.ts';
import type { Structure } from './structure.ts';
import { copyLikeness } from './structure.ts';
import type { NewTimelineEvent } from './timeline.ts';
import type { Held, Return } from './watch.ts';
import { contradictedBy, returnEvent, shownInstant } from './watch.ts';
import { counted, listed } from './wording.ts';

/** A workflow that looks found made anew, or on, since something was contained. */
export type Newcomer = {
  readonly workflow: Workflow;
  readonly structures: readonly Structure[];
  /** The look that first saw it made of this. */
  readonly madeAt?: Date;
  /** What it was made of before that look; absent for what was not there. */
  readonly before?: readonly Structure[];
  /** The look that first saw it on, since it was last off. */
  readonly onAt?: Date;
  /** Its webhooks. */
  readonly entrances: readonly Fact[];
};

/** What one newcomer does again, of what was contained. */
type Match = {
  readonly newcomer: Newcomer;
  /** Of one workflow and one incident. */
  readonly target: readonly Held[];
  readonly held: Held;
  /** 1 for the very same; 0 when it only has the same address. */
  readonly likeness: number;
  /** Addresses of what was contained that it answers at. */
  readonly paths: readonly string[];
};

/**
 * What comes back under another name: a copy of what was contained, the same put in again after it
 * was deleted, or another workflow at its address. A newcomer that is on means that the target no
 * longer counts as contained; of one that is off its incident is told, too. Each is told once,
 * however many workflows and plans it is like, and those of one look together.
 *
 * @param targets of one incident, each with all that holds it
 * @param context.entrancesOf webhooks of what is held
 * @param context.kept by `keyText`: what plans of the same incident keep off, hence watch
 */
export function copiesOf(
  targets: readonly (readonly Held[])[],
  newcomers: readonly Newcomer[],
  context: {
    readonly entrancesOf: (held: Held) => readonly Fact[];
    readonly kept: ReadonlySet<string>;
    readonly now: Date;
  },
): Return | undefined {
  const { kept, now } = context;
  const told = newcomers.flatMap((newcomer) =>
    kept.has(keyText(newcomer.workflow)) ? [] : matchesOf(targets, newcomer, context.entrancesOf),
  );
  if (told.length === 0) return undefined;
  const ofTarget = Map.groupBy(told, ({ target }) => target);
  const ofKind = Map.groupBy(told, kindOf);
  return {
    actions: [...ofTarget].flatMap(([target, matches]) => {
      const on = matches.filter(({ newcomer }) => newcomer.workflow.active);
      const reason = sentences(on);
      return target.map(({ action }) => {
        const remembered = remember(action, matches, now);
        return on.length > 0 ? contradictedBy(remembered, reason, now) : remembered;
      });
    }),
    events: [...ofKind].map(([kind, matches]) => eventOf(kind, matches, now)),
  };
}

/** All addresses that it took over, or else what it is most like; nothing where that was told. */
function matchesOf(
  targets: readonly (readonly Held[])[],
  newcomer: Newcomer,
  entrancesOf: (held: Held) => readonly Fact[],
): readonly Match[] {
  const found = targets.flatMap((target) => {
    const [held] = target;
    const match = held && matchOf({ target, held }, newcomer, entrancesOf(held));
    return match ? [match] : [];
  });
  const taken = found.filter(({ paths }) => paths.length > 0);
  if (taken.length > 0) return taken.filter(({ target }) => !wasTold(target, newcomer));
  if (wasTold(targets.flat(), newcomer)) return [];
  const [first, ...others] = found;
  if (first === undefined) return [];
  return [others.reduce((best, one) => (rank(one) > rank(best) ? one : best), first)];
}

/** Of two that it is alike, it is the one that is gone, put in again. */
function rank({ likeness, held }: Match): number {
  return likeness + (held.isGone ? 1 : 0);
}

function matchOf(
  of: Pick<Match, 'target' | 'held'>,
  newcomer: Newcomer,
  entrances: readonly Fact[],
): Match | undefined {
  const { action } = of.held;
  const { workflow, madeAt, onAt } = newcomer;
  const since = action.acceptedAt ?? action.requestedAt;
  if (since === undefined) return undefined;
  const isNew = madeAt !== undefined && madeAt > since;
  const isOnSince = workflow.active && onAt !== undefined && onAt > since;
  if (!isNew && !isOnSince) return undefined;
  const own = beforeOf(action)?.structures ?? [];
  const likeness = isOnSince
    ? copyLikeness(own, newcomer.structures)
    : likenessGained(own, newcomer);
  const isNeighbour = workflow.connection === action.connection && workflow.active;
  const paths = isNeighbour ? sharedPaths(entrances, newcomer.entrances) : [];
  return likeness > 0 || paths.length > 0 ? { ...of, newcomer, likeness, paths } : undefined;
}

/** How like it became; 0 for what was as like before it was changed: that did not come back. */
function likenessGained(own: readonly Structure[], { structures, before = [] }: Newcomer): number {
  const likeness = copyLikeness(own, structures);
  return likeness > copyLikeness(own, before) ? likeness : 0;
}

function address({ method, value }: Fact): string {
  return `${method ?? ''} ${value}`;
}

function sharedPaths(own: readonly Fact[], its: readonly Fact[]): readonly string[] {
  const live = its.filter((fact) => fact.in !== 'draft' && fact.disabled !== true).map(address);
  const shared = own.filter((fact) => fact.disabled !== true && live.includes(address(fact)));
  return [...new Set(shared.map(({ value }) => value))];
}

function sentence({ held, newcomer, likeness, paths }: Match): string {
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

type Kind = 'address_taken' | 'put_in_again' | 'copy_found';

function kindOf({ likeness, held }: Match): Kind {
  return likeness === 0 ? 'address_taken' : held.isGone ? 'put_in_again' : 'copy_found';
}

const togetherWords: Readonly<Record<Kind, string>> = {
  address_taken: 'answer where workflows did that were contained',
  put_in_again: 'look like what was deleted, put in again',
  copy_found: 'do again what was contained',
};

/** So many are told of in words of their own, and so many are named. */
const toldAtMost = 3;
const namedAtMost = 20;

function eventOf(kind: Kind, matches: readonly Match[], now: Date): NewTimelineEvent {
  const workflows = new Map(
    matches.map(({ newcomer }) => [keyText(newcomer.workflow), newcomer.workflow]),
  );
  const refs = [...workflows.values()].map(({ ref }) => ref);
  return returnEvent([...new Set(matches.flatMap(({ target }) => target))], {
    kind,
    at: now,
    text: eventWords(kind, matches, refs.length),
    data: {
      copies: matches.slice(0, namedAtMost).map(matchJson),
      count: refs.length,
      next: `contain plan ${refs.slice(0, namedAtMost).join(' ')}`,
    },
  });
}

function eventWords(kind: Kind, matches: readonly Match[], count: number): string {
  if (count === 1) return matches.map(sentence).join(' ');
  const on = new Set(
    matches.flatMap(({ newcomer: { workflow } }) => (workflow.active ? [workflow.ref] : [])),
  ).size;
  const what = `${counted(count, 'workflow')} ${togetherWords[kind]}, ${onWords(on, count)}`;
  return `${what}: ${sentences(matches)}`;
}

/** The first in words of their own, the others named. */
function sentences(matches: readonly Match[]): string {
  const told = matches.slice(0, toldAtMost).map(sentence);
  const rest = new Set(matches.slice(toldAtMost).map(({ newcomer }) => newcomer.workflow.ref));
  const others = rest.size === 0 ? [] : [`The others: ${listed([...rest], namedAtMost)}.`];
  return [...told, ...others].join(' ');
}

function onWords(on: number, count: number): string {
  if (on === 0) return 'all off as yet';
  return on === count ? 'all on' : `${on} of them on`;
}

function matchJson({ held, newcomer: { workflow }, likeness, paths }: Match): JsonObject {
  return {
    of: held.action.workflow,
    copy: { connection: workflow.connection, id: workflow.id, ref: workflow.ref },
    isOn: workflow.active,
    likeness: Math.floor(likeness * 100),
    paths: [...paths],
    changedAt: workflow.changedAt?.toISOString() ?? null,
    changedBy: workflow.changedBy ?? null,
    owner: workflow.owner ?? null,
  };
}

function wasTold(held: readonly Held[], { workflow, onAt }: Newcomer): boolean {
  const key = keyText(workflow);
  const told = held
    .flatMap(({ action }) => toldOf(action))
    .filter((one) => keyText(one.key) === key)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  if (!workflow.active) return told.some(({ isOn }) => !isOn);
  const last = told.at(-1);
  // Off in between, and on once more.
  return last?.isOn === true && (onAt === undefined || last.at >= onAt);
}

function remember(action: Action, matches: readonly Match[], at: Date): Action {
  const told = matches.map(({ newcomer: { workflow }, likeness }) => ({
    key: { connection: workflow.connection, id: workflow.id },
    ref: workflow.ref,
    isOn: workflow.active,
    at,
    ...(likeness === 0 ? { isTaker: true as const } : {}),
  }));
  const holders = matches.flatMap(({ newcomer: { workflow }, paths }): Holder[] =>
    paths.length === 0
      ? []
      : [{ id: workflow.id, name: workflow.name, how: 'published', at, wasThere: true }],
  );
  return withHolders(withTold(action, told), holders);
}
