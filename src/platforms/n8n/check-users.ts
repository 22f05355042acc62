import type { Proof } from '../../domain/verification.ts';
import { counted } from '../../domain/wording.ts';
import type { UserCheck, UserReading } from '../platform.ts';
import type { N8nClient } from './client.ts';
import type { Places } from './people.ts';
import { belongings, placesOf } from './people.ts';

/** Do they own nothing any more, are they gone, and is all that was theirs still there? */
export async function checkUsers(
  client: N8nClient,
  targets: readonly UserCheck[],
  signal: AbortSignal,
): Promise<readonly UserReading[]> {
  if (targets.length === 0) return [];
  const places = await placesOf(client, signal);
  const at = client.api.now();
  return targets.map((target) => readingOf(places, target, at));
}

function readingOf(places: Places, target: UserCheck, at: Date): UserReading {
  const proof = (finding: Proof['finding'], text: string): Proof => ({
    method: 'list',
    finding,
    text,
    at,
  });
  const left = belongings(places, target.user);
  if (left.length > 0) {
    const text = `n8n lists ${counted(left.length, 'thing')} as theirs.`;
    return { proofs: [proof('contradicts', text)], doubts: [] };
  }
  const isThere = places.users.some(({ id }) => id === target.user);
  if (target.lever === 'remove' && isThere) {
    return { proofs: [proof('contradicts', 'n8n still lists them as a user.')], doubts: [] };
  }
  const received = new Set(
    (target.to === undefined ? [] : belongings(places, target.to)).map(
      ({ kind, id }) => `${kind} ${id}`,
    ),
  );
  const astray = target.items.filter(({ kind, id }) => !received.has(`${kind} ${id}`));
  const text =
    target.lever === 'remove'
      ? 'n8n no longer lists them as a user.'
      : `n8n lists nothing as theirs, and ${counted(target.items.length - astray.length, 'thing')} as the new owner’s.`;
  return {
    proofs: [proof('agrees', text)],
    doubts:
      astray.length === 0
        ? []
        : [
            `n8n does not list ${counted(astray.length, 'thing')} of theirs as the new owner’s: look where that is.`,
          ],
  };
}
