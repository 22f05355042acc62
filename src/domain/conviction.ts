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

/** `keyText` of the convicted workflows in a scope. */
export function convictedIn(
  items: readonly { readonly key: ItemKey; readonly convicted?: Conviction }[],
): ReadonlySet<string> {
  return new Set(items.flatMap(({ key, convicted }) => (convicted ? [keyText(key)] : [])));
}

/** What stays off by a conviction, with the line that switches it on all the same. */
export function convictedWords(staying: readonly PlanTarget[], plan: string): readonly string[] {
  const refs = staying.map(({ ref }) => ref);
  if (refs.length === 0) return [];
  const stay = refs.length === 1 ? 'stays off, because it is' : 'stay off, because they are';
  return [`${listed(refs, 20)} ${stay} convicted; \`contain undo ${plan} ${refs[0]}\` names one.`];
}

/** The event of a conviction, or of its end. */
export function convictionEvent(
  incident: IncidentId,
  by: Decider,
  item: InScope,
  verdict: Conviction | null,
): NewTimelineEvent {
  const what = `${item.ref ?? item.key.id} “${item.name}”`;
  const why = verdict?.why === undefined ? '' : ` ${verdict.why}`;
  return {
    chain: incident,
    kind: verdict ? 'workflow_convicted' : 'workflow_acquitted',
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    text: verdict
      ? `Convicted: ${what} stays off unless an undo names it.${why}`
      : `Acquitted: ${what} may be switched on again by an undo.`,
    data: {
      connection: item.key.connection,
      workflow: item.key.id,
      ref: item.ref ?? null,
      why: verdict?.why ?? null,
    },
  };
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
