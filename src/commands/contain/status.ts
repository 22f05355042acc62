import { z } from 'zod';

import type { Decided } from '../../domain/approval.ts';
import { hasExpired } from '../../domain/approval.ts';
import type { Incident } from '../../domain/incident.ts';
import type { JsonObject } from '../../domain/json.ts';
import { mayDecideOn } from '../../domain/leave.ts';
import { frozenOf } from '../../domain/plan-digest.ts';
import { countedStates, progressOf } from '../../domain/plan-progress.ts';
import { planAgainLine } from '../../domain/plan-words.ts';
import type { Action, Approval, Plan } from '../../domain/plan.ts';
import type { Block, View } from '../../domain/reply.ts';
import { outcomeOf } from '../../domain/standing.ts';
import { undoUnderWay } from '../../domain/undo-under-way.ts';
import { UserError } from '../../errors.ts';
import { boundBlocks } from '../bound-view.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { gapBlocks } from '../coverage.ts';
import { cutOffBlocks, cutOffFor, cutOffLines } from '../cut-off-view.ts';
import type { Names } from '../deciding.ts';
import { namesOf } from '../deciding.ts';
import { notHadBlocks } from '../evidence-view.ts';
import { frozenOnBlocks } from '../frozen-on.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { leftOff, leftOffFields } from '../left-off.ts';
import type { ChosenPlan } from '../plan-of.ts';
import { decidedOf, planInput, planOf } from '../plan-of.ts';
import { goingFields, shownActions } from '../plan-shown.ts';
import {
  actionJson,
  byHandBlocks,
  failureBlocks,
  standFields,
  standTable,
  unseenBlocks,
} from '../plan-standing.ts';
import {
  followOf,
  bewareBlocks,
  pageNote,
  pagesOf,
  planFields,
  planJson,
  planTitle,
  targetTable,
} from '../plan-view.ts';
import { onwardLine } from '../runbook-onward.ts';
import { leftBlocks, leftFor, leftLines } from '../spent-view.ts';
import { undoWarnings } from '../undo-warnings.ts';
import {
  againLines,
  copiesOnBlocks,
  copiesOnOf,
  leftOnBlocks,
  leftOnOf,
  notDisabledBlocks,
  notDisabledOf,
  notStoppedBlocks,
  notStoppedIn,
  watchFields,
} from '../watch-view.ts';

export const containStatus = defineCommand({
  name: 'contain status',
  summary:
    'How a plan stands: each workflow and lever with its proof, and what is left to do by hand',
  examples: ['contain status', 'contain status P-1', 'contain status P-1 page:2'],
  words: ['plan?'],
  options: { ...incidentOption, page: 'Which page of workflows' },
  permission: 'viewer',
  input: z.object({
    plan: planInput.exactOptional(),
    page: z.coerce.number().int().min(1).default(1),
    ...incidentInput,
  }),

  async run(context, input) {
    const { plan, incident } = await statedPlan(context, input);
    assertPage(plan, input.page);
    const now = context.now();
    const { decided, undo } = await standingOf(context, plan, incident);
    const names = await namesOf(context);
    const expired = hasExpired(plan, decided.approvals, now);
    const waiting = !expired && (plan.state === 'proposed' || plan.state === 'approved');
    // Nothing was done, so there is nothing that could be unverified.
    const outcome = waiting ? 'done' : expired ? 'failed' : outcomeOf(plan, decided.actions, now);
    const acted = plan.startedAt !== undefined;
    const todo = await todoOf(context, decided);
    const onward = outcome === 'open' ? undefined : await onwardLine(context, plan);
    return {
      kind: 'view',
      title: `${planTitle(plan)} (${expired ? 'expired' : plan.state}${incident.drill ? ', drill' : ''})`,
      blocks: [
        {
          kind: 'fields',
          fields: [
            ...standFields(context, decided, names, expired),
            ...goingFields(context, undo, decided.actions),
            ...leftOffFields(todo.left),
            ...planFields(context, plan, decided.approvals),
            ...(await watchFields(context, decided, incident)),
          ],
        },
        ...(await warningBlocks(context, { plan, incident }, waiting)),
        ...(acted
          ? [...standTable(context, decided, input.page), ...pageNote(plan, input.page)]
          : targetTable(plan, input.page)),
        ...(waiting ? await boundBlocks(context, incident, decided) : []),
        ...(await notContainedBlocks(context, decided)),
        ...leftBlocks(todo.spent),
        ...cutOffBlocks(todo.cutOff),
        ...unseenBlocks(decided.actions),
        ...byHandBlocks(decided.actions),
        ...(await gapBlocks(context, [plan])),
      ],
      next: [
        ...(undo ? [`contain status ${undo.name}`] : []),
        ...onwardFirst(
          onward,
          expired ? [planAgainLine(plan)] : nextLines(context, decided, outcome, todo.again),
        ),
      ],
      audience: 'person',
      outcome,
      follow: followOf(plan, incident),
      data: {
        incident: incident.name,
        plan: planJson(plan),
        frozen: frozenOf(plan, context.recorder) ?? null,
        expired,
        undo: undo?.name ?? null,
        states: countedStates(progressOf(decided.actions)),
        approvals: decided.approvals.map((approval) => approvalJson(approval, names)),
        actions: decided.actions.map(actionJson),
      },
    };
  },
});

/** What the query has missed, and what has to be known of an undo before somebody says yes. */
async function warningBlocks(
  context: CommandContext,
  { plan, incident }: ChosenPlan,
  waiting: boolean,
): Promise<readonly Block[]> {
  if (!waiting) return bewareBlocks(plan);
  return [...bewareBlocks(plan), ...(await undoWarnings(context, plan, incident))];
}

/** What is left to be done about a plan, and the lines that do it. */
async function todoOf(context: CommandContext, decided: Decided) {
  const { plan, actions } = decided;
  const left = await leftOff(context, decided);
  const cutOff = await cutOffFor(context, plan, actions);
  const spent = await leftFor(context, plan, actions);
  const again = [
    ...[...left.keys()].map((name) => `contain undo ${name}`),
    ...(await againLines(context, plan, actions)),
    ...cutOffLines(cutOff),
    ...leftLines(spent),
  ];
  return { left, cutOff, spent, again };
}

/** @throws UserError `bad_input` for a page that it does not have */
function assertPage(plan: Plan, page: number): void {
  if (page <= pagesOf(plan)) return;
  throw new UserError('bad_input', `${plan.name} has ${pagesOf(plan)} pages.`, {
    hint: `e.g. \`contain status ${plan.name} page:${pagesOf(plan)}\``,
  });
}

/** What is not as the plan was to have it. */
async function notContainedBlocks(
  context: CommandContext,
  decided: Decided,
): Promise<readonly Block[]> {
  const { plan, actions } = decided;
  return [
    ...failureBlocks(decided),
    ...copiesOnBlocks(await copiesOnOf(context, plan, actions)),
    ...notDisabledBlocks(await notDisabledOf(context, plan, actions)),
    ...notStoppedBlocks(await notStoppedIn(context, plan, actions)),
    ...leftOnBlocks(await leftOnOf(context, plan, actions)),
    ...notHadBlocks(await context.store.evidence.lacking(plan.incident, plan.id)),
    ...(await frozenOnBlocks(context, [plan])),
  ];
}

async function standingOf(context: CommandContext, plan: Plan, incident: Incident) {
  const plans = await context.store.plans.ofIncident(incident.id);
  const stored = await decidedOf(context, plan);
  return {
    decided: { ...stored, actions: await shownActions(context, plan, plans) },
    undo: undoUnderWay(plan, plans, context.now()),
  };
}

function approvalJson({ person, decision, at }: Approval, names: Names): JsonObject {
  return { person: names(person), decision, at: at.toISOString() };
}

/** The plan named, else the newest that goes on, else the newest. */
async function statedPlan(
  context: CommandContext,
  input: { readonly plan?: string; readonly in?: string },
): Promise<ChosenPlan> {
  if (input.plan !== undefined) return await planOf(context, input, { states: [], words: '' });
  const { incident } = await incidentOf(context, input.in);
  const plans = await context.store.plans.ofIncident(incident.id);
  const plan = plans.find(({ state }) => state === 'running' || state === 'paused') ?? plans[0];
  if (plan) return { plan, incident };
  throw new UserError('not_found', `${incident.name} has no plan yet, so nothing is contained.`, {
    hint: '`contain plan <query>` makes one.',
  });
}

/** Whoever follows a runbook is not offered to take back at once what it has just had done. */
function onwardFirst(onward: string | undefined, lines: readonly string[]): readonly string[] {
  if (onward === undefined) return lines;
  return [onward, ...lines.filter((line) => !line.startsWith('contain undo'))];
}

function nextLines(
  context: CommandContext,
  { plan, actions }: Decided,
  outcome: View['outcome'],
  again: readonly string[],
): readonly string[] {
  const { person } = context.caller;
  const { name } = plan;
  switch (plan.state) {
    case 'proposed':
      if (plan.approvalsNeeded > 0 && !mayDecideOn(person, plan)) return [`contain cancel ${name}`];
      return plan.approvalsNeeded > 0
        ? [`contain approve ${name}`, `contain cancel ${name}`]
        : [`contain run ${name}`, `contain cancel ${name}`];
    case 'approved':
      return [`contain run ${name}`, `contain cancel ${name}`];
    case 'running':
      return outcome === 'open'
        ? [`contain status ${name}`, `contain pause ${name}`]
        : [...again, `contain verify ${name}`];
    case 'paused':
      return [`contain run ${name}`, `contain cancel ${name}`];
    case 'finished':
    case 'cancelled':
      return [
        ...again,
        // What was never done cannot be verified.
        ...(actions.some(({ acceptedAt }) => acceptedAt) ? [`contain verify ${name}`] : []),
        ...(['contain', 'mute'].includes(plan.purpose) && actions.some(mayBeUndone)
          ? [`contain undo ${name}`]
          : []),
      ];
    case 'denied':
    case 'expired':
      return [planAgainLine(plan)];
  }
}

function mayBeUndone({ lever, state, acceptedAt }: Action): boolean {
  return ['disable', 'mute'].includes(lever) && state !== 'undone' && acceptedAt !== undefined;
}
