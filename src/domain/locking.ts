import { UserError } from '../errors.ts';
import { assertMayTouch } from './can-act.ts';
import type { Capabilities, Connection } from './connection.ts';
import { assertHasKey, connectLine, tellsNoPermissions } from './enter-again.ts';
import { isFinalRevocation } from './finality.ts';
import type { Incident } from './incident.ts';
import type { Credential, Workflow } from './inventory.ts';
import { isOn } from './inventory.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { isUnfinished } from './plan-progress.ts';
import type { LockLever, Plan, PlanTarget } from './plan.ts';
import { isLock } from './plan.ts';
import { actionsOf, assertOpen, freeze } from './planning.ts';
import type { ApprovalPolicy } from './policy.ts';
import type { RevocationRecord } from './revocation.ts';
import { credentialTarget } from './revoking.ts';
import { listed } from './wording.ts';

/** What a plan to lock one credential on its platform is made of. */
export type LockInput = {
  readonly lever: LockLever;
  /** For `unblock`: to which hosts it may be sent again; empty for any. */
  readonly hosts: readonly string[];
  readonly incident: Incident;
  readonly credential: Credential;
  readonly connection: Connection;
  /** Workflows that use it now, active or not. */
  readonly users: readonly Workflow[];
  /** The plans of the incident. */
  readonly others: readonly Plan[];
  /** For `unblock`: what else keeps it blocked, in words that everyone in the room may read. */
  readonly blockedBy?: readonly string[];
  /** For `unblock` and `delete`: credentials of the incident that may still open something. */
  readonly notFinal: readonly string[];
  /** What became of it at its provider in this incident so far. */
  readonly revoked: RevocationRecord | undefined;
  readonly query: string;
  readonly policy: ApprovalPolicy;
  readonly by: Decider;
  readonly newId: () => string;
  readonly nonce: string;
  readonly digester: Digester;
};

/**
 * Freezes into a plan that a credential is kept from workflows, given back to them, made worthless
 * or deleted, all on its platform. A block can be taken back, the last two cannot.
 *
 * @throws UserError `not_ready` when the connection cannot do it, `conflict` when that is planned
 *   already, nothing was blocked that could be unblocked, or the incident is closed
 */
export function proposeLock(input: LockInput): {
  readonly plan: Plan;
  readonly change: PlanChange;
} {
  const { lever, incident, connection, by } = input;
  assertOpen(incident);
  assertCanLock(connection, lever, incident);
  assertNotPlanned(input);
  if (lever === 'unblock') assertWasBlocked(input);
  if (lever === 'delete') assertMayBeDeleted(input);
  const plan = freeze(input, {
    purpose: lever,
    levers: [lever],
    targets: [targetOf(input)],
    on: [connection],
    credentialsFinal: input.notFinal.length === 0,
  });
  return {
    plan,
    change: {
      plans: [plan],
      actions: actionsOf(plan, input.newId),
      events: [planEvent(plan, by, proposedEvent(plan, input))],
    },
  };
}

/**
 * Refuses what this connection has no way to do.
 *
 * @throws UserError `not_ready` saying what it lacks, `conflict` for a drill on production
 */
export function assertCanLock(connection: Connection, lever: LockLever, incident: Incident): void {
  assertMayTouch(connection, incident);
  const { name, kind, capabilities } = connection;
  assertHasKey(connection);
  if (canLock(capabilities, lever)) return;
  if (kind === 'node-red' && lever === 'overwrite') {
    throw new UserError('not_ready', `The user of ${name} cannot wipe credentials.`, {
      hint: `Give it flows.write and credentials.read there, then have an admin enter it again: \`${connectLine(connection)}\`.`,
    });
  }
  if (kind === 'node-red') {
    throw new UserError('not_ready', `Node-RED cannot ${lever} a credential from outside.`, {
      hint: 'Wipe it with `cred overwrite`, disable the tabs that use it with `contain plan credential:<name>`, and `cred revoke` it at its provider.',
    });
  }
  if (tellsNoPermissions(connection)) throw tooOld(connection, lever);
  throw new UserError('not_ready', `The key of ${name} cannot ${lever} credentials.`, {
    hint: `Give it the permission credential:${lever === 'delete' ? 'delete' : 'update'} there, then have an admin enter it again: \`${connectLine(connection)}\`.`,
  });
}

/** What no key of an old n8n gets from it: it has no such call, or says of none whether it may. */
function tooOld({ name, version }: Connection, lever: LockLever): UserError {
  const has =
    lever === 'delete'
      ? 'does not say what its key may do, so Firebreak deletes no credential there'
      : `gives Firebreak no way to ${lever} a credential`;
  const byHand =
    lever === 'delete'
      ? 'Delete it in n8n itself, once `cred status` says that it is dead.'
      : 'Disable the workflows that use it with `contain plan credential:<name>`, and `cred revoke` it at its provider.';
  return new UserError('not_ready', `${name} is an n8n ${version}, which ${has}.`, {
    hint: `No other key or permission changes that; n8n 2.20 or newer does. ${byHand}`,
  });
}

/** True where the platform has a way to do that to a credential, and the key the right. */
export function canLock(can: Capabilities, lever: LockLever): boolean {
  switch (lever) {
    case 'block':
    case 'unblock':
      return can.blockCredentials !== undefined;
    case 'overwrite':
      return can.overwriteCredentials === true;
    case 'delete':
      return can.deleteCredentials === true;
  }
}

function whatOf({ credential }: LockInput): string {
  return `${credential.ref} “${credential.name}”`;
}

function isAbout({ credential, connection }: LockInput, plan: Plan): boolean {
  return plan.targets.some(
    ({ connection: on, id }) => on === connection.id && id === credential.id,
  );
}

function assertNotPlanned(input: LockInput): void {
  const going = input.others.find(
    (plan) => isLock(plan.purpose) && isUnfinished(plan, input.by.now) && isAbout(input, plan),
  );
  if (!going) return;
  throw new UserError(
    'conflict',
    `${whatOf(input)} has its plan: ${going.name} to ${going.purpose} it is ${going.state}.`,
    { hint: `See \`contain status ${going.name}\`.` },
  );
}

/** What somebody else blocked, or let be sent to some hosts alone, is not for us to open. */
function assertWasBlocked(input: LockInput): void {
  const was = input.others.some(
    (plan) => plan.purpose === 'block' && plan.startedAt !== undefined && isAbout(input, plan),
  );
  if (was) return;
  throw new UserError(
    'conflict',
    `Nothing of ${input.incident.name} has blocked ${whatOf(input)}, so there is nothing to unblock.`,
    { hint: `\`cred status in:${input.incident.name}\` shows what was done.` },
  );
}

/**
 * What is deleted can be revoked no more by who would look it up there, so it is deleted last: once
 * it is dead at its provider, and with it all that the incident is about.
 */
function assertMayBeDeleted(input: LockInput): void {
  const { credential, revoked, notFinal } = input;
  if (credential.onlyReferenced) {
    throw new UserError(
      'conflict',
      `${whatOf(input)} is known from workflows alone: its platform does not list it.`,
      { hint: `\`cred where ${credential.ref}\` shows which workflows name it.` },
    );
  }
  if (revoked === undefined || !isFinalRevocation(revoked)) {
    throw new UserError(
      'conflict',
      `Nothing is deleted before it is dead, and nobody has shown that ${whatOf(input)} is.`,
      { hint: `Revoke it at its provider first: \`cred revoke ${credential.ref}\`.` },
    );
  }
  if (notFinal.length === 0) return;
  throw new UserError(
    'conflict',
    `Nothing is deleted before all credentials of ${input.incident.name} are dead: ${listed(notFinal, 10)}.`,
    { hint: `\`cred status in:${input.incident.name}\` shows how far that is.` },
  );
}

function targetOf(input: LockInput): PlanTarget {
  const { lever, hosts, users } = input;
  const target = credentialTarget(input);
  switch (lever) {
    case 'block':
      return { ...target, usedBy: users.filter(isOn).length };
    case 'unblock':
      return { ...target, breaks: [], hosts, ...alsoBlocked(input) };
    case 'overwrite':
    case 'delete':
      return target;
  }
}

/** Whoever agrees is to know whose block it takes away besides. */
function alsoBlocked({ blockedBy = [] }: LockInput): Pick<PlanTarget, 'beware'> {
  if (blockedBy.length === 0) return {};
  const ends =
    blockedBy.length === 1
      ? 'blocks it as well: that block ends with this, and its incident is told.'
      : 'block it as well: those blocks end with this, and their incidents are told.';
  return { beware: [`${listed(blockedBy)} ${ends}`] };
}

function proposedEvent(plan: Plan, input: LockInput) {
  const needs =
    plan.approvalsNeeded === 0
      ? 'One responder may run it.'
      : 'It needs the yes of another person.';
  return {
    kind: 'plan_proposed',
    text: [
      `Planned to ${doneWords(input)}.`,
      ...plan.targets.flatMap(({ breaks }) => breaks),
      needs,
    ].join(' '),
    data: {
      ...(plan.leave ? { class: plan.leave.class, policy: plan.leave.policy } : {}),
      query: plan.query,
      digest: plan.digest,
      targets: plan.targets.map(({ ref }) => ref),
      levers: [...plan.levers],
      ...(input.lever === 'unblock' ? { hosts: [...input.hosts] } : {}),
      approvalsNeeded: plan.approvalsNeeded,
      expiresAt: plan.expiresAt.toISOString(),
    },
  };
}

function doneWords(input: LockInput): string {
  const { lever, connection, hosts } = input;
  const what = whatOf(input);
  switch (lever) {
    case 'block':
      return `keep workflows of ${connection.name} from using ${what}`;
    case 'unblock':
      return `let workflows of ${connection.name} send ${what} to ${hosts.length === 0 ? 'any host' : listed(hosts, 20)} again`;
    case 'overwrite':
      return `put a worthless value in place of ${what} on ${connection.name}, which cannot be taken back`;
    case 'delete':
      return `delete ${what} from ${connection.name}, which cannot be taken back`;
  }
}
