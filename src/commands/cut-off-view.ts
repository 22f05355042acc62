import type { CutOff } from '../domain/cut-off.ts';
import { cutOffOf, cutOffWords, mayRunOn } from '../domain/cut-off.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import type { CommandContext } from './command.ts';
import { warned } from './incident-view.ts';

/** How many of the lines are offered below an answer; all credentials are named in it. */
const offeredAtMost = 3;

/** What is left to do about what may still run of this plan's workflows; undefined where nothing is. */
export async function cutOffFor(
  { store }: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<CutOff | undefined> {
  if (plan.purpose !== 'contain') return undefined;
  const entrances = new Map(
    actions
      .filter(({ lever }) => lever === 'disable')
      .map((action) => [`${action.connection}/${action.workflow}`, action]),
  );
  const stops = actions.filter((one) =>
    mayRunOn(one, entrances.get(`${one.connection}/${one.workflow}`)),
  );
  if (stops.length === 0) return undefined;
  return cutOffOf(stops, {
    facts: await store.inventory.factsOf(
      stops.map(({ connection, workflow }) => ({ connection, id: workflow })),
    ),
    credentials: await store.inventory.credentials(),
    connections: await store.connections.list(),
    plans: await store.plans.ofIncident(plan.incident),
  });
}

/** That something may still run, and how to keep it from doing harm. */
export function cutOffBlocks(cutOff: CutOff | undefined): readonly Block[] {
  return cutOff === undefined ? [] : [warned(cutOffWords(cutOff))];
}

/** The lines that take from it what it can use. */
export function cutOffLines(cutOff: CutOff | undefined): readonly string[] {
  return cutOff?.lines.slice(0, offeredAtMost) ?? [];
}
