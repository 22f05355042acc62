import { UserError } from '../errors.ts';
import { wasOffBefore } from './action.ts';
import { assertCanSwitchOn } from './can-act.ts';
import type { Connection } from './connection.ts';
import type { Convictions } from './conviction.ts';
import { convictedWords } from './conviction.ts';
import type { Incident } from './incident.ts';
import type { Fact } from './inventory.ts';
import { keyText } from './inventory.ts';
import { planUnmute } from './muting.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { containJob, planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { assertUntampered } from './plan-digest.ts';
import type { Action, Plan, PlanTarget } from './plan.ts';
import { actionsOf, freeze } from './planning.ts';
import type { ApprovalPolicy } from './policy.ts';
import type { RevocationRecord } from './revocation.ts';
import { wasSeenOff } from './seen-off.ts';
import { waitsUntilLater } from './standing.ts';
import { neverOffWords, neverSeenOff, whatIsLost } from './undo-lost.ts';
import { undoUnderWay } from './undo-under-way.ts';
import { isFinal } from './verification.ts';
import { assertCanBeTakenBack, assertWasDone } from './way-back.ts';
import { counted, listed } from './wording.ts';

/** What an undo is made of. */
export type UndoInput = {
  /** The containment that is taken back. */
  readonly plan: Plan;
  readonly actions: readonly Action[];
  /** Other plans of the same incident, to see whether it is being taken back already. */
  readonly others: readonly Plan[];
  /** By `keyText`: what another containment, of whatever incident, keeps off. */
  readonly held: ReadonlySet<string>;
  /** What was convicted, in this incident or another, and not named, hence stays off. */
  readonly convicted: Convictions;
  /** By `keyText`: those that alone come on again; absent, all do. */
  readonly only?: ReadonlySet<string>;
  readonly incident: Incident;
  readonly connections: readonly Connection[];
  /** By `keyText`: tells who calls whom, so that no parent is switched on before its child. */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  /** Credentials of the incident that their providers refuse, or may refuse. */
  readonly revoked: readonly RevocationRecord[];
  /** Credentials of the incident that may still open something. */
  readonly notFinal: readonly string[];
  readonly policy: ApprovalPolicy;
  readonly by: Decider;
  readonly newId: () => string;
  readonly nonce: string;
  readonly digester: Digester;
};

/** An undo that runs or waits for another person, and in sentences what it cannot bring back. */
export type Undo = {
  readonly plan: Plan;
  /** What is switched on again, as things stand. */
  readonly back: readonly PlanTarget[];
  readonly lost: readonly string[];
  readonly change: PlanChange;
};

/**
 * Takes a containment back: what was active before and was switched off by it is switched on again.
 *
 * What was off before stays off, and so does what another containment keeps off; both are part of
 * it, so that it no longer keeps them off itself.
 *
 * It starts at once, because a reverse needs one person; while a credential of the incident may
 * still open something it waits for the yes of another. What moved meanwhile is refused when it is
 * acted on. Callees and error workflows come before those who need them.
 *
 * @throws UserError `conflict` when the plan is still going on, was never run, or is undone already
 */
export function planUndo(input: UndoInput): Undo {
  assertCanBeUndone(input);
  assertUntampered(input.plan, input.actions, input.digester);
  if (input.plan.purpose === 'mute') {
    const unmute = planUnmute(input);
    return { ...unmute, back: unmute.plan.targets };
  }
  const { only } = input;
  const {
    staying = [],
    going = [],
    unnamed = [],
  } = Object.groupBy(offBecauseOfUs(input), (target) =>
    only && !only.has(keyText(target))
      ? 'unnamed'
      : input.convicted.has(keyText(target))
        ? 'staying'
        : 'going',
  );
  assertSomeNamed(input, going);
  const guilty = convictedWords(staying, input.convicted, input.plan.name);
  const targets = calleesFirst(going, input.facts);
  if (targets.length === 0 && guilty.length > 0) {
    throw new UserError('conflict', guilty.join(' '), { hint: `\`scope show\` says why.` });
  }
  if (targets.length === 0) {
    throw new UserError(
      'conflict',
      `${input.plan.name} switched nothing off that is not on again, so there is nothing to undo.`,
      { hint: `See \`contain status ${input.plan.name}\`.` },
    );
  }
  const used = new Set(targets.map((target) => target.connection));
  const connections = input.connections.filter((connection) => used.has(connection.id));
  for (const connection of connections) assertCanSwitchOn(connection, input.incident);
  const frozen = freeze(
    { ...input, query: undoQuery(input, going) },
    {
      purpose: 'undo',
      undoes: input.plan.id,
      levers: ['enable'],
      targets,
      on: connections,
      credentialsFinal: input.notFinal.length === 0,
    },
  );
  const { now, person } = input.by;
  const plan: Plan =
    frozen.approvalsNeeded > 0
      ? frozen
      : { ...frozen, state: 'running', startedAt: now, startedBy: person.id };
  const found = whatComesBack(targets, input);
  const staysOff = [...guilty, ...unnamedWords(input, unnamed, targets), ...found.staysOff];
  const lost = [...staysOff, ...found.lost];
  const { back } = found;
  return { plan, back, lost, change: undoChange(input, plan, { back, staysOff, lost }) };
}

/**
 * Which of the targets of an undo are switched on again, and in sentences which are not and what
 * does not come back with those that are.
 */
export function whatComesBack(
  targets: readonly PlanTarget[],
  contained: Pick<UndoInput, 'plan' | 'actions' | 'held' | 'facts' | 'revoked'>,
): {
  readonly back: readonly PlanTarget[];
  readonly staysOff: readonly string[];
  readonly lost: readonly string[];
} {
  const { actions, held } = contained;
  const back = targets.filter((target) => target.active && !held.has(keyText(target)));
  const never = neverSeenOff(actions, back);
  const off = back.filter((target) => !never.includes(target));
  const staysOff = [...whatStaysOff(targets, held), ...neverOffWords(never)];
  return { back, staysOff, lost: whatIsLost(contained, off) };
}

function undoChange(
  input: UndoInput,
  plan: Plan,
  {
    back,
    staysOff,
    lost,
  }: {
    readonly back: readonly PlanTarget[];
    readonly staysOff: readonly string[];
    readonly lost: readonly string[];
  },
): PlanChange {
  const refs = back.map((target) => target.ref);
  const what =
    refs.length === 0
      ? 'nothing is switched on again'
      : `${counted(refs.length, 'workflow')} to switch on again: ${listed(refs, 20)}`;
  return {
    plans: [plan],
    actions: actionsOf(plan, input.newId),
    events: [
      planEvent(plan, input.by, {
        kind: plan.state === 'running' ? 'undo_started' : 'plan_proposed',
        text: [
          `${input.plan.name} is ${plan.state === 'running' ? 'being' : 'to be'} taken back: ${what}.`,
          ...waitsWords(plan, input),
          ...staysOff,
        ].join(' '),
        data: { undoes: input.plan.name, digest: plan.digest, targets: refs, lost: [...lost] },
      }),
    ],
    jobs: plan.state === 'running' ? [containJob(plan)] : [],
  };
}

function waitsWords(plan: Plan, { notFinal }: UndoInput): readonly string[] {
  if (plan.state === 'running') return [];
  return [
    `It needs the yes of another person, because ${listed(notFinal)} may still open something.`,
  ];
}

function undoQuery({ plan, only }: UndoInput, named: readonly PlanTarget[]): string {
  if (only === undefined) return `undo ${plan.name}`;
  return `undo ${plan.name} ${named.map(({ ref }) => ref).join(' ')}`;
}

/** @throws UserError `conflict` where all that is named is on again already, or was never off */
function assertSomeNamed({ plan, only }: UndoInput, named: readonly PlanTarget[]): void {
  if (only === undefined || named.length > 0) return;
  const refs = plan.targets.filter((target) => only.has(keyText(target))).map(({ ref }) => ref);
  const [is, was] = refs.length === 1 ? ['is', 'was'] : ['are', 'were'];
  throw new UserError(
    'conflict',
    `${listed(refs)} ${is} not off by ${plan.name}: ${refs.length === 1 ? 'it' : 'they'} ${was} never switched off by it, or ${is} on again.`,
    { hint: `See \`contain status ${plan.name}\`.` },
  );
}

/** What stays off because others were named, and whom of those it leaves in the lurch. */
function unnamedWords(
  { plan, facts }: UndoInput,
  unnamed: readonly PlanTarget[],
  targets: readonly PlanTarget[],
): readonly string[] {
  const off = unnamed.filter(({ active }) => active);
  if (off.length === 0) return [];
  const refs = off.map(({ ref }) => ref);
  const [stay, it] = refs.length === 1 ? ['stays', 'it'] : ['stay', 'them'];
  const byKey = new Map(off.map((target) => [keyText(target), target]));
  const wants = targets
    .filter(({ active }) => active)
    .flatMap((target) => {
      const lacks = needs(target, facts, byKey).map(({ ref }) => ref);
      if (lacks.length === 0) return [];
      return [
        `${target.ref} needs ${listed(lacks)} and may fail until ${lacks.length === 1 ? 'that is' : 'those are'} on.`,
      ];
    });
  return [
    `${listed(refs, 20)} ${stay} off, because others were named; \`contain undo ${plan.name} ${refs[0]}\` names ${refs.length === 1 ? it : 'one'}.`,
    ...wants,
  ];
}

function assertCanBeUndone({ plan, actions, others, by }: UndoInput): void {
  if (plan.purpose === 'undo' || plan.purpose === 'unmute') {
    throw new UserError('conflict', `${plan.name} is itself an undo.`, {
      hint: 'To switch the workflows off again, make a new plan: `contain plan <query>`.',
    });
  }
  assertWasDone(plan, actions);
  assertCanBeTakenBack(plan, actions);
  // What only waits for the next fire of a schedule has been done, and may be taken back.
  const waits =
    plan.state === 'running' &&
    actions.every((action) => isFinal(action) || waitsUntilLater(action, by.now));
  if ((plan.state === 'running' && !waits) || plan.state === 'paused') {
    throw new UserError('conflict', `${plan.name} is ${plan.state}; end it before undoing it.`, {
      hint: `\`contain cancel ${plan.name}\`, then \`contain undo ${plan.name}\`.`,
    });
  }
  const going = undoUnderWay(plan, others, by.now);
  if (going) {
    throw new UserError('conflict', `${plan.name} is being undone already, by ${going.name}.`, {
      hint: `See \`contain status ${going.name}\`.`,
    });
  }
}

/** Targets that were told to go off, and have not been taken back. */
export function offBecauseOfUs({
  plan,
  actions,
}: Pick<UndoInput, 'plan' | 'actions'>): readonly PlanTarget[] {
  const disabled = new Map(
    actions
      .filter((action) => action.lever === 'disable')
      .map((action) => [`${action.connection}/${action.workflow}`, action]),
  );
  return plan.targets
    .filter((target) => {
      const action = disabled.get(keyText(target));
      // `requested` without an answer may have happened; the read-back before acting decides.
      return (
        action?.memo !== undefined &&
        action.state !== 'undone' &&
        (action.acceptedAt !== undefined || action.state === 'requested')
      );
    })
    .map((target) => {
      const action = disabled.get(keyText(target));
      const wasOn = target.active && !(action && wasOffBefore(action));
      const asked =
        action && wasSeenOff(action)
          ? `switched off by ${plan.name}`
          : `told to go off by ${plan.name}, but never seen off`;
      const because = wasOn ? asked : `was off before ${plan.name}; stays off`;
      return { ...target, active: wasOn, breaks: [], because: [because] };
    });
}

/** No plan is named: it may be of an incident that not everybody here may see. */
function whatStaysOff(
  targets: readonly PlanTarget[],
  held: ReadonlySet<string>,
): readonly string[] {
  const kept = targets.filter((target) => target.active && held.has(keyText(target)));
  const refs = kept.map(({ ref }) => ref);
  if (refs.length === 0) return [];
  return [
    refs.length === 1
      ? `${listed(refs)} stays off, because another containment keeps it off.`
      : `${listed(refs)} stay off, because other containments keep them off.`,
  ];
}

/** Depth first, so that cycles end; otherwise in the order of the plan. */
function calleesFirst(
  targets: readonly PlanTarget[],
  facts: ReadonlyMap<string, readonly Fact[]>,
): readonly PlanTarget[] {
  const byKey = new Map(targets.map((target) => [keyText(target), target]));
  const ordered = new Set<PlanTarget>();
  const entered = new Set<PlanTarget>();
  // Own stack: a chain of a thousand calls must not overflow ours.
  for (const start of targets) {
    const stack = [start];
    for (let target = stack.at(-1); target !== undefined; target = stack.at(-1)) {
      if (entered.has(target)) {
        ordered.add(target);
        stack.pop();
        continue;
      }
      entered.add(target);
      stack.push(...needs(target, facts, byKey).filter((callee) => !entered.has(callee)));
    }
  }
  return [...ordered];
}

function needs(
  target: PlanTarget,
  facts: ReadonlyMap<string, readonly Fact[]>,
  byKey: ReadonlyMap<string, PlanTarget>,
): readonly PlanTarget[] {
  // Drafts count too: what is switched off has no live version that a later sync could see.
  return (facts.get(keyText(target)) ?? [])
    .filter((fact) => fact.kind === 'calls' || fact.kind === 'error_workflow')
    .flatMap((fact) => byKey.get(keyText({ connection: target.connection, id: fact.value })) ?? []);
}
