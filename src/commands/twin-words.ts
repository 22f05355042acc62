import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** So many of them are named. */
const namedAtMost = 10;

/** Copies that are on already when a plan is made: they go on with what the target is kept from. */
export async function twinWords(
  { store }: Pick<CommandContext, 'store'>,
  plan: Plan,
): Promise<readonly Block[]> {
  const twins = await store.inventory.twinsOf(plan.targets);
  if (twins.length === 0) return [];
  const refOf = new Map(plan.targets.map((target) => [keyText(target), target.ref]));
  const told = twins.map(
    ({ of, workflow: { ref, name, connectionName } }) =>
      `${ref} “${name}” on ${connectionName} (like ${refOf.get(keyText(of)) ?? of.id})`,
  );
  const refs = twins.slice(0, namedAtMost).map(({ workflow }) => workflow.ref);
  return [
    warned(
      `Made of the very same steps, on, and not in this plan: ${listed(told, namedAtMost)}. ` +
        `What is a copy is to be contained, too: \`contain plan ${refs.join(' ')}\`.`,
    ),
  ];
}
