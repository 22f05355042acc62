import { isOwner } from '../../domain/inventory.ts';
import type { Proof } from '../../domain/verification.ts';
import { counted } from '../../domain/wording.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, Belonging, Handover, UserCheck, UserReading } from '../platform.ts';
import { listedAt } from './activation.ts';
import type { Misdeed } from './faults.ts';
import type { Look } from './look.ts';

/** All that a user owns now; nothing for one who is not there. */
export function belongingsOf(look: Look, user: string): readonly Belonging[] {
  const who = look.users().find(({ id }) => id === user);
  if (!who) return [];
  return [
    ...look
      .workflows()
      .filter(({ owner }) => isOwner(owner, who))
      .map((one) => ({
        kind: 'workflow' as const,
        id: one.id,
        isOn: listedAt(one, look.now) !== undefined,
      })),
    ...look
      .credentials()
      .filter(({ owner }) => isOwner(owner, who))
      .map(({ id }) => ({ kind: 'credential' as const, id, isOn: false })),
  ];
}

/** Gives what a user owns to another, or says so. */
export function transfer(
  look: Look,
  { user, to, items }: Handover,
  met: readonly Misdeed[],
): Accepted {
  const target = look.users().find(({ id }) => id === to);
  if (!target) throw unknownUser();
  const own = belongingsOf(look, user);
  const named = new Set(items.map(({ id }) => id));
  if (own.some(({ id }) => !named.has(id))) {
    const says = 'They own more than was planned to be transferred.';
    throw new PlatformError('sandbox', 'conflict', says);
  }
  if (!lies(met)) {
    for (const { id } of own) look.changes.given[id] = `${target.name} <${target.email}>`;
  }
  return { at: new Date(look.now), answer: own.length === 0 ? 'already' : 'accepted' };
}

/** Deletes a user who owns nothing, or says so. */
export function removeUser(look: Look, user: string, met: readonly Misdeed[]): Accepted {
  const at = new Date(look.now);
  const who = look.users().find(({ id }) => id === user);
  if (!who) return { at, answer: 'already' };
  if (who.role === 'global:owner') {
    throw new PlatformError('sandbox', 'refused', 'The sandbox does not delete its owner.');
  }
  if (belongingsOf(look, user).length > 0) {
    const says = 'They own something, which would be deleted with them, so they were not deleted.';
    throw new PlatformError('sandbox', 'conflict', says);
  }
  if (!lies(met)) look.changes.removed[user] = look.now;
  return { at, answer: 'accepted' };
}

/** What the sandbox lists of a user and of what was theirs. */
export function checkUser(look: Look, target: UserCheck): UserReading {
  const at = new Date(look.now);
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at,
  });
  const left = belongingsOf(look, target.user);
  if (left.length > 0) {
    const text = `The sandbox lists ${counted(left.length, 'thing')} as theirs.`;
    return { proofs: [proof('contradicts', text)], doubts: [] };
  }
  if (target.lever === 'remove') {
    return look.users().some(({ id }) => id === target.user)
      ? { proofs: [proof('contradicts', 'The sandbox still lists them as a user.')], doubts: [] }
      : { proofs: [proof('agrees', 'The sandbox no longer lists them as a user.')], doubts: [] };
  }
  const received = new Set(
    (target.to === undefined ? [] : belongingsOf(look, target.to)).map(({ id }) => id),
  );
  const astray = target.items.filter(({ id }) => !received.has(id));
  const text = `The sandbox lists nothing as theirs, and ${counted(target.items.length - astray.length, 'thing')} as the new owner’s.`;
  const doubt = `The sandbox does not list ${counted(astray.length, 'thing')} of theirs as the new owner’s.`;
  return { proofs: [proof('agrees', text)], doubts: astray.length === 0 ? [] : [doubt] };
}

function lies(met: readonly Misdeed[]): boolean {
  return met.some(({ kind }) => kind === 'lies');
}

function unknownUser(): PlatformError {
  return new PlatformError('sandbox', 'not_found', 'The sandbox does not know this user.');
}
