import { and, desc, eq, gt } from 'drizzle-orm';

import { Secret } from '../domain/secret.ts';
import type { SecurityRequest } from '../domain/security-request.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { StaleError, UserError } from '../errors.ts';
import { nextNumber } from './counters.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import type { Sealer } from './seal.ts';
import { SealError, sealedPlace } from './seal.ts';
import type { SecurityRequests } from './store.ts';
import { securityRequests } from './tables/security-requests.ts';

/** With what the secrets of requests are sealed, and those that come with the change. */
type Sealing = {
  readonly sealer: Sealer;
  readonly instanceId: string;
  readonly secrets: readonly { readonly request: string; readonly secret: Secret }[];
};

/** Reads of what admins ask of each other. */
export function securityRequestsStore(
  db: Db,
  sealer: Sealer,
  instanceId: string,
): SecurityRequests {
  const newest = () => db.select().from(securityRequests).orderBy(desc(securityRequests.number));
  return {
    async byName(name) {
      const [, digits] = /^(?:s-)?(\d{1,9})$/i.exec(name.trim()) ?? [];
      if (digits === undefined) return undefined;
      const [row] = await db
        .select()
        .from(securityRequests)
        .where(eq(securityRequests.number, Number(digits)));
      return row && requestOf(row);
    },

    async open() {
      const rows = await db
        .select()
        .from(securityRequests)
        .where(eq(securityRequests.state, 'open'))
        .orderBy(desc(securityRequests.number));
      return rows.map(requestOf);
    },

    async secret(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db
        .select({ sealed: securityRequests.sealed })
        .from(securityRequests)
        .where(eq(securityRequests.id, id));
      if (!row?.sealed) return undefined;
      try {
        return new Secret(
          new TextDecoder().decode(sealer.open(row.sealed, placeOf(id, instanceId))),
        );
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        throw new UserError('not_ready', 'The secret of this request cannot be opened.', {
          hint: 'The database was changed by hand, or its key is another one. Ask again.',
        });
      }
    },

    async approvedOf(person, now) {
      const isTheirs = eq(securityRequests.requestedBy, person);
      const isGood = and(
        eq(securityRequests.state, 'approved'),
        gt(securityRequests.expiresAt, now),
      );
      const rows = await db
        .select()
        .from(securityRequests)
        .where(and(isTheirs, isGood))
        .orderBy(desc(securityRequests.number));
      return rows.map(requestOf);
    },

    async latest(limit) {
      return (await newest().limit(limit)).map(requestOf);
    },
  };
}

/**
 * Writes requests. A new one gets its name; of a stored one only its life changes, never what was
 * asked for.
 *
 * @throws StaleError when somebody else has decided since it was loaded
 */
export async function writeSecurityRequests(
  tx: Db,
  list: readonly SecurityRequest[],
  sealing: Sealing,
): Promise<readonly SecurityRequest[]> {
  const written: SecurityRequest[] = [];
  for (const request of list) {
    written.push(await (request.revision === 0 ? ask(tx, request, sealing) : decide(tx, request)));
  }
  return written;
}

/** What was asked for before a restore is not agreed to after it. */
export async function voidSecurityRequests(tx: Db, now: Date): Promise<void> {
  await tx
    .update(securityRequests)
    .set({ state: 'void', decidedAt: now, sealed: null })
    .where(eq(securityRequests.state, 'open'));
}

/** Names new requests in the events that tell of them. */
export function withRequestNames(
  events: readonly NewTimelineEvent[],
  written: readonly SecurityRequest[],
): readonly NewTimelineEvent[] {
  const names = new Map(written.map(({ id, name }) => [id, name]));
  return events.map((event) => {
    const { request: id, name: known } = event.data ?? {};
    const name = typeof id === 'string' && known === undefined ? names.get(id) : undefined;
    if (name === undefined) return event;
    return { ...event, text: `${name}: ${event.text}`, data: { ...event.data, name } };
  });
}

async function ask(
  tx: Db,
  request: SecurityRequest,
  { sealer, instanceId, secrets }: Sealing,
): Promise<SecurityRequest> {
  const { name: _name, decidedBy: _by, decidedAt: _at, seen, ...row } = request;
  const number = await nextNumber(tx, 'security_request');
  const { secret } = secrets.find((one) => one.request === request.id) ?? {};
  const sealed =
    secret === undefined
      ? null
      : sealer.seal(new TextEncoder().encode(secret.reveal()), placeOf(request.id, instanceId));
  await tx
    .insert(securityRequests)
    .values({ ...row, seen: { is: seen }, sealed, number, revision: 1 });
  return { ...request, name: nameOf(number), revision: 1 };
}

async function decide(tx: Db, request: SecurityRequest): Promise<SecurityRequest> {
  const { id, name, state, decidedBy, decidedAt, revision } = request;
  const written = await tx
    .update(securityRequests)
    .set({
      state,
      decidedBy: decidedBy ?? null,
      decidedAt: decidedAt ?? null,
      // Nobody needs it any more.
      sealed: null,
      revision: revision + 1,
    })
    .where(and(eq(securityRequests.id, id), eq(securityRequests.revision, revision)))
    .returning({ id: securityRequests.id });
  if (written.length === 0) throw new StaleError(name);
  return { ...request, revision: revision + 1 };
}

function placeOf(id: string, instance: string): string {
  return sealedPlace({ table: 'security_requests', row: id, column: 'sealed', instance });
}

function nameOf(number: number): string {
  return `S-${number}`;
}

function requestOf(row: typeof securityRequests.$inferSelect): SecurityRequest {
  const { number, sealed: _sealed, seen, decidedBy, decidedAt, ...rest } = row;
  return { ...rest, name: nameOf(number), seen: seen.is, ...present({ decidedBy, decidedAt }) };
}
