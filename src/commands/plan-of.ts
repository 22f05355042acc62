import { z } from 'zod';

import type { Decided } from '../domain/approval.ts';
import type { Incident } from '../domain/incident.ts';
import type { Person, PersonId } from '../domain/person.ts';
import { countedTargets } from '../domain/plan-words.ts';
import type { Plan } from '../domain/plan.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Asker, CommandContext } from './command.ts';
import { incidentOf } from './incident-of.ts';

/** `P-3`, `p-3` or `3`. */
export const planInput = z
  .string()
  .max(20)
  .regex(/^(?:p-?)?\d+$/i);

/** The plan a line is about, with its incident. */
export type ChosenPlan = { readonly plan: Plan; readonly incident: Incident };

/**
 * Which plan: the one named, else the only one of the incident that fits.
 *
 * A plan of an incident that the caller may not see does not exist.
 *
 * @param fits which plans may be meant when none is named, and how to say that in words
 * @throws UserError `not_found`, or `ambiguous` with the plans to pick from
 */
export async function planOf(
  context: Asker,
  given: { readonly plan?: string | undefined; readonly in?: string | undefined },
  fits: { readonly states: readonly Plan['state'][]; readonly words: string },
): Promise<ChosenPlan> {
  if (given.plan !== undefined) return await namedPlan(context, given.plan, given.in);
  const { incident } = await incidentOf(context, given.in);
  const plans = await context.store.plans.ofIncident(incident.id);
  const fitting = plans.filter((plan) => fits.states.includes(plan.state));
  const [only, ...others] = fitting;
  if (only === undefined) {
    throw new UserError('not_found', `${incident.name} has no plan that ${fits.words}.`, {
      hint: '`contain plan <query>` makes one.',
    });
  }
  if (others.length > 0) {
    throw new UserError('ambiguous', `${incident.name} has several plans. Say which one.`, {
      hint: `e.g. add \`${only.name}\``,
      candidates: fitting.map((one) => `${one.name} ${one.state}, ${countedTargets(one)}`),
    });
  }
  return { plan: only, incident };
}

async function namedPlan(
  context: Asker,
  name: string,
  incidentName: string | undefined,
): Promise<ChosenPlan> {
  const viewer = context.caller.person.id;
  const plan = await context.store.plans.byName(name, viewer);
  const incident = plan && (await context.store.incidents.byId(plan.incident, viewer));
  if (!plan || !incident) {
    throw new UserError('not_found', `There is no plan “${name}” that you can see.`, {
      hint: '`contain status` shows the newest one.',
    });
  }
  if (incidentName !== undefined) {
    const named = await context.store.incidents.byName(incidentName, viewer);
    if (named?.id !== incident.id) {
      throw new UserError('conflict', `${plan.name} belongs to ${incident.name}.`, {
        hint: `Leave out \`in:\`, or say \`in:${incident.name}\`.`,
      });
    }
  }
  return { plan, incident };
}

/** The plan with all that was decided on it, as stored now. */
export async function decidedOf({ store }: CommandContext, plan: Plan): Promise<Decided> {
  return {
    plan,
    approvals: await store.plans.approvals(plan.id),
    actions: await store.plans.actions(plan.id),
  };
}

/** People by id, as they are now. */
export async function peopleOf(
  { store }: CommandContext,
  ids: readonly PersonId[],
): Promise<ReadonlyMap<PersonId, Person>> {
  const people = await Promise.all([...new Set(ids)].map((id) => store.people.byId(id)));
  return new Map(people.flatMap((person) => (person ? [[person.id, person]] : [])));
}

const mostTries = 5;

/**
 * Decides again when the job of a running plan was quicker, because whoever types `cancel` must not
 * have to type it twice.
 *
 * @throws StaleError when it was always quicker
 */
export async function decideUntilFresh<T>(decide: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof StaleError) || tries === mostTries) throw error;
    }
  }
}
