import type { Convictions, StandingConviction } from '../domain/conviction.ts';
import { namedElsewhere } from '../domain/conviction.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { tokens } from './tokens.ts';

/**
 * What is convicted by whatever incident: what stays off, and what is named.
 *
 * @param chosen what is named, by `keyText`
 */
export async function convictionsOf(
  { store }: CommandContext,
  plan: Plan,
  chosen: ReadonlySet<string> = new Set(),
): Promise<{ readonly staying: Convictions; readonly named: readonly StandingConviction[] }> {
  const all = Map.groupBy(await store.scope.convictions(plan.targets), ({ key }) => keyText(key));
  const staying = [...all].filter(([key]) => !chosen.has(key));
  return {
    staying: new Map(staying.map(([key, found]) => [key, placesOf(found, plan)])),
    named: [...all].flatMap(([key, found]) => (chosen.has(key) ? found : [])),
  };
}

/** The workflows of a plan that a line names, by `keyText`. @throws UserError `bad_input` */
export function keysNamed(plan: Plan, words: string): ReadonlySet<string> {
  const refs = tokens(words).map(({ text }) => text.replace(/,$/, '').toLowerCase());
  const keys = refs.map((word) => {
    const target = plan.targets.find(({ ref }) => ref === word);
    if (target) return keyText(target);
    throw new UserError('bad_input', `“${word}” is no workflow of ${plan.name}.`, {
      hint: `e.g. \`contain undo ${plan.name} ${plan.targets[0]?.ref ?? 'w12'}\``,
    });
  });
  return new Set(keys);
}

/** Everyone in the room reads this, so a private incident is not named. Its own needs no name. */
function placesOf(found: readonly StandingConviction[], { incident }: Plan): readonly string[] {
  if (found.some((one) => one.incident === incident)) return [];
  return [...new Set(found.map((one) => (one.isPrivate ? 'another incident' : one.name)))];
}

/** Tells other incidents that what they convicted comes back on. */
export function namedEvents(
  context: CommandContext,
  named: readonly StandingConviction[],
  of: { readonly contained: Plan; readonly incident: Incident },
): readonly NewTimelineEvent[] {
  const { contained, incident } = of;
  const refs = new Map(contained.targets.map((target) => [keyText(target), target.ref]));
  const by =
    incident.visibility === 'private'
      ? { words: 'a containment of another incident is taken back' }
      : {
          plan: contained.name,
          words: `${contained.name} of ${incident.name} is taken back`,
        };
  const elsewhere = named.filter((one) => one.incident !== incident.id);
  return [...Map.groupBy(elsewhere, (one) => one.incident)].map(([id, found]) => {
    const here = { incident: id, refs: found.map(({ key }) => refs.get(keyText(key)) ?? key.id) };
    return namedElsewhere(here, by, deciderOf(context));
  });
}
