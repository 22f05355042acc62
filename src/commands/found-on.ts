import type { Fact, Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
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
  return fact.in === 'draft' ? { ...fact, in: 'both' } : fact;
}
