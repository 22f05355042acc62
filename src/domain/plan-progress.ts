import { UserError } from '../errors.ts';
import type { Action, ActionState, Plan, TargetState } from './plan.ts';
import type { ApprovalPolicy } from './policy.ts';
import { listed } from './wording.ts';

/** Worst first: what a responder must look at stands before what is merely not known yet. */
const worstFirst: readonly ActionState[] = [
  'contradicted',
  'failed',
  'unverifiable',
  'skipped',
  'planned',
  'requested',
  'accepted',
  'pending',
  'undone',
  'verified',
];

/** One workflow of a plan, and the worst state of what is done to it. */
export type TargetProgress = {
  readonly connection: string;
  readonly workflow: string;
  readonly ref: string;
  readonly state: TargetState;
  /** It is switched off, though something of it is still to be done, or was left undone. */
  readonly off?: Off;
};

/** How far a workflow is switched off; `left`: nobody stops its executions any more. */
type Off = 'accepted' | 'verified' | 'left';

const offWords: Readonly<Record<Off, string>> = {
  accepted: 'off and not verified yet',
  verified: 'verified off with executions still to be stopped',
  left: 'verified off with executions not stopped',
};

/** The targets of a plan in its order, each with the worst state of its actions. */
export function progressOf(actions: readonly Action[]): readonly TargetProgress[] {
  const targets = Map.groupBy(actions, (one) => `${one.connection}/${one.workflow}`);
  return [...targets.values()].flatMap((own) => {
    const [worst] = own.toSorted((a, b) => rankOf(a) - rankOf(b));
    if (!worst) return [];
    const { connection, workflow, ref, state } = worst;
    const off = offOf(own, state);
    return [{ connection, workflow, ref, state, ...(off ? { off } : {}) }];
  });
}

function rankOf({ state }: Action): number {
  return worstFirst.indexOf(state);
}

/** What is planned, asked for or skipped must not hide from whoever looks that a workflow is off. */
function offOf(own: readonly Action[], worst: ActionState): Off | undefined {
  const entrance = own.find(({ lever }) => lever === 'disable')?.state;
  if (worst !== 'planned' && worst !== 'requested' && worst !== 'skipped') return undefined;
  if (entrance === 'verified') return worst === 'skipped' ? 'left' : 'verified';
  return entrance === 'accepted' || entrance === 'pending' ? 'accepted' : undefined;
}

/**
 * `1 contradicted, 12 verified`: how many targets are in which state, the worst first; `2 planned,
 * 1 off and not verified yet` while more is to be done.
 */
export function countedStates(progress: readonly TargetProgress[]): string {
  const rank = ({ state, off }: TargetProgress) => worstFirst.indexOf(off ? 'accepted' : state);
  const shown = progress.toSorted((a, b) => rank(a) - rank(b));
  const groups = Map.groupBy(shown, stateWords);
  return [...groups].map(([state, { length }]) => `${length} ${state}`).join(', ');
}

const offKeys: Readonly<Record<Off, string>> = {
  accepted: 'off_unverified',
  verified: 'off_to_be_stopped',
  left: 'off_not_stopped',
};

/** The same for machines: `{ off_not_stopped: 16, skipped: 3 }`. */
export function countsOf(progress: readonly TargetProgress[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(progress, ({ state, off }) => (off ? offKeys[off] : state));
  return Object.fromEntries([...groups].map(([key, { length }]) => [key, length]));
}

/** The state of a target, or how far it is off. */
export function stateWords({ state, off }: TargetProgress): string {
  return off ? offWords[off] : state;
}

/** True while people or jobs have something to do or to decide about the plan. */
export function isUnfinished(plan: Plan, now: Date): boolean {
  switch (plan.state) {
    case 'running':
    case 'paused':
      return true;
    case 'proposed':
      return plan.expiresAt > now;
    case 'approved':
      // The last yes came before it expired, and gave it a life of its own from then on.
      return plan.expiresAt.getTime() + lifeMsOf(plan) > now.getTime();
    case 'finished':
    case 'denied':
    case 'cancelled':
    case 'expired':
      return false;
  }
}

/** How long a plan may be used: from when it was made, and again from the yes that was enough. */
export function lifeMsOf({ createdAt, expiresAt }: Plan): number {
  return expiresAt.getTime() - createdAt.getTime();
}

/**
 * Refuses one more plan to somebody of whom enough wait for a decision: who is asked for many says
 * yes unread.
 *
 * @param plans that this person has asked for
 * @throws UserError `conflict`
 */
export function assertFewWait(plans: readonly Plan[], policy: ApprovalPolicy, now: Date): void {
  const waiting = plans.filter((plan) => plan.approvalsNeeded > 0 && isUnfinished(plan, now));
  if (waiting.length < policy.pendingAtMost) return;
  const names = waiting.map(({ name }) => name);
  throw new UserError('conflict', `${listed(names)} of yours wait for a decision already.`, {
    hint: `Have them decided, or end them: \`contain cancel ${names[0] ?? ''}\`. One plan may hold what several hold.`,
  });
}

/** True when a plan was acted on, so that its targets have a state that matters. */
export function wasRun(plan: Plan): boolean {
  return plan.startedAt !== undefined;
}
