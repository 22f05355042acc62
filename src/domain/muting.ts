import { UserError } from '../errors.ts';
import { assertCanAct } from './can-act.ts';
import type { Connection } from './connection.ts';
import { platformNames } from './connection.ts';
import { connectLine } from './enter-again.ts';
import type { Incident } from './incident.ts';
import type { Workflow, WorkflowNode } from './inventory.ts';
import { isOn } from './inventory.ts';
import { countedNodes, nodesInWords } from './muted-words.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { containJob, planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import type { Action, Plan, PlanTarget } from './plan.ts';
import { actionsOf, assertOpen, freeze } from './planning.ts';
import type { ApprovalPolicy } from './policy.ts';
import { listed } from './wording.ts';

type Made = {
  readonly incident: Incident;
  readonly policy: ApprovalPolicy;
  readonly by: Decider;
  readonly newId: () => string;
  readonly nonce: string;
  readonly digester: Digester;
};

/** What a plan to switch off nodes of one workflow is made of. */
export type MuteInput = Made & {
  readonly workflow: Workflow;
  readonly nodes: readonly WorkflowNode[];
  readonly connection: Connection;
  readonly query: string;
};

/**
 * Freezes into a plan that single nodes of a workflow are switched off. The rest of it goes on, so
 * this is no containment of it.
 *
 * @throws UserError `not_ready` when the connection cannot, `conflict` when nothing of it runs or a
 *   node is off already, or the incident is closed
 */
export function proposeMute(input: MuteInput): {
  readonly plan: Plan;
  readonly change: PlanChange;
} {
  const { incident, connection, workflow, nodes, by } = input;
  assertOpen(incident);
  assertCanMute(connection, incident, workflow);
  assertRunning(workflow, nodes);
  const plan = freeze(input, {
    purpose: 'mute',
    levers: ['mute'],
    targets: [targetOf(input)],
    on: [connection],
    credentialsFinal: false,
  });
  const needs =
    plan.approvalsNeeded === 0
      ? 'One responder may run it.'
      : 'It needs the yes of another person.';
  return {
    plan,
    change: {
      plans: [plan],
      actions: actionsOf(plan, input.newId),
      events: [
        planEvent(plan, by, {
          kind: 'plan_proposed',
          text: `Planned to switch off only ${nodesInWords(nodes)} of ${workflow.ref} “${workflow.name}”; the rest of it stays on. ${needs}`,
          data: {
            query: plan.query,
            digest: plan.digest,
            targets: [workflow.ref],
            nodes: nodes.map(({ id, name }) => ({ id, name })),
            levers: [...plan.levers],
            ...(plan.leave ? { class: plan.leave.class, policy: plan.leave.policy } : {}),
            approvalsNeeded: plan.approvalsNeeded,
            expiresAt: plan.expiresAt.toISOString(),
          },
        }),
      ],
    },
  };
}

/** @throws UserError `not_ready` with what can be done instead */
function assertCanMute(connection: Connection, incident: Incident, { ref }: Workflow): void {
  assertCanAct(connection, incident);
  if (connection.capabilities.muteNodes === true) return;
  const { kind, name } = connection;
  throw new UserError(
    'not_ready',
    kind === 'node-red'
      ? `${name} was connected before single nodes could be switched off.`
      : `${platformNames[kind]} has no way to switch off single nodes.`,
    {
      hint:
        `To switch off all of it: \`contain plan ${ref}\`.` +
        (kind === 'node-red'
          ? ` For single nodes an admin enters it again: \`${connectLine(connection)}\`.`
          : ''),
    },
  );
}

function assertRunning(workflow: Workflow, nodes: readonly WorkflowNode[]): void {
  if (!isOn(workflow)) {
    throw new UserError('conflict', `${workflow.ref} is off, so none of its nodes runs.`, {
      hint: `To have it verified off and kept off: \`contain plan ${workflow.ref}\`.`,
    });
  }
  const off = nodes.filter((node) => !node.isOn);
  if (off.length === 0) return;
  throw new UserError(
    'conflict',
    `Already off on ${workflow.ref}: ${nodesInWords(off)}. An undo could not tell that from what it switched off.`,
    { hint: 'Leave it out, and plan the others.' },
  );
}

function targetOf({ workflow, nodes }: MuteInput): PlanTarget {
  const named = nodesInWords(nodes);
  return {
    connection: workflow.connection,
    id: workflow.id,
    ref: workflow.ref,
    name: workflow.name,
    observedHash: workflow.hash,
    ...(workflow.contentHash === undefined ? {} : { observedContent: workflow.contentHash }),
    observedAt: workflow.seenAt,
    active: true,
    breaks: [`What other nodes send to ${named} ends there.`],
    because: [`${named} alone; the rest of ${workflow.ref} stays on`],
    nodes: nodes.map(({ id, name }) => ({ id, name })),
  };
}

/** What switching nodes on again is made of. */
export type UnmuteInput = Made & {
  /** What switched them off. */
  readonly plan: Plan;
  readonly actions: readonly Action[];
  readonly connections: readonly Connection[];
  /** Credentials of the incident that may still open something. */
  readonly notFinal: readonly string[];
};

/**
 * Takes back that nodes were switched off: of each is written what was written before. It starts at
 * once where one person may.
 *
 * @throws UserError `conflict` when nothing of it was done, or it was taken back already
 */
export function planUnmute(input: UnmuteInput): {
  readonly plan: Plan;
  readonly lost: readonly string[];
  readonly change: PlanChange;
} {
  const { plan: muted, actions, by, notFinal } = input;
  const done = actions.some(
    ({ state, memo, acceptedAt }) =>
      memo !== undefined &&
      state !== 'undone' &&
      (acceptedAt !== undefined || state === 'requested'),
  );
  if (!done) {
    throw new UserError(
      'conflict',
      `${muted.name} switched nothing off that is not on again, so there is nothing to undo.`,
      { hint: `See \`contain status ${muted.name}\`.` },
    );
  }
  const on = input.connections.filter(({ id }) =>
    muted.targets.some((one) => one.connection === id),
  );
  for (const connection of on) assertCanAct(connection, input.incident);
  const frozen = freeze(
    { ...input, query: `undo ${muted.name}` },
    {
      purpose: 'unmute',
      undoes: muted.id,
      levers: ['unmute'],
      targets: muted.targets.map((target) => ({
        ...target,
        breaks: [],
        because: [`switched off by ${muted.name}`],
      })),
      on,
      credentialsFinal: notFinal.length === 0,
    },
  );
  const isFree = frozen.approvalsNeeded === 0;
  const plan: Plan = isFree
    ? { ...frozen, state: 'running', startedAt: by.now, startedBy: by.person.id }
    : frozen;
  const lost = ['What was sent to them while they were off is lost.'];
  return { plan, lost, change: unmuteChange(input, plan, lost) };
}

function unmuteChange(
  { plan: muted, by, notFinal, newId }: UnmuteInput,
  plan: Plan,
  lost: readonly string[],
): PlanChange {
  const starts = plan.state === 'running';
  const waits = starts
    ? ''
    : ` It needs the yes of another person, because ${listed(notFinal)} may still open something.`;
  return {
    plans: [plan],
    actions: actionsOf(plan, newId),
    events: [
      planEvent(plan, by, {
        kind: starts ? 'undo_started' : 'plan_proposed',
        text: `${muted.name} is ${starts ? 'being' : 'to be'} taken back: ${countedNodes(plan.targets)} to switch on again.${waits}`,
        data: {
          undoes: muted.name,
          digest: plan.digest,
          targets: plan.targets.map(({ ref }) => ref),
          lost: [...lost],
        },
      }),
    ],
    jobs: starts ? [containJob(plan)] : [],
  };
}
