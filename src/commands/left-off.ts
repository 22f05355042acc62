import { wasOffBefore } from '../domain/action.ts';
import type { Decided } from '../domain/approval.ts';
import { listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';

/** So many workflows are looked into. */
const lookedAtMost = 20;

/** By names of plans: what an undo let go of, and another containment once switched off. */
export type LeftOff = ReadonlyMap<string, readonly string[]>;

/**
 * What stays off after an undo although nobody keeps it off: the containment that switched it off
 * was undone while this one held it, and is to be undone once more. Only plans the caller may see.
 */
export async function leftOff(
  { store, caller }: CommandContext,
  { plan, actions }: Pick<Decided, 'plan' | 'actions'>,
): Promise<LeftOff> {
  const left = new Map<string, readonly string[]>();
  if (plan.purpose !== 'undo') return left;
  const released = actions.filter(({ lever, state }) => lever === 'enable' && state === 'undone');
  for (const { connection, workflow, ref } of released.slice(0, lookedAtMost)) {
    for (const { id, name, incident } of await store.plans.containing({
      connection,
      id: workflow,
    })) {
      if (id === plan.undoes) continue;
      const of = await store.incidents.byId(incident, caller.person.id);
      // After a drill its estate was put back: nothing that was done in it stands.
      if (!of || (of.drill && of.closedAt)) continue;
      const switched = (await store.plans.actions(id)).some(
        (one) =>
          one.connection === connection &&
          one.workflow === workflow &&
          one.lever === 'disable' &&
          !wasOffBefore(one),
      );
      if (switched) left.set(name, [...(left.get(name) ?? []), ref]);
    }
  }
  return left;
}

/** Says which line switches it on. */
export function leftOffFields(left: LeftOff): readonly (readonly [string, string])[] {
  return [...left].map(([name, refs]) => [
    'stays off',
    `${listed(refs, lookedAtMost)}, switched off by ${name}: \`contain undo ${name}\` switches ${refs.length === 1 ? 'it' : 'them'} on.`,
  ]);
}
