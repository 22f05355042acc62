import type { Proof } from '../../domain/verification.ts';
import { PlatformError } from '../../errors.ts';
import type { Accepted, CredentialCheck, CredentialReading } from '../platform.ts';
import type { Misdeed } from './faults.ts';
import type { Look } from './look.ts';
import type { Locked } from './model.ts';

/** Keeps every step from using a credential, or says so. */
export function block(look: Look, id: string, met: readonly Misdeed[]): Accepted {
  return change(look, id, met, (was) => ({ ...was, isBlocked: true }));
}

/** Lets steps use it again, or says so. @param hosts none for any */
export function unblock(
  look: Look,
  id: string,
  hosts: readonly string[],
  met: readonly Misdeed[],
): Accepted {
  return change(look, id, met, (was) => ({ ...was, isBlocked: false, hosts: [...hosts] }));
}

/** Puts a dud in place of its value, or says so. */
export function overwrite(look: Look, id: string, dud: string, met: readonly Misdeed[]): Accepted {
  return change(look, id, met, (was) => ({ ...was, dud }));
}

/** Deletes it, or says so. */
export function remove(look: Look, id: string, met: readonly Misdeed[]): Accepted {
  const at = new Date(look.now);
  if (!isListed(look, id)) return { at, answer: 'already' };
  if (!met.some(({ kind }) => kind === 'lies')) look.changes.deleted[id] = look.now;
  return { at, answer: 'accepted' };
}

function isListed(look: Look, wanted: string): boolean {
  return look.credentials().some(({ id }) => id === wanted);
}

/** What the sandbox shows of a credential: how it may be used, and when it was changed. */
export function checkLock(look: Look, target: CredentialCheck): CredentialReading {
  const at = new Date(look.now);
  const prove = (finding: Proof['finding'], text: string): CredentialReading => ({
    proofs: [{ method: 'list', finding, text, at }],
    doubts: finding === 'silent' ? [text] : [],
  });
  const isThere = isListed(look, target.id);
  if (target.lever === 'delete') {
    return isThere
      ? prove('contradicts', 'The sandbox still lists it.')
      : prove('agrees', 'The sandbox no longer lists it.');
  }
  if (!isThere) {
    return prove('silent', 'The sandbox no longer lists it.');
  }
  const now = look.changes.locked[target.id] ?? untouched;
  switch (target.lever) {
    case 'block':
      return now.isBlocked
        ? prove('agrees', 'The sandbox lists it as blocked.')
        : prove('contradicts', 'The sandbox lists it as not blocked.');
    case 'unblock': {
      if (now.isBlocked) return prove('contradicts', 'The sandbox lists it as blocked.');
      const same = now.hosts.join() === target.hosts.join();
      return same
        ? prove('agrees', `The sandbox lists it as usable for ${hostsOf(now)}.`)
        : prove('contradicts', `The sandbox lists it as usable for ${hostsOf(now)} alone.`);
    }
    case 'overwrite':
      return now.dud === undefined
        ? prove('contradicts', 'The sandbox lists its value as unchanged.')
        : prove('agrees', 'The sandbox lists its value as replaced.');
  }
}

const untouched: Locked = { changedAt: 0, isBlocked: false, hosts: [] };

function change(
  look: Look,
  id: string,
  met: readonly Misdeed[],
  to: (was: Locked) => Locked,
): Accepted {
  const { now, changes } = look;
  if (!isListed(look, id)) {
    throw new PlatformError('sandbox', 'not_found', 'The sandbox does not know this credential.');
  }
  if (!met.some(({ kind }) => kind === 'lies')) {
    changes.locked[id] = { ...to(changes.locked[id] ?? untouched), changedAt: now };
  }
  return { at: new Date(now), answer: 'accepted' };
}

function hostsOf({ hosts }: Locked): string {
  return hosts.length === 0 ? 'any host' : hosts.join(', ');
}
