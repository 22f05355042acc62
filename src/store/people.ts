import { and, asc, eq, exists, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import type { Permission, Person, PersonToken } from '../domain/person.ts';
import { permissions } from '../domain/person.ts';
import { StaleError, UserError } from '../errors.ts';
import type { Db } from './database.ts';
import { violatedConstraint } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { People } from './store.ts';
import { instance } from './tables/instance.ts';
import type { StoredGrant } from './tables/people.ts';
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

    byToken: (sha256, kind, now) =>
      withToken(
        db,
        sha256,
        kind,
        now,
        and(isNull(personTokens.revokedAt), isNull(people.disabledAt)),
      ),

    byEndedToken: (sha256, kind, now) =>
      withToken(db, sha256, kind, now, isNotNull(personTokens.revokedAt)),

    async tokensOf(person) {
      if (!isUuid(person)) return [];
      const rows = await db
        .select()
        .from(personTokens)
        .where(eq(personTokens.person, person))
        .orderBy(asc(personTokens.issuedAt), asc(personTokens.id));
      return rows.map(tokenOf);
    },

    entering: (now) => entering(db, now),

    async list() {
      const rows = await db
        .select()
        .from(people)
        .orderBy(sql`lower(${people.handle})`);
      return rows.map(personOf);
    },
  };
}

async function entering(db: Db, now: Date): Promise<readonly Person[]> {
  const good = db
    .select({ id: personTokens.id })
    .from(personTokens)
    .where(
      and(
        eq(personTokens.person, people.id),
        eq(personTokens.kind, 'cli'),
        isNull(personTokens.revokedAt),
        or(isNull(personTokens.expiresAt), gt(personTokens.expiresAt, now)),
      ),
    );
  const operators = db.select({ id: instance.operator }).from(instance);
  const rows = await db
    .select()
    .from(people)
    .where(and(isNull(people.disabledAt), or(inArray(people.id, operators), exists(good))));
  return rows.map(personOf);
}

async function withToken(
  db: Db,
  sha256: string,
  kind: PersonToken['kind'],
  now: Date,
  further: SQL | undefined,
): ReturnType<People['byToken']> {
  const [row] = await db
    .select({ person: people, token: personTokens })
    .from(personTokens)
    .innerJoin(people, eq(people.id, personTokens.person))
    .where(
      and(
        eq(personTokens.sha256, sha256),
        eq(personTokens.kind, kind),
        or(isNull(personTokens.expiresAt), gt(personTokens.expiresAt, now)),
        further,
      ),
    );
  return row && { person: personOf(row.person), token: tokenOf(row.token) };
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
    grants: person.grants ? storedGrants(person.grants) : null,
    timeZone: person.timeZone ?? null,
    guestOf: person.guestOf ?? null,
    addedAt: person.addedAt,
    disabledAt: person.disabledAt ?? null,
    adminUntil: person.adminUntil ?? null,
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

/**
 * Writes tokens; what may change of a stored one is when it ends. One that has ended is never
 * touched again, so that of two who use one up at the same moment the slower is refused.
 *
 * @throws StaleError
 */
export async function writeTokens(tx: Db, list: readonly PersonToken[]): Promise<void> {
  for (const token of list) {
    const ends = { expiresAt: token.expiresAt ?? null, revokedAt: token.revokedAt ?? null };
    const written = await tx
      .insert(personTokens)
      .values({ ...token, ...ends })
      .onConflictDoUpdate({
        target: personTokens.id,
        set: ends,
        setWhere: isNull(personTokens.revokedAt),
      })
      .returning({ id: personTokens.id })
      .catch((error: unknown) => {
        if (violatedConstraint(error) !== 'person_tokens_sha256_unique') throw error;
        throw new UserError('conflict', 'This token was issued before. Make a new one.');
      });
    if (written.length === 0) throw new StaleError('This token');
  }
}

/** The person that a row is. */
export function personOf(row: typeof people.$inferSelect): Person {
  const { timeZone, disabledAt, adminUntil, guestOf, grants: stored, ...rest } = row;
  const grants = stored && grantsOf(stored);
  return { ...rest, ...present({ timeZone, disabledAt, adminUntil, guestOf, grants }) };
}

function storedGrants(grants: NonNullable<Person['grants']>) {
  const entries = permissions.flatMap((permission) => {
    const grant = grants[permission];
    return grant ? [[permission, { ...grant, at: grant.at.toISOString() }] as const] : [];
  });
  return Object.fromEntries(entries);
}

function grantsOf(stored: Partial<Record<Permission, StoredGrant>>): Person['grants'] {
  const entries = permissions.flatMap((permission) => {
    const grant = stored[permission];
    return grant ? [[permission, { ...grant, at: new Date(grant.at) }] as const] : [];
  });
  return Object.fromEntries(entries);
}

function tokenOf(row: typeof personTokens.$inferSelect): PersonToken {
  const { expiresAt, revokedAt, ...rest } = row;
  return { ...rest, ...present({ expiresAt, revokedAt }) };
}
