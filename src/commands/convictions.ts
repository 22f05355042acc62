import type { Convictions, StandingConviction } from '../domain/conviction.ts';
import { namedElsewhere } from '../domain/conviction.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { tokens } from './tokens.ts';

/** What is convicted by whatever incident: what stays off, and what is named in the line. */
export async function convictionsOf(
  { store }: CommandContext,
  plan: Plan,
  words: string | undefined,
): Promise<{ readonly staying: Convictions; readonly named: readonly StandingConviction[] }> {
  const chosen = new Set(keysNamed(plan, words));
  const all = Map.groupBy(await store.scope.convictions(plan.targets), ({ key }) => keyText(key));
  assertNoneAlone(plan, chosen, all);
  const staying = [...all].filter(([key]) => !chosen.has(key));
  return {
    staying: new Map(staying.map(([key, found]) => [key, placesOf(found, plan)])),
    named: [...all].flatMap(([key, found]) => (chosen.has(key) ? found : [])),
  };
}

function keysNamed(plan: Plan, words: string | undefined): readonly string[] {
  const refs = tokens(words ?? '').map(({ text }) => text.replace(/,$/, '').toLowerCase());
  return refs.map((word) => {
    const target = plan.targets.find(({ ref }) => ref === word);
    if (target) return keyText(target);
    throw new UserError('bad_input', `“${word}” is no workflow of ${plan.name}.`, {
      hint: `e.g. \`contain undo ${plan.name} ${plan.targets[0]?.ref ?? 'w12'}\``,
    });
  });
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

/** Whoever names some of them wants those alone, and is not to get all of them. */
function assertNoneAlone(
  { name, targets }: Plan,
  chosen: ReadonlySet<string>,
  convicted: ReadonlyMap<string, unknown>,
): void {
  const plain = targets.filter((target) => !convicted.has(keyText(target)));
  const named = plain.filter((target) => chosen.has(keyText(target)));
  if (named.length === 0 || named.length === plain.length) return;
  const are = named.length === 1 ? 'is' : 'are';
  throw new UserError(
    'bad_input',
    `${listed(named.map(({ ref }) => ref))} ${are} not convicted, and an undo of ${name} takes back all ${plain.length}, not some alone.`,
    {
      hint: `\`contain undo ${name}\` switches on all; what is to stay off is convicted before it: \`scope convict <workflow>\`.`,
    },
  );
}
