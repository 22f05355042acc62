import { objectOf } from '../domain/action.ts';
import type { Action } from '../domain/plan.ts';
import { keptProvider } from '../domain/provider.ts';
import type { Revocable } from '../domain/revocation.ts';

/** What the intent keeps of the credential. */
export function revocableOf({ memo }: Action): Revocable {
  const { type, onlyReferenced, provider } = objectOf(memo);
  const known = keptProvider(provider);
  return {
    type: typeof type === 'string' ? type : 'unknown',
    onlyReferenced: onlyReferenced === true,
    ...(known ? { provider: known } : {}),
  };
}
