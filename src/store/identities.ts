import { asc, eq } from 'drizzle-orm';

import type { Link } from '../domain/linking.ts';
import type { Identities } from './chats.ts';
import type { Db } from './database.ts';
import { personOf } from './people.ts';
import { isUuid } from './rows.ts';
import { identities } from './tables/chats.ts';
import { people } from './tables/people.ts';

/** Reads of whose chat accounts are whose. */
export function identitiesStore(db: Db): Identities {
  return {
    async personOf(identity) {
      const [linked] = await db
        .select({ person: people })
        .from(identities)
        .innerJoin(people, eq(people.id, identities.person))
        .where(eq(identities.identity, identity));
      if (linked !== undefined) return personOf(linked.person);
      const [guest] = await db.select().from(people).where(eq(people.guestOf, identity));
      return guest && personOf(guest);
    },

    async of(person) {
      if (!isUuid(person)) return [];
      return db
        .select()
        .from(identities)
        .where(eq(identities.person, person))
        .orderBy(asc(identities.linkedAt), asc(identities.identity));
    },
  };
}

/** Links accounts to people, one person for each. */
export async function writeIdentities(tx: Db, list: readonly Link[]): Promise<void> {
  for (const one of list) {
    const { person, name, linkedAt } = one;
    await tx
      .insert(identities)
      .values(one)
      .onConflictDoUpdate({ target: identities.identity, set: { person, name, linkedAt } });
  }
}

/** Takes links away. */
export async function dropIdentities(tx: Db, list: readonly string[]): Promise<void> {
  for (const identity of list) {
    await tx.delete(identities).where(eq(identities.identity, identity));
  }
}
