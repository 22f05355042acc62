import type { ConnectionId } from './connection.ts';
import type { IncidentId } from './incident.ts';
import type { Json } from './json.ts';
import type { FactorKind, PersonId } from './person.ts';
import type { Leave } from './policy.ts';
import type { Proof } from './verification.ts';

/**
 * What Firebreak can do to a credential on its platform: keep workflows from using it, let them use
 * it again, put a worthless value in its place, delete it.
 */
export const lockLevers = ['block', 'unblock', 'overwrite', 'delete'] as const;
export type LockLever = (typeof lockLevers)[number];

/** What is done to a user of a platform, in this order: what they own goes to another, then they go. */
export const userLevers = ['transfer', 'remove'] as const;
export type UserLever = (typeof userLevers)[number];

/** What is done to single nodes of a workflow, the rest of which goes on: `mute` switches them off. */
export const nodeLevers = ['mute', 'unmute'] as const;
export type NodeLever = (typeof nodeLevers)[number];

/**
 * What Firebreak can do to a workflow or nodes of it, `revoke` to a credential at its provider, the
 * locks, and what is done to users. The way back of `disable` is `enable`, that of `mute` is `unmute`,
 * that of `block` is `unblock`; the others have none.
 */
export const levers = [
  'disable',
  'stop',
  'enable',
  'revoke',
  ...lockLevers,
  ...userLevers,
  ...nodeLevers,
] as const;
export type Lever = (typeof levers)[number];

export const fallbacks = ['archive'] as const;
/** What is tried on a workflow that does not go off when it is disabled. It can be taken back. */
export type Fallback = (typeof fallbacks)[number];

export const planPurposes = [
  'contain',
  'undo',
  'revoke',
  ...lockLevers,
  'remove',
  ...nodeLevers,
] as const;
/**
 * What a plan is for: its targets are workflows for `contain` and `undo`, nodes of one workflow for
 * `mute` and `unmute`, users for `remove`, else credentials.
 */
export type PlanPurpose = (typeof planPurposes)[number];

export const planStates = [
  'proposed',
  'approved',
  'running',
  'paused',
  'finished',
  'denied',
  'cancelled',
  'expired',
] as const;
export type PlanState = (typeof planStates)[number];

/** True for what is done to a credential. */
export function isAboutCredential(lever: Lever): boolean {
  return lever === 'revoke' || isLock(lever);
}

/** True for what keeps a credential from workflows on its platform, or gives it back to them. */
export function isLock(lever: Lever | PlanPurpose): lever is LockLever {
  return lockLevers.some((one) => one === lever);
}

/** True for what is done to a user. */
export function isAboutUser(lever: Lever): lever is UserLever {
  return userLevers.some((one) => one === lever);
}

/** True for what is done to single nodes. */
export function isAboutNodes(lever: string): lever is NodeLever {
  return nodeLevers.some((one) => one === lever);
}

/** One thing of a user that goes to another before they go. */
export type Moved = {
  readonly kind: 'workflow' | 'credential';
  readonly id: string;
  readonly ref: string;
  readonly name: string;
};

/** One workflow, credential or user, as it was when the plan was made. */
export type PlanTarget = {
  readonly connection: ConnectionId;
  readonly id: string;
  readonly ref: string;
  readonly name: string;
  readonly observedHash: string;
  /** Of its draft alone: the same when it was only switched off since. Absent when not known. */
  readonly observedContent?: string;
  /** Of what ran alone: the same when only its draft was edited since. Absent when not known. */
  readonly observedLive?: string;
  readonly observedAt: Date;
  readonly active: boolean;
  /** What is expected to break, in sentences. */
  readonly breaks: readonly string[];
  /** What its levers do not reach or what must come first, in sentences; absent where nothing is known. */
  readonly beware?: readonly string[];
  /** Why it is here: the query's reasons, or "error workflow of w3". */
  readonly because: readonly string[];
  /** How many active workflows a block keeps from it: from some on, it needs more than one person. */
  readonly usedBy?: number;
  /** To which hosts an unblock lets it be sent again; empty for any. */
  readonly hosts?: readonly string[];
  /** All that a user owns, and to whom it goes before they are removed. */
  readonly moves?: readonly Moved[];
  readonly to?: { readonly id: string; readonly ref: string; readonly name: string };
  /** The nodes that are switched off, or on again; whatever else is on it goes on. */
  readonly nodes?: readonly TargetNode[];
};

/** A node by its platform's own id, with its name at the time. */
export type TargetNode = { readonly id: string; readonly name: string };

/** Frozen targets and levers. What is approved is `digest`; any change is a new plan. */
export type Plan = {
  readonly id: string;
  /** `P-3`, counted in the instance. */
  readonly name: string;
  readonly incident: IncidentId;
  readonly purpose: PlanPurpose;
  /** The plan that an undo takes back. */
  readonly undoes?: string;
  /** The connection of which it disables everything. */
  readonly freezes?: ConnectionId;
  readonly query: string;
  /** Sentences on what the query names that was nowhere: nothing of it is in the plan. */
  readonly missing?: readonly string[];
  readonly levers: readonly Lever[];
  /** In the order in which they are acted on, most dangerous first. */
  readonly targets: readonly PlanTarget[];
  readonly connections: readonly {
    readonly id: ConnectionId;
    readonly name: string;
    readonly epoch: number;
    /** What is done, in order, to those of its workflows of which disabling fails or is contradicted. */
    readonly fallbacks?: readonly Fallback[];
  }[];
  readonly requestedBy: PersonId;
  readonly approvalsNeeded: number;
  /** What the policy asked for when it was made; absent for plans from before there was one. */
  readonly leave?: Leave;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly nonce: string;
  /** SHA-256 over the RFC 8785 form of all of the above but `id` and `name`, hex. */
  readonly digest: string;
  readonly state: PlanState;
  readonly stateReason?: string;
  readonly startedAt?: Date;
  readonly startedBy?: PersonId;
  readonly finishedAt?: Date;
  readonly override?: Override;
  readonly revision: number;
};

/** The commander ran a plan without the yes of another person; somebody else looks at it after. */
export type Override = {
  readonly by: PersonId;
  readonly at: Date;
  readonly reason: string;
  readonly review?: { readonly by: PersonId; readonly at: Date; readonly finding: string };
};

/** A person's yes or no to one digest. Single use, one for each person. */
export type Approval = {
  readonly plan: string;
  readonly digest: string;
  readonly person: PersonId;
  readonly decision: 'yes' | 'no';
  /** The kind of factor with which the person proved just then that it is them. */
  readonly steppedUp?: FactorKind;
  readonly reason?: string;
  readonly at: Date;
};

export const actionStates = [
  'planned',
  'requested',
  'accepted',
  'pending',
  'verified',
  'contradicted',
  'unverifiable',
  'failed',
  'skipped',
  'undone',
] as const;
export type ActionState = (typeof actionStates)[number];

/** One lever on one target. */
export type Action = {
  readonly id: string;
  readonly plan: string;
  readonly connection: ConnectionId;
  /** The platform's id of the target, whether that is a workflow, a credential or a user. */
  readonly workflow: string;
  readonly ref: string;
  readonly workflowName: string;
  readonly lever: Lever;
  /** Position in the plan; levers of one target follow each other. */
  readonly ordinal: number;
  readonly state: ActionState;
  /** Why it failed, was skipped or cannot be verified: a sentence. */
  readonly reason?: string;
  /** What the platform connector needs to verify this and to put it back. Holds no secret. */
  readonly memo?: Json;
  readonly requestedAt?: Date;
  readonly acceptedAt?: Date;
  /** A contradiction before this is still *pending*: the platform may be slow. */
  readonly settleBy?: Date;
  /** Not to be settled before this, e.g. the next fire of a schedule. */
  readonly notBefore?: Date;
  readonly settledAt?: Date;
  readonly proofs: readonly Proof[];
  /** Consecutive empty sweeps, for `stop`. */
  readonly emptySweeps: number;
  readonly revision: number;
};

/** What was about to be asked of a platform, and what came of it. Written before and after each call. */
export type JournalEntry = {
  readonly action: string;
  readonly at: Date;
  readonly call: string;
  readonly when: 'before' | 'after';
  readonly outcome?: 'ok' | 'failed' | 'unknown';
  readonly text?: string;
};

/** The state of a whole target is the worst state of its actions. */
export type TargetState = ActionState;
