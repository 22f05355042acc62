import type { IncidentId } from './incident.ts';
import type { ItemKey, Workflow } from './inventory.ts';
import { keyText } from './inventory.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { listed } from './wording.ts';

/** Something an incident is about. A host has no connection and its name as id. */
export type InScope = {
  readonly kind: 'workflow' | 'credential' | 'host';
  readonly key: ItemKey;
  readonly name: string;
  readonly ref?: string;
  /** The workflow's hash when it came into scope. */
  readonly observedHash?: string;
};

/** How something in scope stands now, compared with when it came into scope. */
export type ScopeChange<T extends InScope = InScope> = {
  readonly item: T;
  readonly change: 'same' | 'changed' | 'gone';
  /** Absent for what is no workflow, or gone. */
  readonly workflow?: Workflow;
};

/** What people call it: its reference, or the host itself. */
export function scopeLabel(item: InScope): string {
  return item.ref ?? item.name;
}

/** Those that are not in scope yet, each once. */
export function newToScope<T extends InScope>(
  current: readonly InScope[],
  wanted: readonly T[],
): readonly T[] {
  const known = new Set(current.map(scopeKey));
  return wanted.filter((item) => {
    const isNew = !known.has(scopeKey(item));
    known.add(scopeKey(item));
    return isNew;
  });
}

/** Kind and key as one text. */
export function scopeKey(item: Pick<InScope, 'kind' | 'key'>): string {
  return `${item.kind} ${keyText(item.key)}`;
}

/**
 * Compares what is in scope with what the inventory holds now.
 *
 * @param present `keyText` of the workflows and credentials that the last sync found
 */
export function diffScope<T extends InScope>(
  items: readonly T[],
  present: {
    readonly workflows: ReadonlyMap<string, Workflow>;
    readonly credentials: ReadonlySet<string>;
  },
): readonly ScopeChange<T>[] {
  return items.map((item) => {
    switch (item.kind) {
      case 'host':
        return { item, change: 'same' };
      case 'credential':
        return { item, change: present.credentials.has(keyText(item.key)) ? 'same' : 'gone' };
      case 'workflow': {
        const workflow = present.workflows.get(keyText(item.key));
        if (!workflow) return { item, change: 'gone' };
        const same = item.observedHash === undefined || workflow.hash === item.observedHash;
        return { item, change: same ? 'same' : 'changed', workflow };
      }
    }
  });
}

/** One event for everything that one line brought into scope or took out of it. */
export function scopeEvent(
  incident: IncidentId,
  by: Decider,
  change: 'scope_added' | 'scope_dropped',
  items: readonly InScope[],
): NewTimelineEvent {
  const labels = items.map(scopeLabel);
  const verb = change === 'scope_added' ? 'In scope' : 'No longer in scope';
  return {
    chain: incident,
    kind: change,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    text: `${verb}: ${listed(labels, 20)}.`,
    data: {
      items: items.map((item) => ({
        kind: item.kind,
        connection: item.key.connection,
        id: item.key.id,
        ...(item.ref === undefined ? {} : { ref: item.ref }),
      })),
    },
  };
}
