import { usableUntil } from '../domain/approval.ts';
import type { Incident } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import { countedTargets, doneWords, nameOfTarget, targetNoun } from '../domain/plan-words.ts';
import type { Approval, Plan, PlanTarget } from '../domain/plan.ts';
import { classInWords, needsInWords } from '../domain/policy.ts';
import type { Block, View } from '../domain/reply.ts';
import { counted } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import { said, warned } from './incident-view.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** Targets that one page of a plan shows. */
export const targetsOnPage = 40;

/** So many characters of a digest are shown; they tell two plans apart, and may be typed back. */
const shownDigest = 12;

/** A private incident answers its own people only. */
export function audienceOf(incident: Incident): View['audience'] {
  return incident.visibility === 'private' ? 'person' : 'room';
}

/** The line that tells how a plan gets on, from any room. */
export function followOf(plan: Plan, incident: Incident): string {
  return `contain status ${plan.name} in:${incident.name}`;
}

/** The line whose form edits a plan. */
export function editLine({ name }: Pick<Plan, 'name'>): string {
  return `contain edit ${name} …`;
}

/** `P-3: disable 12 workflows and stop their executions`. */
export function planTitle(plan: Plan): string {
  const workflows = counted(plan.targets.length, 'workflow');
  const on = plan.targets.filter(({ active }) => active).length;
  switch (plan.purpose) {
    case 'undo':
      return `${plan.name}: ${on > 0 ? `switch ${counted(on, 'workflow')} on again` : `let go of ${workflows}`}`;
    case 'revoke':
      return `${plan.name}: revoke ${countedTargets(plan)} at the provider`;
    case 'contain':
      return `${plan.name}: ${doneWords(plan)}`;
    case 'remove':
      return `${plan.name}: delete ${countedTargets(plan)} of ${plan.connections.map(({ name }) => name).join(', ')}`;
    case 'mute':
      return `${plan.name}: switch off only ${countedTargets(plan)}; the rest of it stays on`;
    case 'unmute':
      return `${plan.name}: switch ${countedTargets(plan)} on again`;
    case 'block':
    case 'unblock':
    case 'overwrite':
    case 'delete':
      return `${plan.name}: ${plan.purpose} ${countedTargets(plan)} on ${plan.connections.map(({ name }) => name).join(', ')}`;
  }
}

/** What was frozen, and until when it may be used. */
export function planFields(
  context: CommandContext,
  plan: Plan,
  approvals: readonly Approval[],
): readonly (readonly [string, string])[] {
  const waiting = plan.state === 'proposed' || plan.state === 'approved';
  const until = usableUntil(plan, approvals);
  return [
    ['found by', plan.query],
    ['on', plan.connections.map(({ name }) => name).join(', ')],
    ...(plan.leave ? [['class', classInWords(context.policy, plan.leave)] as const] : []),
    // Decided, it needs nothing more: what it needed stays to be read.
    [plan.state === 'proposed' ? 'needs' : 'rule', needsOf(plan)],
    ...(waiting ? [['expires', showBoth(until, zoneOf(context))] as const] : []),
    ...fallbackFields(plan),
    ['digest', plan.digest.slice(0, shownDigest)],
  ];
}

function fallbackFields({ connections }: Plan): readonly (readonly [string, string])[] {
  const names = connections.filter(({ fallbacks }) => fallbacks).map(({ name }) => name);
  return names.length === 0
    ? []
    : [['what does not go off', `is archived on ${names.join(', ')}; an undo brings it back`]];
}

function needsOf(plan: Plan): string {
  if (plan.leave === undefined) return 'to be planned again: it was made before there was a policy';
  return needsInWords(plan.leave, plan.approvalsNeeded);
}

/**
 * What its query names and it does not hold, and what its levers do not reach: who says yes must read
 * that as who made it did.
 */
export function bewareBlocks({ missing = [], targets }: Plan): readonly Block[] {
  return [
    ...missing.map((text) => warned(`${text} Nothing of it is in the plan.`)),
    ...targets.flatMap(({ beware = [] }) => beware.map((text) => warned(text))),
  ];
}

/** One page of targets, with why they are here and what breaks. @param page from 1 */
export function targetTable(plan: Plan, page: number): readonly Block[] {
  const first = (page - 1) * targetsOnPage;
  const shown = plan.targets.slice(first, first + targetsOnPage);
  return [
    {
      kind: 'table',
      columns: ['#', 'ref', targetNoun(plan), 'why', 'what breaks'],
      rows: shown.map((target, index) => [
        String(first + index + 1),
        target.ref,
        nameOfTarget(target),
        target.because.join('; '),
        target.breaks.join(' '),
      ]),
    },
    ...pageNote(plan, page),
  ];
}

/** Where the rest of the targets is, because nobody should approve what they did not see. */
export function pageNote(plan: Plan, page: number): readonly Block[] {
  const pages = pagesOf(plan);
  if (pages === 1) return [];
  return [
    said(
      `Page ${page} of ${pages}; more with \`contain status ${plan.name} page:${(page % pages) + 1}\`.`,
    ),
  ];
}

/** How many pages the targets fill. */
export function pagesOf(plan: Plan): number {
  return Math.max(1, Math.ceil(plan.targets.length / targetsOnPage));
}

/** The plan for machines, with all targets. */
export function planJson(plan: Plan): JsonObject {
  return {
    name: plan.name,
    purpose: plan.purpose,
    state: plan.state,
    query: plan.query,
    missing: plan.missing ?? [],
    digest: plan.digest,
    levers: [...plan.levers],
    class: plan.leave?.class ?? null,
    policy: plan.leave?.policy ?? null,
    approvalsNeeded: plan.approvalsNeeded,
    createdAt: plan.createdAt.toISOString(),
    expiresAt: plan.expiresAt.toISOString(),
    startedAt: plan.startedAt?.toISOString() ?? null,
    finishedAt: plan.finishedAt?.toISOString() ?? null,
    targets: plan.targets.map((target) => targetJson(plan, target)),
  };
}

function targetJson(plan: Plan, target: PlanTarget): JsonObject {
  return {
    ref: target.ref,
    name: target.name,
    connection: plan.connections.find(({ id }) => id === target.connection)?.name ?? null,
    id: target.id,
    active: target.active,
    because: [...target.because],
    breaks: [...target.breaks],
    ...(target.beware === undefined ? {} : { beware: [...target.beware] }),
    ...(target.hosts === undefined ? {} : { hosts: [...target.hosts] }),
    ...(target.nodes === undefined ? {} : { nodes: [...target.nodes] }),
  };
}
