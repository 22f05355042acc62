import type { SQL } from 'drizzle-orm';
import { and, asc, desc, eq, inArray, isNull, like, sql } from 'drizzle-orm';

import type { Incident, RoleHolding } from '../domain/incident.ts';
import type { PersonId } from '../domain/person.ts';
import { StaleError } from '../errors.ts';
import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';
import { inKeyOrder, isUuid, present } from './rows.ts';
import type { Scribe } from './scribe.ts';
import type { Incidents } from './store.ts';
import { incidentRoleHoldings, incidents, rooms } from './tables/incidents.ts';
import { openChain } from './timeline-append.ts';

/** Letters that nobody misreads or mishears for a digit: without I, L, O. */
const privateAlphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ';
const privateLetters = 4;
const privateTries = 50;

/** The rule of `isVisibleTo` as a condition, so that no read can forget it. */
export function visibleTo(viewer: PersonId): SQL {
  if (!isUuid(viewer)) return sql`false`;
  const holding = sql`select 1 from ${incidentRoleHoldings}
    where ${incidentRoleHoldings.incident} = ${incidents.id}
      and ${incidentRoleHoldings.person} = ${viewer}::uuid`;
  return sql`(${incidents.visibility} = 'open'
    or ${incidents.declaredBy} = ${viewer}::uuid
    or ${viewer}::uuid = any(${incidents.members})
    or exists (${holding}))`;
}

function isOf(room: string): SQL {
  return sql`${incidents.id} = (
    select ${rooms.incident} from ${rooms} where ${rooms.room} = ${room})`;
}

/** Reads of incidents, each for a viewer. */
export function incidentsStore(db: Db): Incidents {
  const one = async (...conditions: SQL[]): Promise<Incident | undefined> => {
    const rows = await db
      .select()
      .from(incidents)
      .where(and(...conditions))
      .limit(1);
    const [found] = await withRoles(db, rows);
    return found;
  };
  return {
    async byName(name, viewer) {
      const upper = name.trim().toUpperCase();
      const full = upper.startsWith('INC-') ? upper : `INC-${upper}`;
      return one(eq(incidents.name, full), visibleTo(viewer));
    },

    async byId(id, viewer) {
      return isUuid(id) ? one(eq(incidents.id, id), visibleTo(viewer)) : undefined;
    },

    async inRoom(room, viewer) {
      return one(isOf(room), visibleTo(viewer));
    },

    ofRoom: (room) => one(isOf(room)),

    openRooms: (surface) =>
      db
        .select({
          room: rooms.room,
          incident: rooms.incident,
          declaredAt: incidents.declaredAt,
        })
        .from(rooms)
        .innerJoin(incidents, eq(incidents.id, rooms.incident))
        .where(and(like(rooms.room, `${surface}:%`), isNull(incidents.closedAt)))
        .orderBy(asc(rooms.room)),

    async list(viewer, { closed, limit }) {
      const rows = await db
        .select()
        .from(incidents)
        .where(and(visibleTo(viewer), closed ? undefined : isNull(incidents.closedAt)))
        .orderBy(desc(incidents.declaredAt), desc(incidents.id))
        .limit(limit);
      return withRoles(db, rows);
    },

    async forFirebreak(id) {
      return isUuid(id) ? one(eq(incidents.id, id)) : undefined;
    },

    async roomsOf(id) {
      if (!isUuid(id)) return [];
      const rows = await db
        .select({ room: rooms.room })
        .from(rooms)
        .where(eq(rooms.incident, id))
        .orderBy(asc(rooms.room));
      return rows.map(({ room }) => room);
    },
  };
}

/** Incidents as they were stored, and those among them that were closed by this very write. */
export type WrittenIncidents = {
  readonly incidents: readonly Incident[];
  readonly closed: readonly Incident[];
};

/**
 * Writes incidents; a new one gets its name and its chain.
 *
 * @throws StaleError
 */
export async function writeIncidents(
  tx: Db,
  scribe: Scribe,
  list: readonly Incident[],
): Promise<WrittenIncidents> {
  const closed: Incident[] = [];
  const written = await inKeyOrder(
    list,
    ({ id }) => id,
    async (incident) => {
      const stored =
        incident.revision === 0
          ? await declare(tx, scribe, incident)
          : await change(tx, incident, closed);
      await replaceRoles(tx, stored);
      return stored;
    },
  );
  return { incidents: written, closed };
}

/** Binds rooms to incidents. */
export async function writeRooms(
  tx: Db,
  list: readonly { readonly room: string; readonly incident: string }[],
): Promise<void> {
  await inKeyOrder(
    list,
    ({ room }) => room,
    ({ room, incident }) =>
      tx
        .insert(rooms)
        .values({ room, incident })
        .onConflictDoUpdate({ target: rooms.room, set: { incident } }),
  );
}

/** Rooms are about nothing any more. */
export async function dropRooms(tx: Db, list: readonly string[]): Promise<void> {
  for (const room of list) await tx.delete(rooms).where(eq(rooms.room, room));
}

async function declare(tx: Db, scribe: Scribe, incident: Incident): Promise<Incident> {
  const name =
    incident.visibility === 'open'
      ? `INC-${await nextNumber(tx, 'incident')}`
      : await privateName(tx, scribe);
  const stored = { ...incident, name, revision: 1 };
  await tx.insert(incidents).values({ id: incident.id, ...rowOf(stored) });
  await openChain(tx, scribe, incident.id, scribe.now());
  return stored;
}

async function change(tx: Db, incident: Incident, closed: Incident[]): Promise<Incident> {
  const [before] = await tx
    .select({ name: incidents.name, closedAt: incidents.closedAt })
    .from(incidents)
    .where(and(eq(incidents.id, incident.id), eq(incidents.revision, incident.revision)))
    .for('update');
  if (before === undefined) throw new StaleError(incident.name);
  const stored = { ...incident, name: before.name, revision: incident.revision + 1 };
  await tx.update(incidents).set(rowOf(stored)).where(eq(incidents.id, incident.id));
  if (before.closedAt === null && stored.closedAt !== undefined) closed.push(stored);
  return stored;
}

async function replaceRoles(tx: Db, incident: Incident): Promise<void> {
  await tx.delete(incidentRoleHoldings).where(eq(incidentRoleHoldings.incident, incident.id));
  if (incident.roles.length === 0) return;
  await tx
    .insert(incidentRoleHoldings)
    .values(incident.roles.map((held) => ({ ...held, incident: incident.id })));
}

/** Not counted, so that a gap in the numbers of open incidents never gives a private one away. */
async function privateName(tx: Db, { randomBytes }: Scribe): Promise<string> {
  for (let tries = 0; tries < privateTries; tries += 1) {
    // Bytes past the last whole multiple are thrown away: each letter is equally likely.
    const letters = Array.from(randomBytes(4 * privateLetters))
      .filter((byte) => byte < 256 - (256 % privateAlphabet.length))
      .map((byte) => privateAlphabet[byte % privateAlphabet.length])
      .slice(0, privateLetters);
    if (letters.length < privateLetters) continue;
    const name = `INC-${letters.join('')}`;
    const taken = await tx.select().from(incidents).where(eq(incidents.name, name));
    if (taken.length === 0) return name;
  }
  throw new Error('No free name was found for a private incident.');
}

function rowOf(incident: Incident) {
  return {
    name: incident.name,
    title: incident.title,
    severity: incident.severity,
    phase: incident.phase,
    visibility: incident.visibility,
    drill: incident.drill,
    quiet: incident.quiet === true,
    declaredBy: incident.declaredBy,
    declaredAt: incident.declaredAt,
    resolvedAt: incident.resolvedAt ?? null,
    closedAt: incident.closedAt ?? null,
    members: [...incident.members],
    revision: incident.revision,
  };
}

type Row = typeof incidents.$inferSelect;

async function withRoles(db: Db, rows: readonly Row[]): Promise<readonly Incident[]> {
  if (rows.length === 0) return [];
  const held = await db
    .select()
    .from(incidentRoleHoldings)
    .where(
      inArray(
        incidentRoleHoldings.incident,
        rows.map((row) => row.id),
      ),
    )
    .orderBy(asc(incidentRoleHoldings.since), asc(incidentRoleHoldings.role));
  const roles = new Map<string, RoleHolding[]>();
  for (const { incident, ...holding } of held) {
    roles.set(incident, [...(roles.get(incident) ?? []), holding]);
  }
  return rows.map(({ resolvedAt, closedAt, quiet, ...row }) => ({
    ...row,
    ...(quiet ? { quiet } : {}),
    ...present({ resolvedAt, closedAt }),
    roles: roles.get(row.id) ?? [],
  }));
}
