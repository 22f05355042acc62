import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';

import type { Person, PersonToken } from '../domain/person.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { violatedConstraint } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { People } from './store.ts';
import { instance } from './tables/instance.ts';
import { people, personTokens } from './tables/people.ts';

/** Reads of the people of this instance. */
export function peopleStore(db: Db): People {
  return {
    async byId(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db.select().from(people).where(eq(people.id, id));
      return row && personOf(row);
    },

    async byHandle(handle) {
      const lower = handle.toLowerCase();
      const [row] = await db
        .select()
        .from(people)
        .where(sql`lower(${people.handle}) = ${lower}`);
      return row && personOf(row);
    },

    async byToken(sha256, kind, now) {
      const [row] = await db
        .select({ person: people, token: personTokens })
        .from(personTokens)
        .innerJoin(people, eq(people.id, personTokens.person))
        .where(
          and(
            eq(personTokens.sha256, sha256),
            eq(personTokens.kind, kind),
            isNull(personTokens.revokedAt),
            or(isNull(personTokens.expiresAt), gt(personTokens.expiresAt, now)),
            isNull(people.disabledAt),
          ),
        );
      return row && { person: personOf(row.person), token: tokenOf(row.token) };
    },

    async tokensOf(person) {
      if (!isUuid(person)) return [];
      const rows = await db
        .select()
        .from(personTokens)
        .where(eq(personTokens.person, person))
        .orderBy(asc(personTokens.issuedAt), asc(personTokens.id));
      return rows.map(tokenOf);
    },

    async list() {
      const rows = await db
        .select()
        .from(people)
        .orderBy(sql`lower(${people.handle})`);
      return rows.map(personOf);
    },
  };
}

/**
 * Writes people, one transaction after another, and refuses to leave the instance without an admin.
 *
 * @throws StaleError, UserError `conflict`
 */
export async function writePeople(tx: Db, list: readonly Person[]): Promise<void> {
  if (list.length === 0) return;
  // Two admins who remove each other at the same moment must not both succeed.
  await tx.select({ id: instance.id }).from(instance).for('update');
  for (const person of list) {
    await writePerson(tx, person).catch((error: unknown) => {
      if (violatedConstraint(error) !== 'people_handle') throw error;
      throw new UserError('conflict', `The handle @${person.handle} is already taken.`, {
        hint: 'Choose another one; handles never get free again.',
      });
    });
  }
  const [admin] = await tx
    .select({ id: people.id })
    .from(people)
    .where(and(isNull(people.disabledAt), sql`'admin' = any(${people.permissions})`))
    .limit(1);
  if (admin === undefined) {
    throw new UserError('conflict', 'The last admin cannot be removed.', {
      hint: 'Make somebody else admin first, e.g. `person grant @ana admin`.',
    });
  }
}

async function writePerson(tx: Db, person: Person): Promise<void> {
  const row = {
    handle: person.handle,
    name: person.name,
    permissions: [...person.permissions],
    timeZone: person.timeZone ?? null,
    addedAt: person.addedAt,
    disabledAt: person.disabledAt ?? null,
    revision: person.revision + 1,
  };
  if (person.revision === 0) {
    await tx.insert(people).values({ id: person.id, ...row });
    return;
  }
  const changed = await tx
    .update(people)
    .set(row)
    .where(and(eq(people.id, person.id), eq(people.revision, person.revision)))
    .returning({ id: people.id });
  if (changed.length === 0) throw new StaleError(`@${person.handle}`);
}

/** Writes tokens; what may change of a stored one is when it ends. */
export async function writeTokens(tx: Db, list: readonly PersonToken[]): Promise<void> {
  for (const token of list) {
    const ends = { expiresAt: token.expiresAt ?? null, revokedAt: token.revokedAt ?? null };
    await tx
      .insert(personTokens)
      .values({ ...token, ...ends })
      .onConflictDoUpdate({ target: personTokens.id, set: ends })
      .catch((error: unknown) => {
        if (violatedConstraint(error) !== 'person_tokens_sha256_unique') throw error;
        throw new UserError('conflict', 'This token was issued before. Make a new one.');
      });
  }
}

function personOf(row: typeof people.$inferSelect): Person {
  const { timeZone, disabledAt, ...rest } = row;
  return { ...rest, ...present({ timeZone, disabledAt }) };
}

function tokenOf(row: typeof personTokens.$inferSelect): PersonToken {
  const { expiresAt, revokedAt, ...rest } = row;
  return { ...rest, ...present({ expiresAt, revokedAt }) };
}
