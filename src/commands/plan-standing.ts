import { fallbackOf, leverWords, wasOffBefore } from '../domain/action.ts';
import type { Decided } from '../domain/approval.ts';
import { fallbackPrefix } from '../domain/fallback.ts';
import type { JsonObject } from '../domain/json.ts';
import { countedStates, progressOf } from '../domain/plan-progress.ts';
import { nameOfTarget, notHeldWords, targetNoun } from '../domain/plan-words.ts';
import type { Action, Override, Plan } from '../domain/plan.ts';
import type { Block } from '../domain/reply.ts';
import { wasDeadBefore } from '../domain/revocation-progress.ts';
import {
  byHandOf,
  contradictedOf,
  isTakenBack,
  standingsOf,
  waitsUntilLater,
} from '../domain/standing.ts';
import { isSetAside, triesInWords, triesOf } from '../domain/tries.ts';
import { isFinal } from '../domain/verification.ts';
import { ago, listed } from '../domain/wording.ts';
import type { CommandContext } from './command.ts';
import type { Names } from './deciding.ts';
import { said, warned } from './incident-view.ts';
import { targetsOnPage } from './plan-view.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

type Fields = readonly (readonly [string, string])[];

/** The state of a plan, who decided, and how many workflows stand how. */
export function standFields(
  context: CommandContext,
  { plan, approvals, actions }: Decided,
  names: Names,
  expired: boolean,
): Fields {
  const at = (instant: Date) => showBoth(instant, zoneOf(context));
  const decided = approvals.map(({ person, decision }) => `${names(person)}: ${decision}`);
  return [
    ['state', stateWords(plan, expired)],
    ['planned by', `${names(plan.requestedBy)}, ${at(plan.createdAt)}`],
    ...(decided.length === 0 ? [] : [['decided', decided.join(', ')] as const]),
    ...(plan.startedAt
      ? [['started', `${at(plan.startedAt)} by ${names(plan.startedBy)}`] as const]
      : []),
    ...(plan.finishedAt ? [['ended', at(plan.finishedAt)] as const] : []),
    ...(plan.override ? [['override', overrideWords(plan.override, names)] as const] : []),
    ...(plan.startedAt
      ? [[`${targetNoun(plan)}s`, countedStates(progressOf(actions))] as const]
      : []),
  ];
}

function overrideWords({ by, reason, review }: Override, names: Names): string {
  const looked = review ? `reviewed by ${names(review.by)}: ${review.finding}` : 'not reviewed yet';
  return `by ${names(by)}, the commander: ${reason} (${looked})`;
}

function stateWords(plan: Plan, expired: boolean): string {
  const reason = plan.stateReason === undefined ? '' : `: ${plan.stateReason}`;
  if (expired) return `expired; nothing was done${reason}`;
  switch (plan.state) {
    case 'proposed':
      return 'proposed; nothing was done yet';
    case 'approved':
      return 'approved; nothing was done yet';
    case 'denied':
      return `denied; nothing was done${reason}`;
    case 'running':
    case 'paused':
    case 'finished':
    case 'cancelled':
    case 'expired':
      return `${plan.state}${reason}`;
  }
}

/** One row for each workflow: how each lever stands, and what shows it. */
export function standTable(
  context: CommandContext,
  { plan, actions }: Decided,
  page: number,
): readonly Block[] {
  const first = (page - 1) * targetsOnPage;
  const standings = standingsOf(plan, actions).slice(first, first + targetsOnPage);
  return [
    {
      kind: 'table',
      columns: [
        'ref',
        targetNoun(plan),
        ...plan.levers.map((lever) => leverWords[lever].held),
        'because',
      ],
      rows: standings.map(({ target, actions: levers }) => [
        target.ref,
        nameOfTarget(target),
        ...plan.levers.map((lever) =>
          cellOf(
            context,
            levers.find((action) => action.lever === lever),
            levers,
          ),
        ),
        [...new Set(levers.filter((one) => !isPast(one, levers)).flatMap(becauseOf))].join(' '),
      ]),
    },
  ];
}

/** What was proved of it says nothing any more: the workflow was switched on again by an undo. */
function isPast(action: Action, levers: readonly Action[]): boolean {
  return (
    action.state !== 'undone' &&
    levers.some(({ lever, state }) => lever === 'disable' && state === 'undone')
  );
}

function cellOf(
  context: CommandContext,
  action: Action | undefined,
  levers: readonly Action[],
): string {
  if (!action) return '';
  if (isPast(action, levers)) return 'until it was undone';
  // Undone is both, whichever of them had held.
  const prefix = action.state === 'undone' ? '' : fallbackPrefix(action);
  return `${prefix}${stateOf(context, action, levers)}`;
}

function stateOf(context: CommandContext, action: Action, levers: readonly Action[]): string {
  const now = context.now();
  if (waitsUntilLater(action, now) && action.notBefore) {
    return `pending until ${showBoth(action.notBefore, zoneOf(context))}`;
  }
  const since = isFinal(action) ? action.settledAt : action.acceptedAt;
  if (action.state === 'requested' && isSetAside(action)) return 'to be asked again';
  if (wasDeadBefore(action) && since) return `dead already, seen ${ago(since, now)}`;
  const until = action.state === 'pending' ? pendingUntil(action, levers) : undefined;
  if (until && until > now && since) {
    return `pending until ${showBoth(until, zoneOf(context))}, asked for ${ago(since, now)}`;
  }
  return since === undefined ? action.state : `${action.state} ${ago(since, now)}`;
}

/** When a verdict is due. That on a stop waits for the one on its entrance. */
function pendingUntil(action: Action, levers: readonly Action[]): Date | undefined {
  const entrance =
    action.lever === 'stop' ? levers.find(({ lever }) => lever === 'disable') : undefined;
  const due = [action, ...(entrance && !isFinal(entrance) ? [entrance] : [])].flatMap(
    ({ settleBy, notBefore }) => [settleBy ?? [], notBefore ?? []].flat(),
  );
  return due.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
}

/** What shows a verdict, or why there is none. */
function becauseOf(action: Action): readonly string[] {
  const shows = proofOf(action);
  const wasOff = wasOffBefore(action) && shows.length > 0 ? ['It was off already.'] : [];
  const tries = triesInWords(action);
  return [...wasOff, ...shows, ...(tries === '' ? [] : [tries])];
}

function proofOf(action: Action): readonly string[] {
  if (action.state === 'verified') return action.proofs.map((proof) => proof.text);
  return action.reason === undefined ? [] : [action.reason];
}

/** What a person could still do in the platform's editor; containment does not prevent it. */
export function byHandBlocks(actions: readonly Action[]): readonly Block[] {
  const sentences = byHandOf(actions);
  if (sentences.length === 0) return [];
  const all = new Set(sentences.flatMap(({ refs }) => refs)).size;
  return [
    said('Still possible by hand:'),
    {
      kind: 'list',
      items: sentences.map(({ text, refs }) =>
        refs.length === all ? text : `${text} (${listed(refs, 10)})`,
      ),
    },
  ];
}

/** What did not hold or was taken back, before anything else is read off the table. */
export function failureBlocks({
  plan,
  actions,
}: Pick<Decided, 'plan' | 'actions'>): readonly Block[] {
  if (isTakenBack(plan, actions)) {
    return [warned(`Nothing of ${plan.name} is contained any more: it was undone.`)];
  }
  return notHeldBlocks(plan, contradictedOf(actions));
}

/** That a platform said otherwise of these, each named once. */
export function notHeldBlocks(plan: Plan, refs: readonly string[]): readonly Block[] {
  return refs.length === 0 ? [] : [warned(notHeldWords(plan, refs))];
}

/** What a verified undo rests on, where nobody could look whether it fires again. */
export function unseenBlocks(actions: readonly Action[]): readonly Block[] {
  const refs = actions
    .filter(
      ({ lever, state, proofs }) =>
        lever === 'enable' &&
        state === 'verified' &&
        proofs.some(({ finding }) => finding === 'silent'),
    )
    .map(({ ref }) => ref);
  if (refs.length === 0) return [];
  return [
    said(
      `${listed(refs, 20)}: published as before; whether schedules and triggers fire again was not seen.`,
    ),
  ];
}

/** One action for machines. */
export function actionJson(action: Action): JsonObject {
  return {
    ref: action.ref,
    workflow: action.workflow,
    lever: action.lever,
    state: action.state,
    fallback: fallbackOf(action) ?? null,
    reason: action.reason ?? null,
    tries: triesJson(action),
    acceptedAt: action.acceptedAt?.toISOString() ?? null,
    settledAt: action.settledAt?.toISOString() ?? null,
    notBefore: action.notBefore?.toISOString() ?? null,
    proofs: action.proofs.map((proof) => ({
      method: proof.method,
      finding: proof.finding,
      text: proof.text,
      at: proof.at.toISOString(),
    })),
  };
}

/** Null where every call was answered. */
function triesJson(action: Action): JsonObject | null {
  const tries = triesOf(action);
  if (!tries) return null;
  return { calls: tries.calls, failed: tries.failed.map(({ how, times }) => ({ how, times })) };
}
