import type { Ears } from '../chat/chat.ts';
import type { Store } from '../store/store.ts';

/** Decides by the database which process keeps a surface's only connection. */
export function makeLead({
  store,
  by,
  now,
}: {
  readonly store: Pick<Store, 'outgoing'>;
  /** This process; another one has another name. */
  readonly by: string;
  readonly now: () => Date;
}): NonNullable<Ears['lead']> {
  return (surface, forMs) => {
    const at = now();
    // A lane of its own, in which no message ever waits.
    const until = new Date(at.getTime() + forMs);
    return store.outgoing.take(`lead:${surface}`, { by, now: at, until });
  };
}
