import { UserError } from '../errors.ts';
import { assertCanAct } from './can-act.ts';
import type { Connection, ConnectionId } from './connection.ts';
import { mostDangerousFirst } from './danger.ts';
import { assertArchives } from './fallback.ts';
import type { Incident } from './incident.ts';
import type { Hit, Workflow } from './inventory.ts';
import { isOn, keyText } from './inventory.ts';
import { leaveOutHint } from './leaving-out.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { digestOf } from './plan-digest.ts';
import type { Action, Lever, Plan, PlanTarget } from './plan.ts';
import type { ApprovalPolicy, Standing } from './policy.ts';
import { deedOf, isDrill, leaveFor, yesesNeeded } from './policy.ts';
import { proposedEvent } from './proposed.ts';
import type { Impact, Surroundings } from './simulation.ts';
import { simulate } from './simulation.ts';
import { counted, listed } from './wording.ts';

/** A plan with more targets is refused: nobody reads it before saying yes. */
export const targetsAtMost = 1000;

/** Of a freeze nobody picks the targets, so that it may hold as many as a platform has. */
export const frozenAtMost = 20_000;

/** So many workflows are named in a line that people may type; more are a query of their own. */
const namedAtMost = 20;

/** The levers of a containment in order: stopping runs first would only let new ones start. */
export const containLevers: readonly Lever[] = ['disable', 'stop'];

/** What a plan is made of. */
export type PlanInput = {
  readonly incident: Incident;
  /** As it was typed, for people to read; what counts are the targets. */
  readonly query: string;
  readonly hits: readonly Hit[];
  /** As `Plan` keeps it. */
  readonly missing?: readonly string[];
  /** `keyText` of workflows that were named one by one: these are taken even when inactive. */
  readonly named: ReadonlySet<string>;
  /** Error workflows of the hits, of those, and so on: a stop starts them. */
  readonly errorWorkflows: readonly {
    readonly workflow: Workflow;
    readonly of: readonly string[];
  }[];
  readonly surroundings: Surroundings;
  readonly connections: readonly Connection[];
  readonly policy: ApprovalPolicy;
  /** Archive what does not go off when it is disabled, where the platform can. */
  readonly elseArchive?: boolean;
  /** By `keyText`, what to know of those on which each lever was pulled already. */
  readonly spent?: ReadonlyMap<string, string>;
  /** The connection that is frozen, when the hits are all that is active there. */
  readonly freezes?: ConnectionId;
  readonly by: Decider;
  readonly newId: () => string;
  readonly nonce: string;
  readonly digester: Digester;
};

/** A proposed plan, what it leaves out, and what breaks. */
export type Proposal = {
  readonly plan: Plan;
  readonly impacts: readonly Impact[];
  /** Hits that are off already; naming them by reference takes them in, to be kept off. */
  readonly inactive: readonly Workflow[];
  readonly change: PlanChange;
};

/**
 * Freezes what was found into a plan that can be approved.
 *
 * Error workflows go first, because stopping an execution starts them; then the most dangerous.
 *
 * @throws UserError `not_found` when nothing active was found, `bad_input` when it is too much,
 *   `not_ready` when a connection cannot act, `conflict` when the incident is closed
 */
export function proposePlan(input: PlanInput): Proposal {
  assertOpen(input.incident);
  const { targets, inactive } = chooseTargets(input);
  if (targets.length === 0) throw nothingToDo(inactive);
  const most = input.freezes === undefined ? targetsAtMost : frozenAtMost;
  if (targets.length > most) throw tooMuch(targets.length);
  const used = new Set(targets.map(({ workflow }) => workflow.connection));
  const connections = input.connections.filter((connection) => used.has(connection.id));
  assertAllCanAct(connections, input, targets);
  if (input.elseArchive) assertArchives(connections);
  const impacts = simulate(
    targets.map(({ workflow }) => workflow),
    input.surroundings,
  );
  const plan = freeze(input, {
    purpose: 'contain',
    ...(input.freezes === undefined ? {} : { freezes: input.freezes }),
    ...(input.missing?.length ? { missing: input.missing } : {}),
    levers: containLevers,
    targets: targets.map((target, index) => frozenTarget(input, target, impacts[index])),
    on: connections,
    ...(input.elseArchive ? { elseArchive: true } : {}),
    credentialsFinal: false,
  });
  const change: PlanChange = {
    plans: [plan],
    actions: actionsOf(plan, input.newId),
    events: [planEvent(plan, input.by, proposedEvent(plan))],
  };
  return { plan, impacts, inactive, change };
}

/** One row for each lever on each target, in the order of acting. */
export function actionsOf(plan: Plan, newId: () => string): readonly Action[] {
  return plan.targets
    .flatMap((target) => plan.levers.map((lever) => ({ target, lever })))
    .map(({ target, lever }, ordinal) => ({
      id: newId(),
      plan: plan.id,
      connection: target.connection,
      workflow: target.id,
      ref: target.ref,
      workflowName: target.name,
      lever,
      ordinal,
      state: 'planned',
      proofs: [],
      emptySweeps: 0,
      revision: 0,
    }));
}

/** What is frozen, and what decides who must agree to it. */
export type ToFreeze = Pick<
  Plan,
  'purpose' | 'undoes' | 'freezes' | 'missing' | 'levers' | 'targets'
> & {
  readonly on: readonly Connection[];
  readonly elseArchive?: boolean;
} & Standing;

/** A plan with its digest, before it has a name. */
export function freeze(
  input: Pick<PlanInput, 'incident' | 'query' | 'by' | 'newId' | 'nonce' | 'digester' | 'policy'>,
  { on, credentialsFinal, elseArchive, ...what }: ToFreeze,
): Plan {
  const { now, person } = input.by;
  const leave = leaveFor(input.policy, deedOf(what), isDrill(on));
  const frozen = {
    ...what,
    connections: on.map(({ id, name, epoch, capabilities }) => ({
      id,
      name,
      epoch,
      ...(elseArchive && capabilities.archive ? { fallbacks: ['archive'] as const } : {}),
    })),
    approvalsNeeded: yesesNeeded(leave, { credentialsFinal }),
    leave,
    incident: input.incident.id,
    query: input.query,
    requestedBy: person.id,
    createdAt: now,
    expiresAt: new Date(now.getTime() + input.policy.classes[leave.class].lifeMs),
    nonce: input.nonce,
  };
  return {
    ...frozen,
    id: input.newId(),
    name: '',
    digest: digestOf(frozen, input.digester),
    state: 'proposed',
    revision: 0,
  };
}

/** @throws UserError `conflict` when nothing may be changed in this incident any more */
export function assertOpen(incident: Incident): void {
  if (incident.closedAt === undefined) return;
  throw new UserError('conflict', `${incident.name} is closed.`, {
    hint: `Reopen it first: \`reopen in:${incident.name}\`.`,
  });
}

/** @throws UserError as `assertCanAct`, whose next step leaves out who cannot act where others can */
function assertAllCanAct(
  connections: readonly Connection[],
  { incident, query, named, elseArchive = false }: PlanInput,
  targets: readonly Chosen[],
): void {
  const refusals = connections.map((one) => ({
    one,
    error: refusalOf(one, incident, elseArchive),
  }));
  const unable = refusals.filter(({ error }) => error !== undefined).map(({ one }) => one);
  const [first] = refusals.flatMap(({ error }) => error ?? []);
  if (first === undefined) return;
  const able = connections.filter((one) => !unable.includes(one));
  const workflows = targets.map(({ workflow }) => workflow);
  const areNamed = workflows.every((workflow) => named.has(keyText(workflow)));
  const leaveOut = leaveOutHint({ query, workflows, areNamed }, unable, able);
  if (leaveOut === undefined) throw first;
  const hint = [first.hint, leaveOut].filter((text) => text !== undefined).join(' ');
  throw new UserError(first.code, first.message, { hint });
}

function refusalOf(
  connection: Connection,
  incident: Incident,
  elseArchive: boolean,
): UserError | undefined {
  try {
    assertCanAct(connection, incident, { elseArchive });
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

type Chosen = { readonly workflow: Workflow; readonly because: readonly string[] };

function chooseTargets(input: PlanInput): {
  readonly targets: readonly Chosen[];
  readonly inactive: readonly Workflow[];
} {
  const hits = new Map(input.hits.map((hit) => [keyText(hit.workflow), hit]));
  const wanted = (workflow: Workflow) => isOn(workflow) || input.named.has(keyText(workflow));
  // One that is off does not start, so only those that are on need to go first.
  const reporters = new Map(
    input.errorWorkflows
      .filter(({ workflow, of }) => isOn(workflow) && of.length > 0)
      .map((found) => [keyText(found.workflow), found]),
  );
  const factsOf = (workflow: Workflow) => input.surroundings.facts.get(keyText(workflow)) ?? [];
  const order = (workflows: readonly Workflow[]) =>
    mostDangerousFirst(workflows, factsOf, input.by.now);
  const first = order([...reporters.values()].map(({ workflow }) => workflow));
  const rest = order(
    input.hits
      .map((hit) => hit.workflow)
      .filter((workflow) => wanted(workflow) && !reporters.has(keyText(workflow))),
  );
  return {
    targets: [...first, ...rest].map((workflow) => {
      const found = reporters.get(keyText(workflow));
      const because = hits.get(keyText(workflow))?.reasons ?? [];
      const also = found ? [`error workflow of ${listed(found.of)}`] : [];
      return { workflow, because: [...because, ...also] };
    }),
    inactive: input.hits
      .map((hit) => hit.workflow)
      .filter((workflow) => !wanted(workflow) && !reporters.has(keyText(workflow))),
  };
}

const keptOff = 'off already: will be verified off and kept off';
const notOff = 'NOT contained: it is listed as off, but its last check found it on';

function frozenTarget(
  { spent }: PlanInput,
  { workflow, because }: Chosen,
  impact: Impact | undefined,
): PlanTarget {
  const tried = spent?.get(keyText(workflow));
  return {
    connection: workflow.connection,
    id: workflow.id,
    ref: workflow.ref,
    name: workflow.name,
    observedHash: workflow.hash,
    ...(workflow.contentHash === undefined ? {} : { observedContent: workflow.contentHash }),
    ...(workflow.liveHash === undefined ? {} : { observedLive: workflow.liveHash }),
    observedAt: workflow.seenAt,
    active: isOn(workflow),
    breaks: impact?.breaks ?? [],
    ...(tried === undefined ? {} : { beware: [tried] }),
    because: workflow.active ? because : [...because, isOn(workflow) ? notOff : keptOff],
  };
}

function nothingToDo(inactive: readonly Workflow[]): UserError {
  if (inactive.length === 0) {
    return new UserError('not_found', 'No workflow was found, so there is nothing to contain.', {
      hint: 'Try the query with `scope find` first; it says what the inventory cannot see.',
    });
  }
  const refs = inactive.map((workflow) => workflow.ref);
  return new UserError(
    'not_found',
    `${counted(refs.length, 'workflow')} found, none of them active: ${listed(refs)}.`,
    {
      hint:
        `To have ${refs.length === 1 ? 'it' : 'them'} verified off and kept off, and stop what still ` +
        `runs or waits there: ${lineToKeepOff(refs)}`,
    },
  );
}

/** The line that takes in what is off already, which a query leaves out. */
export function lineToKeepOff(refs: readonly string[]): string {
  const named = refs.slice(0, namedAtMost).join(' ');
  const rest = refs.length > namedAtMost ? ', and so on' : '';
  return `\`contain plan ${named}\`${rest}.`;
}

function tooMuch(found: number): UserError {
  return new UserError(
    'bad_input',
    `${counted(found, 'workflow')} would be disabled; a plan holds at most ${targetsAtMost.toLocaleString('en')}.`,
    { hint: 'Narrow it, for example with `connection:` or `tag:`, and make several plans.' },
  );
}
