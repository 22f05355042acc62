import { UserError } from '../errors.ts';
import { assertMayTouch } from './can-act.ts';
import type { Connection, ConnectionId } from './connection.ts';
import type { Incident, IncidentId } from './incident.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import { assertOpen } from './planning.ts';
import type { Testimony } from './revocation.ts';
import type { NewTimelineEvent } from './timeline.ts';

/** A user of a platform whom people lock out by hand, in one incident. Never called done by Firebreak. */
export type Lockout = {
  readonly incident: IncidentId;
  readonly connection: ConnectionId;
  /** The platform's own id; what people call them where the platform tells of no users. */
  readonly user: string;
  /** `u3`, or the same as `name`. */
  readonly ref: string;
  readonly name: string;
  readonly at: Date;
  readonly doneByHand?: Testimony;
  readonly confirmedByHand?: Testimony;
  readonly revision: number;
};

/** What such a word leaves to be stored. */
export type LockoutChange = {
  readonly lockouts: readonly Lockout[];
  readonly events: readonly NewTimelineEvent[];
};

/**
 * Keeps that people must lock a user out, because Firebreak cannot. Said once.
 *
 * @throws UserError `conflict` for a drill on production: whoever follows the steps locks them out
 */
export function requireLockout(
  incident: Incident,
  connection: Connection,
  user: Pick<Lockout, 'user' | 'ref' | 'name'>,
  before: Lockout | undefined,
  by: Decider,
): LockoutChange {
  assertOpen(incident);
  assertMayTouch(connection, incident);
  if (before) return { lockouts: [], events: [] };
  const lockout: Lockout = {
    incident: incident.id,
    connection: connection.id,
    ...user,
    at: by.now,
    revision: 0,
  };
  const text = `${nameOf(lockout)} must be locked out of ${connection.name} by hand: their keys, their sessions, their account.`;
  return change(lockout, by, 'lockout_by_hand_required', text);
}

/**
 * Keeps that a person says to have locked them out. It is their word, never proof.
 *
 * @throws UserError `conflict` when somebody has said so before
 */
export function sayLockedOut(
  incident: Incident,
  lockout: Lockout,
  text: string,
  by: Decider,
): LockoutChange {
  assertOpen(incident);
  if (lockout.doneByHand) {
    throw new UserError('conflict', `${nameOf(lockout)} was locked out already, as was said.`, {
      hint: `Somebody else confirms it: \`user confirm ${wordOf(lockout)} <what you saw>\`.`,
    });
  }
  const doneByHand = { by: by.person.id, at: by.now, text };
  return change(
    { ...lockout, doneByHand },
    by,
    'locked_out_by_hand',
    `${nameOf(lockout)} was locked out by hand: ${text} · Not verified by Firebreak.`,
  );
}

/**
 * Keeps that a second person says that they are locked out.
 *
 * @throws UserError `not_ready` when nobody has done it, `not_allowed` for the one who has
 */
export function confirmLockedOut(
  incident: Incident,
  lockout: Lockout,
  text: string,
  by: Decider,
): LockoutChange {
  assertOpen(incident);
  const word = wordOf(lockout);
  if (!lockout.doneByHand) {
    throw new UserError('not_ready', `Nobody has said that ${nameOf(lockout)} was locked out.`, {
      hint: `Who has done it types \`user done ${word} <what was done>\`.`,
    });
  }
  if (lockout.doneByHand.by === by.person.id) {
    throw new UserError('not_allowed', 'You have done it, so somebody else must confirm it.', {
      hint: `Another person tries it and types \`user confirm ${word} <what you saw>\`.`,
    });
  }
  if (lockout.confirmedByHand) {
    throw new UserError('conflict', `${nameOf(lockout)} was confirmed already.`, {
      hint: '`user status` shows by whom.',
    });
  }
  const confirmedByHand = { by: by.person.id, at: by.now, text };
  return change(
    { ...lockout, confirmedByHand },
    by,
    'lockout_confirmed_by_hand',
    `${nameOf(lockout)} is locked out, a second person says: ${text} · Not verified by Firebreak.`,
  );
}

/** How far it is, in words that claim no more than was said. */
export function lockoutWords({ doneByHand, confirmedByHand }: Lockout): string {
  if (!doneByHand) return 'to be locked out by hand';
  return confirmedByHand
    ? 'locked out by hand, confirmed by a second person; not verified by Firebreak'
    : 'locked out by hand, confirmed by nobody yet; not verified by Firebreak';
}

/** As it is typed to name them. */
export function wordOf({ ref }: Pick<Lockout, 'ref'>): string {
  return /^\S+$/.test(ref) ? ref : `"${ref}"`;
}

/** What people do at the platform, in order, with the words that stand there. */
export function lockoutSteps(
  { kind, name }: Pick<Connection, 'kind' | 'name'>,
  user: { readonly name: string; readonly email?: string },
): readonly string[] {
  const who = user.email ?? user.name;
  // n8n 2.40.7 and Node-RED 5.0.7.
  switch (kind) {
    case 'n8n':
      return [
        `Sign in to ${name} as its owner or an admin.`,
        `Settings → n8n API → All: choose the owner ${who}, and for each key ⋯ → Revoke.`,
        `Settings → Users → ${who} → ⋯ → Delete User → Transfer their workflows, credentials and data tables to another user or project: choose one, then Delete. Never the other choice, which deletes what they own. What is published must be off first.`,
        `To keep the account instead: ⋯ → Copy Password Reset Link, open it yourself in a private window, and set a password that nobody is told.`,
        `Try it: GET /api/v1/workflows with an old key must answer 401, and so must the sign-in of ${who}.`,
      ];
    case 'node-red':
      return [
        `On the host of ${name}: take ${who} out of adminAuth.users in settings.js; where they sign in elsewhere (OAuth), take them out there.`,
        'Delete .sessions.json in the user directory: tokens that were given out live in it.',
        'Restart Node-RED. What physical things hang on its flows stops meanwhile: ask who runs them.',
        'Try it: GET /flows with an old token of theirs must answer 401, and so must their password at /auth/token.',
      ];
    case 'sandbox':
      return [
        `Nobody signs in to the sandbox ${name}: say what you would do, and where.`,
        'Try what you would try.',
      ];
  }
}

function nameOf({ ref, name }: Pick<Lockout, 'ref' | 'name'>): string {
  return ref === name ? `“${name}”` : `${ref} “${name}”`;
}

function change(lockout: Lockout, by: Decider, kind: string, text: string): LockoutChange {
  const { incident: chain, connection, user, ref } = lockout;
  return {
    lockouts: [lockout],
    events: [
      {
        chain,
        kind,
        actor: actorFor(by.person),
        source: by.source,
        occurredAt: by.now,
        text,
        data: { connection, user, ref, verified_by_firebreak: false },
      },
    ],
  };
}
