import { hasExpired } from '../domain/approval.ts';
import type { Connection } from '../domain/connection.ts';
import { activeOn, denyForFreeze } from '../domain/freezing.ts';
import type { Incident } from '../domain/incident.ts';
import { keyText } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Proposal } from '../domain/planning.ts';
import { frozenAtMost } from '../domain/planning.ts';
import type { Query } from '../domain/query.ts';
import type { Block } from '../domain/reply.ts';
import { counted, listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { deciderOf } from './deciding.ts';
import { findWithFoundOn } from './found-on.ts';
import { said, warned } from './incident-view.ts';
import { propose } from './propose.ts';

/** A plan to freeze a connection that is not frozen, not yet stored. */
export type FreezeProposal = {
  readonly proposal: Proposal;
  /** What to know before it is run. */
  readonly blocks: readonly Block[];
  /** How many waiting plans end as it begins. */
  readonly ending: number;
};

/**
 * Freezes into a plan all that a connection holds.
 *
 * @param query how it was found, for people to read; that it is everything, without it
 * @throws UserError `conflict` when a plan to freeze it waits already
 */
export async function proposeFreeze(
  context: CommandContext,
  incident: Incident,
  connection: Connection,
  query?: string,
): Promise<FreezeProposal> {
  const waiting = await context.store.plans.waitingOn(connection.id);
  await refuseSecondFreeze(context, connection, waiting);
  const found = await everythingOn(context, connection);
  const wanted = query === undefined ? found : { ...found, query };
  const how = { freezes: connection.id };
  const { proposal, warnings } = await propose(context, incident, wanted, how);
  // Until others have agreed to it, nothing that anybody else planned is void.
  const ending = denyForFreeze(waiting, connection, deciderOf(context)).plans.length;
  const untilThawed = `Everything that runs on ${connection.name} stops with it, until \`contain thaw ${connection.name}\`.`;
  return { proposal, blocks: [warned(untilThawed), ...endingWords(ending), ...warnings], ending };
}

/** Those of credentials and users wait on: a secret that leaked is to die in a freeze, too. */
function endingWords(ending: number): readonly Block[] {
  if (ending === 0) return [];
  return [
    said(
      `As it begins, ${counted(ending, 'plan')} for workflows there that still ${ending === 1 ? 'waits ends' : 'wait end'}; plans for credentials and users wait on.`,
    ),
  ];
}

/** A line typed twice must not end the plan that somebody is about to agree to. */
async function refuseSecondFreeze(
  { store, caller, now }: CommandContext,
  connection: Connection,
  waiting: readonly Plan[],
): Promise<void> {
  for (const { id, name, freezes } of waiting) {
    const plan = freezes === connection.id && (await store.plans.byName(name, caller.person.id));
    if (!plan || hasExpired(plan, await store.plans.approvals(id), now())) continue;
    throw new UserError('conflict', `${name} is to freeze ${connection.name} already.`, {
      hint: `\`contain approve ${name}\` by another person, then \`contain run ${name}\`; or \`contain cancel ${name}\`.`,
    });
  }
}

/** All that is active; where nothing is, all there is, to be kept off. */
async function everythingOn(context: CommandContext, connection: Connection) {
  const all: Query = {
    kind: 'text',
    field: 'connection',
    value: connection.name,
    wildcard: false,
  };
  const found = await findWithFoundOn(context, activeOn(connection), frozenAtMost);
  const isAllOff = found.total === 0;
  const { hits, total } = isAllOff ? await findWithFoundOn(context, all, frozenAtMost) : found;
  const reasons = [`on ${connection.name}, which is frozen`];
  const own = hits.filter(({ workflow }) => workflow.connection === connection.id);
  return {
    query: `everything on ${listed([connection.name])}`,
    hits: own.map(({ workflow }) => ({ workflow, reasons })),
    total,
    named: new Set(isAllOff ? own.map(({ workflow }) => keyText(workflow)) : []),
  };
}
