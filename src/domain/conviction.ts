import type { IncidentId } from './incident.ts';
import type { ItemKey } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { PlanTarget } from './plan.ts';
import type { InScope } from './scope.ts';
import type { NewTimelineEvent, TimelineEvent } from './timeline.ts';
import { listed } from './wording.ts';

/** A person's finding that a workflow is hostile itself: an undo leaves it off unless it is named. */
export type Conviction = { readonly by: PersonId; readonly at: Date; readonly why?: string };

/** That one incident found a workflow hostile. */
export type StandingConviction = {
  readonly key: ItemKey;
  readonly incident: IncidentId;
  /** `INC-2`. */
  readonly name: string;
  /** Whether that incident is private, so that no other may name it. */
  readonly isPrivate: boolean;
};

/** `keyText` of the convicted workflows in a scope. */
export function convictedIn(
  items: readonly { readonly key: ItemKey; readonly convicted?: Conviction }[],
): ReadonlySet<string> {
  return new Set(items.flatMap(({ key, convicted }) => (convicted ? [keyText(key)] : [])));
}

/**
 * By `keyText`, what is convicted, and where: `INC-2`, or “another incident” for one that not
 * everybody may see. Empty for what only the incident itself has convicted.
 */
export type Convictions = ReadonlyMap<string, readonly string[]>;

/** What stays off by a conviction, with the line that switches it on all the same. */
export function convictedWords(
  staying: readonly PlanTarget[],
  convicted: Convictions,
  plan: string,
): readonly string[] {
  const whereOf = (target: PlanTarget) => listed(convicted.get(keyText(target)) ?? []);
  return [...Map.groupBy(staying, whereOf)].map(([where, targets]) => {
    const refs = targets.map(({ ref }) => ref);
    const stay = refs.length === 1 ? 'stays off, because it is' : 'stay off, because they are';
    const by = where === '' ? 'convicted' : `convicted in ${where}`;
    return `${listed(refs, 20)} ${stay} ${by}; \`contain undo ${plan} ${refs[0]}\` names one.`;
  });
}

/** That an undo in another incident names what is convicted in this one, so that it comes back on. */
export function namedElsewhere(
  { incident, refs }: { readonly incident: IncidentId; readonly refs: readonly string[] },
  undone: { readonly plan?: string; readonly words: string },
  by: Decider,
): NewTimelineEvent {
  const [are, were] = refs.length === 1 ? ['is', 'was'] : ['are', 'were'];
  return {
    chain: incident,
    kind: 'convicted_named',
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    text: `${listed(refs, 20)}, which ${are} convicted here, ${were} named to be switched on again: ${undone.words}.`,
    data: { ...(undone.plan === undefined ? {} : { plan: undone.plan }), refs: [...refs] },
  };
}

/** The event of a conviction. */
export function convictionEvent(
  incident: IncidentId,
  by: Decider,
  item: InScope,
  { why }: Conviction,
): NewTimelineEvent {
  const words = `Convicted: ${whatOf(item)} stays off unless an undo names it.`;
  return {
    ...verdictEvent(incident, by, item, why),
    kind: 'workflow_convicted',
    text: why === undefined ? words : `${words} ${why}`,
  };
}

/** The event of an acquittal: of what was convicted, or of what was only feared. */
export function acquittalEvent(
  incident: IncidentId,
  by: Decider,
  item: InScope,
  wasConvicted: boolean,
): NewTimelineEvent {
  return {
    ...verdictEvent(incident, by, item),
    kind: 'workflow_acquitted',
    text: `Acquitted: ${whatOf(item)} ${acquittalWords(wasConvicted)}.`,
  };
}

/** What an acquittal comes to, without who is acquitted and without a full stop. */
export function acquittalWords(wasConvicted: boolean): string {
  return wasConvicted
    ? 'may be switched on again by an undo'
    : 'counts as harmless: that it can have an address that was contained is no doubt';
}

function verdictEvent(incident: IncidentId, by: Decider, { key, ref }: InScope, why?: string) {
  return {
    chain: incident,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    data: {
      connection: key.connection,
      workflow: key.id,
      ref: ref ?? null,
      why: why ?? null,
    },
  };
}

function whatOf({ ref, key, name }: InScope): string {
  return `${ref ?? key.id} “${name}”`;
}

/** `keyText` of the workflows that these events of one incident, in order, leave acquitted. */
export function acquittedIn(
  events: readonly Pick<TimelineEvent, 'kind' | 'data'>[],
): ReadonlySet<string> {
  const acquitted = new Set<string>();
  for (const { kind, data } of events) {
    const { connection, workflow: id } = data ?? {};
    if (typeof connection !== 'string' || typeof id !== 'string') continue;
    if (kind === 'workflow_acquitted') acquitted.add(keyText({ connection, id }));
    if (kind === 'workflow_convicted') acquitted.delete(keyText({ connection, id }));
  }
  return acquitted;
}
