import type { Fact, Hit, ItemKey, Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
import type { Query } from '../domain/query.ts';
import { showedOn } from '../domain/watch.ts';
import type { CommandContext } from './command.ts';

/**
 * The same workflows, with what our own last check found of those that their platform lists as off:
 * a list is no proof against an address that answered.
 */
export async function withFoundOn<T extends Workflow>(
  { store, caller }: CommandContext,
  workflows: readonly T[],
): Promise<readonly T[]> {
  const off = workflows.filter(({ active }) => !active);
  if (off.length === 0) return workflows;
  const verdicts = await store.plans.lastVerdicts(off, caller.person.id);
  return workflows.map((workflow) => {
    const last = workflow.active ? undefined : verdicts.get(keyText(workflow));
    const at = last && showedOn(last) ? last.settledAt : undefined;
    return at === undefined ? workflow : { ...workflow, foundOnAt: at };
  });
}

/** Finds workflows; what our own last check found on counts as active, whatever is listed. */
export async function findWithFoundOn(
  context: CommandContext,
  query: Query,
  limit: number,
): Promise<{ readonly hits: readonly Hit[]; readonly total: number }> {
  const { store, caller } = context;
  const items: ItemKey[] = [];
  if (asksForActive(query)) {
    const verdicts = await store.plans.lastVerdicts('contradicted', caller.person.id);
    for (const action of verdicts.values()) {
      if (showedOn(action)) items.push({ connection: action.connection, id: action.workflow });
    }
  }
  const asked =
    items.length === 0 ? query : orFoundOn(query, { kind: 'items', items, because: 'found_on' });
  const { hits, total } = await store.inventory.find(asked, { limit });
  return { hits: await eachFoundOn(context, hits), total };
}

function asksForActive(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.some(asksForActive);
    case 'not':
      return asksForActive(query.of);
    case 'flag':
      return query.field === 'active';
    case 'all':
    case 'text':
    case 'word':
    case 'time':
    case 'items':
      return false;
  }
}

function orFoundOn(query: Query, foundOn: Query): Query {
  switch (query.kind) {
    case 'and':
    case 'or':
      return { kind: query.kind, of: query.of.map((part) => orFoundOn(part, foundOn)) };
    case 'not':
      return { kind: 'not', of: orFoundOn(query.of, foundOn) };
    case 'flag':
      if (query.field !== 'active') return query;
      return query.value
        ? { kind: 'or', of: [query, foundOn] }
        : { kind: 'and', of: [query, { kind: 'not', of: foundOn }] };
    case 'all':
    case 'text':
    case 'word':
    case 'time':
    case 'items':
      return query;
  }
}

/** As `withFoundOn`, for what holds a workflow. */
export async function eachFoundOn<T extends { readonly workflow: Workflow }>(
  context: CommandContext,
  found: readonly T[],
): Promise<readonly T[]> {
  const checked = await withFoundOn(
    context,
    found.map(({ workflow }) => workflow),
  );
  return found.map((one, index) => ({ ...one, workflow: checked[index] ?? one.workflow }));
}

/** What is listed as off shows its facts as a draft alone; while it is on, they are what runs. */
export function factsWhileOn(workflow: Workflow, facts: readonly Fact[]): readonly Fact[] {
  if (workflow.active || !isOn(workflow)) return facts;
  return facts.map((fact) => (fact.in === 'was_live' ? { ...fact, in: 'live' } : asRuns(fact)));
}

function asRuns(fact: Fact): Fact {
  if (fact.in !== 'draft') return fact;
  const { wasLive: _lately, ...present } = fact;
  return { ...present, in: 'both' };
}
