import { z } from 'zod';

import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import { incidentRoles } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import { mayDecideOn } from '../domain/leave.ts';
import { waitsForReview } from '../domain/overriding.ts';
import { countedStates, isUnfinished, progressOf, wasRun } from '../domain/plan-progress.ts';
import { countedTargets, goingWords } from '../domain/plan-words.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import type { RevocationRecord } from '../domain/revocation.ts';
import { revocationWords } from '../domain/revocation.ts';
import { holderOf } from '../domain/role.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import { ago, span } from '../domain/wording.ts';
import type { Backlog } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import { defineCommand } from './command.ts';
import { revocationJson } from './cred-view.ts';
import { cutOffFor, cutOffLines } from './cut-off-view.ts';
import type { Names } from './deciding.ts';
import { holderName, namesOf } from './deciding.ts';
import { frozenOnBlocks } from './frozen-on.ts';
import { incidentInput, incidentOf, incidentOption } from './incident-of.ts';
import { headOf, incidentJson, lookView, warned } from './incident-view.ts';
import { eventRow } from './log/event-row.ts';
import { shownActions } from './plan-shown.ts';
import { notHeldBlocks } from './plan-standing.ts';
import { runningRuns } from './running-runs.ts';
import { showBoth } from './show-time.ts';
import { leftFor, leftLines } from './spent-view.ts';
import { reviewLines, unreviewedBlocks } from './unreviewed.ts';
import {
  againLines,
  blindBlocks,
  leftOnBlocks,
  leftOnOf,
  notDisabledBlocks,
  notDisabledOf,
  copiesOnBlocks,
  copiesOnOf,
  notHeldOf,
  notStoppedBlocks,
  notStoppedIn,
} from './watch-view.ts';
import { zoneOf } from './when.ts';

const shownEvents = 5;
/** What waits so long for a chat is told, in ms. */
const lateMs = 30_000;
/** How far back the beginning of the present phase is looked for. */
const searchedEvents = 500;

export const status = defineCommand({
  name: 'status',
  summary: 'How the incident stands: containment, open approvals, who leads, what happened last',
  examples: ['status', 'status INC-7'],
  words: ['incident?'],
  options: incidentOption,
  permission: 'viewer',
  forGuests: true,
  input: z.object({ incident: z.string().max(40).exactOptional(), ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in ?? input.incident);
    const { store, now } = context;
    const events = await store.timeline.latest(incident.id, searchedEvents);
    const names = await namesOf(context);
    const plans = await plansOf(context, incident, names);
    const runs = await runningRuns(context, incident, names);
    const revoked = await store.revocations.ofIncident(incident.id);
    const gaps = [
      ...gapsOf(await store.connections.list(), now()),
      ...lateWords(await store.outgoing.backlog(), now()),
    ];
    return lookView({
      title: headOf(incident),
      blocks: [
        ...note,
        {
          kind: 'fields',
          fields: [...fieldsOf(context, incident, events, names), ...credentialFields(revoked)],
        },
        ...plans.blocks,
        ...runs.blocks,
        ...gaps.map(warned),
        {
          kind: 'table',
          columns: ['#', 'when', 'who', 'what'],
          rows: events.slice(-shownEvents).map((event) => eventRow(event, zoneOf(context))),
        },
      ],
      next: [
        ...plans.next,
        ...(revoked.length === 0 ? [] : ['cred status']),
        'log show',
        'scope find …',
      ].slice(0, 4),
      data: {
        incident: incidentJson(incident),
        plans: plans.data,
        runs: runs.data,
        credentials: revoked.map((record) => revocationJson(record, names)),
        gaps,
      },
    });
  },
});

type Fields = readonly (readonly [string, string])[];

function fieldsOf(
  context: CommandContext,
  incident: Incident,
  events: readonly TimelineEvent[],
  names: Names,
): Fields {
  const now = context.now();
  const zone = zoneOf(context);
  const others = incidentRoles.filter(
    (role) => role !== 'commander' && holderOf(incident, role) !== undefined,
  );
  const { declaredAt, resolvedAt, closedAt } = incident;
  return [
    ['severity', incident.severity],
    ['phase', `${incident.phase}, ${inPhase(incident, events, now)}`],
    ['commander', holderName(incident, 'commander', names)],
    ...others.map((role) => [role, holderName(incident, role, names)] as const),
    ['declared', `${showBoth(declaredAt, zone)}, ${ago(declaredAt, now)}`],
    ...(resolvedAt ? [['resolved', showBoth(resolvedAt, zone)] as const] : []),
    ...(closedAt ? [['closed', showBoth(closedAt, zone)] as const] : []),
    ...(incident.visibility === 'private'
      ? [['members', incident.members.map(names).join(', ') || 'only those with a role'] as const]
      : []),
  ];
}

/** What became of credentials; what only people say is marked as such. */
function credentialFields(revoked: readonly RevocationRecord[]): Fields {
  if (revoked.length === 0) return [];
  const states = revoked.map(
    (record) => `${record.ref} “${record.name}” (${revocationWords(record)})`,
  );
  return [['credentials', states.join(', ')]];
}

/** `for 2 h`; at least that when the change lies further back than was read. */
function inPhase(incident: Incident, events: readonly TimelineEvent[], now: Date): string {
  const change = events.findLast((event) => event.kind === 'phase_changed');
  const [oldest] = events;
  const since = change?.occurredAt ?? incident.declaredAt;
  if (change === undefined && oldest !== undefined && oldest.seq > 1) {
    return `for more than ${span(now.getTime() - oldest.occurredAt.getTime())}`;
  }
  return `for ${span(now.getTime() - since.getTime())}`;
}

type Plans = {
  readonly blocks: readonly Block[];
  readonly next: readonly string[];
  readonly data: readonly JsonObject[];
};

async function plansOf(context: CommandContext, incident: Incident, names: Names): Promise<Plans> {
  const { store, now } = context;
  const all = await store.plans.ofIncident(incident.id);
  const shown = all.filter((plan) => wasRun(plan) || isUnfinished(plan, now()));
  const told = await Promise.all(
    shown.map(async (plan) => ({ plan, ...(await statesOf(context, plan, all)) })),
  );
  if (told.length === 0) return { blocks: [], next: ['contain plan …'], data: [] };
  return {
    blocks: [
      {
        kind: 'table',
        columns: ['plan', 'for', 'state', 'targets'],
        rows: told.map(({ plan, states }) => [
          plan.name,
          goingWords(plan),
          stateOf(plan, names),
          states,
        ]),
      },
      ...told.flatMap(({ plan, contradicted, copiesOn, notDisabled, notStopped, leftOn }) => [
        ...notHeldBlocks(plan, contradicted),
        ...copiesOnBlocks(copiesOn),
        ...notDisabledBlocks(notDisabled),
        ...notStoppedBlocks(notStopped),
        ...leftOnBlocks(leftOn),
      ]),
      ...(await blindBlocks(context, told, incident)),
      ...(await frozenOnBlocks(context, all)),
      ...unreviewedBlocks(all),
    ],
    next: [
      // What goes on comes before what only waits to be looked at.
      ...told.flatMap(({ again }) => again),
      ...reviewLines(context.caller.person, all),
      ...told.map(({ plan }) =>
        isWaiting(plan) && mayDecideOn(context.caller.person, plan)
          ? `contain approve ${plan.name}`
          : `contain status ${plan.name}`,
      ),
    ],
    data: told.map((one) => ({
      name: one.plan.name,
      purpose: one.plan.purpose,
      going: goingWords(one.plan),
      state: one.plan.state,
      approvalsNeeded: one.plan.approvalsNeeded,
      targets: one.plan.targets.length,
      states: one.states,
      waitsForReview: waitsForReview(one.plan),
      leftOn: [...one.leftOn],
      contradicted: [...one.contradicted],
      copiesOn: [...one.copiesOn],
      notDisabled: [...one.notDisabled],
      notStopped: [...one.notStopped],
    })),
  };
}

function isWaiting(plan: Plan): boolean {
  return plan.state === 'proposed' && plan.approvalsNeeded > 0;
}

function stateOf(plan: Plan, names: Names): string {
  return isWaiting(plan) ? `waits for a yes (asked by ${names(plan.requestedBy)})` : plan.state;
}

/** How the workflows of a plan stand, and by reference those that are not as it is to have them. */
type Stand = {
  readonly actions: readonly Action[];
  readonly states: string;
  readonly again: readonly string[];
  readonly leftOn: readonly string[];
  readonly contradicted: readonly string[];
  readonly copiesOn: readonly string[];
  readonly notDisabled: readonly string[];
  readonly notStopped: readonly string[];
};

async function statesOf(
  context: CommandContext,
  plan: Plan,
  plans: readonly Plan[],
): Promise<Stand> {
  if (!wasRun(plan)) {
    const off = { leftOn: [], contradicted: [], copiesOn: [], notDisabled: [], notStopped: [] };
    return { ...off, actions: [], again: [], states: countedTargets(plan) };
  }
  const actions = await shownActions(context, plan, plans);
  return {
    actions,
    states: countedStates(progressOf(actions)),
    again: plan.state === 'finished' ? await triesLeft(context, plan, actions) : [],
    leftOn: await leftOnOf(context, plan, actions),
    contradicted: await notHeldOf(context, plan, actions),
    copiesOn: await copiesOnOf(context, plan, actions),
    notDisabled: await notDisabledOf(context, plan, actions),
    notStopped: await notStoppedIn(context, plan, actions),
  };
}

async function triesLeft(
  context: CommandContext,
  plan: Plan,
  actions: readonly Action[],
): Promise<readonly string[]> {
  return [
    ...(await againLines(context, plan, actions)),
    ...cutOffLines(await cutOffFor(context, plan, actions)),
    ...leftLines(await leftFor(context, plan, actions)),
  ];
}

/** What no answer about these connections can see. Whole sentences. */
function gapsOf(connections: readonly Connection[], now: Date): readonly string[] {
  if (connections.length === 0) {
    return ['No platform is connected: an admin types `firebreak connect n8n --url …` in a shell.'];
  }
  return connections.flatMap(({ name, hasSecret, syncedAt, coverage }) => [
    ...(hasSecret ? [] : [`${name}: its secret is missing, so nothing can be done there.`]),
    ...(syncedAt === undefined
      ? [`${name}: never looked at; \`scope sync ${name}\`.`]
      : (coverage?.gaps ?? []).map((gap) => `${name}, seen ${ago(syncedAt, now)}: ${gap}`)),
  ]);
}

/** Chats that hear late of what is said to them. Whole sentences. */
function lateWords(backlog: readonly Backlog[], now: Date): readonly string[] {
  return backlog
    .filter(({ oldestAt }) => now.getTime() - oldestAt.getTime() >= lateMs)
    .map(({ surface, waiting, oldestAt }) => {
      const waitedMs = now.getTime() - oldestAt.getTime();
      const what = waiting === 1 ? 'one message has' : `${waiting} messages have`;
      return `${surface} is behind: ${what} not arrived, the oldest waits for ${span(waitedMs)}.`;
    });
}
