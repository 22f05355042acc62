import { UserError } from '../errors.ts';
import type { Json, JsonObject } from './json.ts';
import { planAgainLine } from './plan-words.ts';
import type { Action, Plan } from './plan.ts';
import type { Leave } from './policy.ts';

/** What a digest needs of cryptography: RFC 8785 text and SHA-256 in hex. */
export type Digester = {
  canonical(value: Json): string;
  sha256(text: string): string;
};

/** The fields of a plan that its digest covers. */
export type FrozenPlan = Omit<
  Plan,
  | 'id'
  | 'name'
  | 'digest'
  | 'state'
  | 'stateReason'
  | 'startedAt'
  | 'startedBy'
  | 'finishedAt'
  | 'override'
  | 'revision'
>;

/** The forms that digests were made of: plans from before 2 keep theirs, which had no `v`. */
const forms = [2, 1] as const;

/** SHA-256 over the RFC 8785 form of everything that was frozen: what a person approves. */
export function digestOf(plan: FrozenPlan, digester: Digester, form: Form = forms[0]): string {
  return digester.sha256(digester.canonical(frozenJson(plan, form)));
}

type Form = (typeof forms)[number];

/** What the digest of this very plan covers; undefined where it covers none of what is stored. */
export function frozenOf(plan: Plan, digester: Digester): JsonObject | undefined {
  const form = forms.find((one) => digestOf(plan, digester, one) === plan.digest);
  return form && frozenJson(plan, form);
}

/**
 * Everything that was frozen (docs/timeline-format.md).
 *
 * Instants are ISO text. A new field of `Plan` that changes what is done belongs in here. The random
 * id of the incident stands for the installation, too: the genesis of its timeline holds both.
 */
export function frozenJson(plan: FrozenPlan, form: Form = forms[0]): JsonObject {
  return {
    ...(form === 1 ? {} : { v: form }),
    incident: plan.incident,
    purpose: plan.purpose,
    ...(plan.undoes === undefined ? {} : { undoes: plan.undoes }),
    ...(plan.freezes === undefined ? {} : { freezes: plan.freezes }),
    query: plan.query,
    ...(plan.missing === undefined ? {} : { missing: plan.missing }),
    levers: plan.levers,
    targets: plan.targets.map((target) => ({
      connection: target.connection,
      id: target.id,
      ref: target.ref,
      name: target.name,
      observedHash: target.observedHash,
      ...(target.observedContent === undefined ? {} : { observedContent: target.observedContent }),
      ...(target.observedLive === undefined ? {} : { observedLive: target.observedLive }),
      observedAt: target.observedAt.toISOString(),
      active: target.active,
      breaks: target.breaks,
      ...(target.beware === undefined ? {} : { beware: target.beware }),
      because: target.because,
      ...(target.usedBy === undefined ? {} : { usedBy: target.usedBy }),
      ...(target.hosts === undefined ? {} : { hosts: target.hosts }),
      ...(target.moves === undefined ? {} : { moves: target.moves }),
      ...(target.to === undefined ? {} : { to: target.to }),
      ...(target.nodes === undefined ? {} : { nodes: target.nodes }),
    })),
    connections: plan.connections.map(({ id, name, epoch, fallbacks }) => ({
      id,
      name,
      epoch,
      ...(fallbacks === undefined ? {} : { fallbacks }),
    })),
    requestedBy: plan.requestedBy,
    approvalsNeeded: plan.approvalsNeeded,
    ...(plan.leave === undefined ? {} : { leave: leaveJson(plan.leave) }),
    createdAt: plan.createdAt.toISOString(),
    expiresAt: plan.expiresAt.toISOString(),
    nonce: plan.nonce,
  };
}

/** What a plan needs, as the digest covers it. */
export function leaveJson(leave: Leave): JsonObject {
  return {
    class: leave.class,
    policy: leave.policy,
    roleAgeMs: leave.roleAgeMs,
    ways: leave.ways.map(({ persons, others, stepUp, severities, ...when }) => ({
      persons,
      others,
      stepUp,
      ...(severities ? { severities } : {}),
      ...(when.credentialsFinal ? { credentialsFinal: true } : {}),
      ...(when.override ? { override: true } : {}),
    })),
  };
}

/**
 * Refuses a stored plan that is not what was made, or whose actions are not exactly its targets
 * times its levers. Whoever acts on a plan calls this first.
 *
 * @throws UserError `conflict` with the word PLAN_TAMPERED
 */
export function assertUntampered(plan: Plan, actions: readonly Action[], digester: Digester): void {
  const planned = plan.targets.flatMap((target) =>
    plan.levers.map((lever) => `${target.connection}/${target.id}/${lever}`),
  );
  const stored = actions
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map((action) => `${action.connection}/${action.workflow}/${action.lever}`);
  const same =
    planned.length === stored.length && planned.every((step, index) => step === stored[index]);
  if (same && frozenOf(plan, digester) !== undefined) return;
  throw new UserError(
    'conflict',
    `PLAN_TAMPERED: what is stored of ${plan.name} is no longer what was planned, so it cannot be ` +
      'used. Somebody changed it in the database: treat that as part of the incident.',
    { hint: `Make a new plan: \`${planAgainLine(plan)}\`.` },
  );
}
