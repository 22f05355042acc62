import { UserError } from '../errors.ts';
import { assertMayTouch } from './can-act.ts';
import type { Connection } from './connection.ts';
import type { Incident } from './incident.ts';
import type { ItemKey } from './inventory.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import { assertOpen } from './planning.ts';
import type { RevocationRecord, Testimony } from './revocation.ts';
import { isDead } from './revocation.ts';
import type { NewTimelineEvent } from './timeline.ts';

/** The credential that people revoke at its provider, and what became of it in the incident so far. */
export type ByHand = {
  readonly incident: Incident;
  /** The one it is on; absent once that is no longer connected. */
  readonly connection: Connection | undefined;
  readonly credential: ItemKey & { readonly ref: string; readonly name: string };
  readonly before: RevocationRecord | undefined;
};

/** What such a word leaves to be stored. */
export type ByHandChange = {
  readonly revocations: readonly RevocationRecord[];
  readonly events: readonly NewTimelineEvent[];
};

/**
 * Keeps that people must revoke it, because Firebreak cannot. Said once.
 *
 * @throws UserError `conflict` for a drill on production: whoever follows the steps kills what lives
 */
export function requireByHand(what: ByHand, why: string, by: Decider): ByHandChange {
  assertMayBeRevoked(what);
  if (what.before) return { revocations: [], events: [] };
  return change(what, by, {
    kind: 'revocation_by_hand_required',
    text: `${nameOf(what)} must be revoked by hand at its provider: ${why}.`,
    record: recordOf(what, `To be revoked by hand: ${why}.`, by),
  });
}

/**
 * Keeps that a person says to have revoked it. It is their word, never proof.
 *
 * @throws UserError `conflict` when its provider refuses it already, somebody has said so before, or
 *   for a drill on production
 */
export function sayRevoked(what: ByHand, text: string, by: Decider): ByHandChange {
  const { before } = what;
  assertMayBeRevoked(what);
  assertNotDead(what);
  if (before?.doneByHand) {
    throw new UserError('conflict', `${nameOf(what)} was revoked by hand already, as was said.`, {
      hint: `Somebody else confirms it: \`cred confirm ${what.credential.ref} <what you saw>\`.`,
    });
  }
  const doneByHand: Testimony = { by: by.person.id, at: by.now, text };
  return change(what, by, {
    kind: 'revoked_by_hand',
    text: `${nameOf(what)} was revoked by hand: ${text} · Not verified by Firebreak.`,
    record: { ...recordOf(what, 'Revoked by hand.', by), doneByHand },
  });
}

/**
 * Keeps that a second person says that it is dead.
 *
 * @throws UserError `not_ready` when nobody has revoked it, `not_allowed` for the one who has
 */
export function confirmRevoked(what: ByHand, text: string, by: Decider): ByHandChange {
  const { before, credential } = what;
  assertMayBeRevoked(what);
  assertNotDead(what);
  if (!before?.doneByHand) {
    throw new UserError('not_ready', `Nobody has said that ${nameOf(what)} was revoked by hand.`, {
      hint: `Who has done it types \`cred done ${credential.ref} <what was done>\`.`,
    });
  }
  if (before.doneByHand.by === by.person.id) {
    throw new UserError('not_allowed', 'You have revoked it, so somebody else must confirm it.', {
      hint: `Another person tries it and types \`cred confirm ${credential.ref} <what you saw>\`.`,
    });
  }
  if (before.confirmedByHand) {
    throw new UserError('conflict', `${nameOf(what)} was confirmed already.`, {
      hint: '`cred status` shows by whom.',
    });
  }
  const confirmedByHand: Testimony = { by: by.person.id, at: by.now, text };
  return change(what, by, {
    kind: 'revocation_confirmed_by_hand',
    text: `${nameOf(what)} is dead, a second person says: ${text} · Not verified by Firebreak.`,
    record: { ...before, confirmedByHand },
  });
}

function assertMayBeRevoked({ incident, connection }: ByHand): void {
  assertOpen(incident);
  if (connection) assertMayTouch(connection, incident);
}

function assertNotDead(what: ByHand): void {
  if (!what.before || !isDead(what.before)) return;
  throw new UserError('conflict', `${nameOf(what)} is dead: ${what.before.text}`, {
    hint: '`cred status` shows how that is known.',
  });
}

function recordOf({ incident, credential, before }: ByHand, text: string, by: Decider) {
  return {
    ...before,
    incident: incident.id,
    connection: credential.connection,
    credential: credential.id,
    ref: credential.ref,
    name: credential.name,
    state: 'manual_required' as const,
    text,
    at: by.now,
    revision: before?.revision ?? 0,
  };
}

function nameOf({ credential }: ByHand): string {
  return `${credential.ref} “${credential.name}”`;
}

function change(
  { incident, credential }: ByHand,
  by: Decider,
  told: { readonly kind: string; readonly text: string; readonly record: RevocationRecord },
): ByHandChange {
  return {
    revocations: [told.record],
    events: [
      {
        chain: incident.id,
        kind: told.kind,
        actor: actorFor(by.person),
        source: by.source,
        occurredAt: by.now,
        text: told.text,
        data: {
          connection: credential.connection,
          credential: credential.id,
          ref: credential.ref,
          revocation: told.record.state,
          verified_by_firebreak: false,
        },
      },
    ],
  };
}
