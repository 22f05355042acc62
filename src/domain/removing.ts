import { UserError } from '../errors.ts';
import { assertMayTouch } from './can-act.ts';
import type { Connection } from './connection.ts';
import { assertHasKey, connectLine, tellsNoPermissions } from './enter-again.ts';
import type { Incident } from './incident.ts';
import type { Credential, PlatformUser, UserRecord, Workflow } from './inventory.ts';
import { isOn } from './inventory.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { isUnfinished } from './plan-progress.ts';
import type { Moved, Plan, PlanTarget } from './plan.ts';
import { actionsOf, assertOpen, freeze, lineToKeepOff } from './planning.ts';
import type { ApprovalPolicy } from './policy.ts';
import { counted, listed } from './wording.ts';

/** What a plan to delete one user of a platform is made of. */
export type RemovalInput = {
  readonly incident: Incident;
  readonly user: PlatformUser;
  readonly connection: Connection;
  /** What they own, as the last look at their platform saw it. */
  readonly owned: {
    readonly workflows: readonly Workflow[];
    readonly credentials: readonly Credential[];
  };
  /** To whom that goes. */
  readonly to: PlatformUser | undefined;
  /** How much the new owner has, as that look saw it. */
  readonly toOwns: number;
  /** The plans of the incident. */
  readonly others: readonly Plan[];
  /** Credentials of the incident that may still open something. */
  readonly notFinal: readonly string[];
  readonly policy: ApprovalPolicy;
  readonly by: Decider;
  readonly newId: () => string;
  readonly nonce: string;
  readonly digester: Digester;
};

/**
 * Freezes into a plan of class R4 that all that a user owns goes to another, and that they are then
 * deleted. Platforms that cannot suspend anybody delete with them what they still own.
 *
 * @throws UserError `not_ready` when the connection cannot do it; `conflict` when anything of theirs
 *   is on, their platform would keep them, or a credential of the incident is not dead;
 *   `bad_input` when nobody is named to whom it goes
 */
export function proposeRemoval(input: RemovalInput): {
  readonly plan: Plan;
  readonly change: PlanChange;
} {
  const { incident, user, connection, by } = input;
  assertOpen(incident);
  assertCanRemove(connection, incident);
  assertMayGo(input);
  const moves = movesOf(input);
  const plan = freeze(
    { ...input, query: `user ${user.ref} “${user.name}”` },
    {
      purpose: 'remove',
      levers: moves.length === 0 ? ['remove'] : ['transfer', 'remove'],
      targets: [targetOf(input, moves)],
      on: [connection],
      credentialsFinal: input.notFinal.length === 0,
    },
  );
  return {
    plan,
    change: {
      plans: [plan],
      actions: actionsOf(plan, input.newId),
      events: [planEvent(plan, by, proposedEvent(plan, input, moves))],
    },
  };
}

/** @throws UserError `not_ready` saying what the connection lacks, `conflict` for a drill on production */
export function assertCanRemove(connection: Connection, incident: Incident): void {
  assertMayTouch(connection, incident);
  const { name, version, capabilities } = connection;
  assertHasKey(connection);
  if (capabilities.removeUsers === true) return;
  if (tellsNoPermissions(connection)) {
    throw new UserError(
      'not_ready',
      `${name} is an n8n ${version}, which does not say what its key may do, so Firebreak deletes nobody there.`,
      {
        hint: 'No other key or permission changes that; n8n 2.20 or newer does. By hand: `user lock <user>` shows where to click.',
      },
    );
  }
  throw new UserError('not_ready', `The key of ${name} cannot delete users.`, {
    hint: `Give it the permissions user:delete, workflow:move and credential:move there, then have an admin enter it again: \`${connectLine(connection)}\`.`,
  });
}

/** Hash of what makes a user this very one. */
export function userHash(
  { id, name, email, role }: UserRecord,
  digester: Pick<Digester, 'canonical' | 'sha256'>,
): string {
  const identity = { id, name, email: email ?? null, role: role ?? null };
  return digester.sha256(digester.canonical(identity));
}

function assertMayGo(input: RemovalInput): void {
  const { user, owned, to, connection, incident, notFinal, others, by } = input;
  const what = whatOf(user);
  if (user.stays !== undefined) {
    throw new UserError('conflict', `${what} stays: ${user.stays}`, {
      hint: 'Change the password and end the sessions in the platform itself.',
    });
  }
  const going = others.find(
    (plan) =>
      plan.purpose === 'remove' &&
      isUnfinished(plan, by.now) &&
      plan.targets.some(({ connection: on, id }) => on === connection.id && id === user.id),
  );
  if (going) {
    throw new UserError('conflict', `${what} has its plan: ${going.name} is ${going.state}.`, {
      hint: `See \`contain status ${going.name}\`.`,
    });
  }
  const on = owned.workflows.filter(isOn).map(({ ref }) => ref);
  if (on.length > 0) {
    throw new UserError(
      'conflict',
      `${what} owns ${counted(on.length, 'workflow')} that ${on.length === 1 ? 'is' : 'are'} on: ${listed(on, 10)}.`,
      {
        hint: `What is theirs goes off first, so that it can come back: ${lineToKeepOff(on)} If it is off by now, \`scope sync\` looks again.`,
      },
    );
  }
  const count = owned.workflows.length + owned.credentials.length;
  if (count > 0 && to === undefined) {
    throw new UserError('bad_input', `${what} owns ${ownsWords(input)}. Say who gets that.`, {
      hint: `e.g. \`user delete ${user.ref} to:<another user>\`; \`user list\` shows all.`,
    });
  }
  if (to && (to.id === user.id || to.connection !== user.connection)) {
    throw new UserError('bad_input', `${whatOf(to)} cannot get what ${what} owns.`, {
      hint: `Name another user of ${connection.name}: \`user list\` shows all.`,
    });
  }
  assertFindsHeir(input, count);
  if (notFinal.length === 0) return;
  throw new UserError(
    'conflict',
    `Nothing is deleted before all credentials of ${incident.name} are dead: ${listed(notFinal, 10)}.`,
    { hint: `\`cred status in:${incident.name}\` shows how far that is.` },
  );
}

/** An n8n tells where things of a user lie only beside something that they own. */
function assertFindsHeir({ user, to, toOwns, connection }: RemovalInput, count: number): void {
  if (count === 0 || to === undefined || toOwns > 0 || connection.kind !== 'n8n') return;
  throw new UserError(
    'conflict',
    `${whatOf(to)} owns nothing yet, and to such a user this n8n has no way to give anything.`,
    {
      hint: `They save a workflow of their own there, an empty one will do; then \`scope sync ${connection.name}\` and \`user delete ${user.ref} to:${to.ref}\`.`,
    },
  );
}

function movesOf({ owned }: RemovalInput): readonly Moved[] {
  return [
    ...owned.workflows.map(({ id, ref, name }) => ({ kind: 'workflow' as const, id, ref, name })),
    ...owned.credentials
      .filter(({ onlyReferenced }) => !onlyReferenced)
      .map(({ id, ref, name }) => ({ kind: 'credential' as const, id, ref, name })),
  ];
}

function targetOf(input: RemovalInput, moves: readonly Moved[]): PlanTarget {
  const { user, to, connection, by, digester } = input;
  return {
    connection: connection.id,
    id: user.id,
    ref: user.ref,
    name: user.name,
    observedHash: userHash(user, digester),
    observedAt: connection.syncedAt ?? by.now,
    active: true,
    breaks: ['Their API keys and sessions end with them.'],
    because: [
      `${user.role?.replace(/^global:/, '') ?? 'user'} of ${connection.name}`,
      ...(moves.length === 0 || !to ? [] : [`${ownsWords(input)} go to ${whatOf(to)} first`]),
    ],
    moves,
    ...(moves.length === 0 || !to ? {} : { to: { id: to.id, ref: to.ref, name: to.name } }),
  };
}

function proposedEvent(
  plan: Plan,
  { user, to, connection }: RemovalInput,
  moves: readonly Moved[],
) {
  const first =
    moves.length === 0 || !to
      ? 'They own nothing.'
      : `Before that ${listed(
          moves.map(({ ref }) => ref),
          20,
        )} ${moves.length === 1 ? 'goes' : 'go'} to ${whatOf(to)}.`;
  return {
    kind: 'plan_proposed',
    text: `Planned to delete ${whatOf(user)} from ${connection.name}, which cannot be taken back. ${first} It needs the yes of another person who is an approver.`,
    data: {
      ...(plan.leave ? { class: plan.leave.class, policy: plan.leave.policy } : {}),
      query: plan.query,
      digest: plan.digest,
      targets: [user.ref],
      moves: moves.map(({ ref }) => ref),
      to: to?.ref ?? null,
      levers: [...plan.levers],
      approvalsNeeded: plan.approvalsNeeded,
      expiresAt: plan.expiresAt.toISOString(),
    },
  };
}

function ownsWords({ owned }: RemovalInput): string {
  return `${counted(owned.workflows.length, 'workflow')} and ${counted(owned.credentials.length, 'credential')}`;
}

function whatOf({ ref, name }: PlatformUser): string {
  return `${ref} “${name}”`;
}
