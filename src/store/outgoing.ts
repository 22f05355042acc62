import {
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  like,
  lte,
  or,
  sql,
  sum,
} from 'drizzle-orm';

import type { Incident } from '../domain/incident.ts';
import type { Destination, Outgoing } from '../domain/outgoing.ts';
import { liveCardOf } from '../domain/outgoing.ts';
import type { Reply } from '../domain/reply.ts';
import type { Card, NewOutgoing, OutgoingStore, Waiting } from './chats.ts';
import type { Db } from './database.ts';
import { rowsOf } from './database.ts';
import { answerOf } from './heard.ts';
import type { Sealer } from './seal.ts';
import { buttons, heard, lanes, outgoing } from './tables/chats.ts';
import { incidents as theirs, rooms } from './tables/incidents.ts';
import { chains } from './tables/timeline.ts';

/** A live card shows so long that its incident was closed, in ms. */
const closedForMs = 60 * 60_000;

const waits = and(isNull(outgoing.sentAt), isNull(outgoing.dropped));

type Sealing = { readonly sealer: Sealer; readonly instanceId: string };

/** Reads of what must leave, and what became of it. */
export function outgoingStore(db: Db, sealing: Sealing): OutgoingStore {
  return {
    ...lanesIn(db),
    ...cardsIn(db),

    next: (lane, now) => db.transaction((tx) => next(tx, lane, now, sealing)),

    async sent(id, reference, at) {
      await db.update(outgoing).set({ sentAt: at, reference }).where(eq(outgoing.id, id));
    },

    async notSent(id) {
      await db.update(outgoing).set({ sendingAt: null }).where(eq(outgoing.id, id));
    },

    async drop(id, reason) {
      await db.update(outgoing).set({ dropped: reason }).where(eq(outgoing.id, id));
    },

    async backlog() {
      const rows = await rowsOf<{ surface: 'slack' | 'discord'; waiting: number; oldest: string }>(
        db,
        sql`select surface, count(*)::int as waiting, min(stored_at)::text as oldest
          from outgoing where sent_at is null and dropped is null group by surface
          order by surface`,
      );
      return rows.map(({ surface, waiting, oldest }) => ({
        surface,
        waiting,
        oldestAt: new Date(oldest),
      }));
    },
  };
}

/** What stands on cards. */
function cardsIn(db: Db): Pick<OutgoingStore, 'onCard' | 'liveCards' | 'ownRooms' | 'openHomes'> {
  return {
    async onCard(card) {
      const rows = await db
        .selectDistinctOn([outgoing.lane])
        .from(outgoing)
        .where(eq(outgoing.card, card))
        .orderBy(asc(outgoing.lane), desc(outgoing.position));
      return rows.map(cardOf);
    },

    async liveCards(now) {
      const since = new Date(now.getTime() - closedForMs);
      const rows = await db
        .selectDistinctOn([rooms.room], { outgoing, incident: rooms.incident })
        .from(rooms)
        .innerJoin(theirs, eq(theirs.id, rooms.incident))
        .innerJoin(
          outgoing,
          and(eq(outgoing.lane, rooms.room), eq(outgoing.card, sql`'live:' || ${rooms.incident}`)),
        )
        .where(
          and(
            eq(theirs.quiet, false),
            eq(theirs.visibility, 'open'),
            or(isNull(theirs.closedAt), gt(theirs.closedAt, since)),
          ),
        )
        .orderBy(asc(rooms.room), desc(outgoing.position));
      return rows.map((row) => ({ ...cardOf(row.outgoing), incident: row.incident }));
    },

    // Where a live card stands, its room was opened for the incident.
    ownRooms: () =>
      db
        .selectDistinct({
          room: rooms.room,
          incident: rooms.incident,
          revision: theirs.revision,
        })
        .from(rooms)
        .innerJoin(theirs, eq(theirs.id, rooms.incident))
        .innerJoin(
          outgoing,
          and(eq(outgoing.lane, rooms.room), eq(outgoing.card, sql`'live:' || ${rooms.incident}`)),
        )
        .where(and(eq(theirs.quiet, false), isNull(theirs.closedAt))),

    async openHomes(since) {
      const rows = await db
        .selectDistinctOn([outgoing.lane])
        .from(outgoing)
        .where(like(outgoing.card, 'home:%'))
        .orderBy(asc(outgoing.lane), desc(outgoing.position));
      const [all] = await db.select({ entries: sum(chains.seq) }).from(chains);
      const cards = rows
        .map(cardOf)
        .filter(({ to }) => to.kind === 'direct' && (to.homeOpenedAt ?? '') >= since.toISOString());
      return { cards, entries: Number(all?.entries ?? 0) };
    },
  };
}

/** Who may send in which lane. */
function lanesIn(db: Db): Pick<OutgoingStore, 'due' | 'take' | 'release'> {
  return {
    async due(surfaces, now) {
      if (surfaces.length === 0) return [];
      const rows = await db
        .selectDistinct({ lane: outgoing.lane })
        .from(outgoing)
        .leftJoin(lanes, eq(lanes.lane, outgoing.lane))
        .where(
          and(
            waits,
            inArray(outgoing.surface, [...surfaces]),
            or(isNull(lanes.lane), and(lte(lanes.takenUntil, now), lte(lanes.retryAt, now))),
          ),
        );
      return rows.map(({ lane }) => lane);
    },

    async take(lane, { by, now, until }) {
      const taken = await db
        .insert(lanes)
        .values({ lane, takenBy: by, takenUntil: until, retryAt: now })
        .onConflictDoUpdate({
          target: lanes.lane,
          set: { takenBy: by, takenUntil: until },
          setWhere: sql`${lanes.takenBy} = ${by}
            or (${lte(lanes.takenUntil, now)} and ${lte(lanes.retryAt, now)})`,
        })
        .returning({ lane: lanes.lane });
      return taken.length > 0;
    },

    async release(lane, by, retryAt) {
      await db
        .update(lanes)
        .set({ takenBy: null, takenUntil: retryAt, retryAt })
        .where(and(eq(lanes.lane, lane), eq(lanes.takenBy, by)));
    },
  };
}

/** Puts messages into their lanes; one that waits on the same card is written anew instead. */
export async function writeOutgoing(tx: Db, list: readonly NewOutgoing[]): Promise<void> {
  for (const one of list) {
    const said = {
      reply: JSON.stringify(one.reply),
      keys: JSON.stringify(Object.fromEntries(one.buttons.map(({ line, key }) => [line, key]))),
    };
    const lane = laneOf(one.to);
    const [rewritten] = await tx
      .update(outgoing)
      .set(said)
      .where(
        and(
          eq(outgoing.lane, lane),
          eq(outgoing.card, one.card),
          isNull(outgoing.sendingAt),
          waits,
        ),
      )
      .returning({ id: outgoing.id });
    if (rewritten === undefined) {
      await tx.insert(outgoing).values({
        id: one.id,
        surface: one.surface,
        lane,
        to: JSON.stringify(one.to),
        ...said,
        card: one.card,
        urgent: one.urgent,
        heard: one.heard ?? null,
        incident: one.incident ?? null,
        storedAt: one.at,
        tries: 0,
      });
    }
    for (const { key, line } of one.buttons) {
      await tx
        .insert(buttons)
        .values({ key, card: one.card, line, expiresAt: one.buttonsUntil })
        .onConflictDoNothing();
    }
  }
}

/**
 * Takes back what waits to be told of incidents that are quiet or private. What somebody asked for,
 * they alone are told; what a person is to know of a private one still reaches them.
 */
export async function silence(tx: Db, incidents: readonly Incident[]): Promise<void> {
  for (const { id, quiet, visibility } of incidents) {
    if (quiet !== true && visibility !== 'private') continue;
    const rows = await tx
      .select()
      .from(outgoing)
      .where(and(eq(outgoing.incident, id), waits))
      .orderBy(asc(outgoing.position));
    for (const row of rows) {
      const { to } = cardOf(row);
      if (to.kind === 'direct' ? quiet !== true : to.kind === 'answer' && to.forAsker) continue;
      const isAnswer = to.kind === 'answer' && row.heard !== null;
      const alone = isAnswer ? { ...to, forAsker: true } : undefined;
      const instead = alone
        ? { to: JSON.stringify(alone), lane: laneOf(alone) }
        : { dropped: 'The incident is quiet or private since.' };
      await tx.update(outgoing).set(instead).where(eq(outgoing.id, row.id));
    }
  }
}

/**
 * In which order something leaves: a room's messages one after another, and an account's. What only
 * the asker sees waits for nobody else's.
 */
export function laneOf(to: Destination): string {
  if (to.kind === 'direct') {
    // A page that is looked at waits for no message.
    return to.homeOpenedAt === undefined ? to.identity : `${to.identity} home`;
  }
  return to.kind === 'answer' && to.forAsker ? `${to.room} ${to.asker}` : to.room;
}

async function next(
  tx: Db,
  lane: string,
  now: Date,
  sealing: Sealing,
): Promise<Waiting | undefined> {
  const [row] = await tx
    .select()
    .from(outgoing)
    .where(and(eq(outgoing.lane, lane), waits))
    .orderBy(desc(outgoing.urgent), asc(outgoing.position))
    .limit(1)
    .for('update');
  if (row === undefined) return undefined;
  await tx
    .update(outgoing)
    .set({ sendingAt: now, tries: row.tries + 1 })
    .where(eq(outgoing.id, row.id));
  const before = await referenceOf(tx, lane, row.card);
  const answer = before === undefined ? await answerTo(tx, row.heard, sealing) : undefined;
  const { surface, to, reply } = cardOf(row);
  const isBelowCard = to.kind === 'message' && to.isBelowCard === true;
  const card = isBelowCard && row.incident !== null ? liveCardOf(row.incident) : undefined;
  const below = card === undefined ? undefined : await referenceOf(tx, lane, card);
  const sending: Outgoing = {
    id: row.id,
    surface,
    to,
    reply,
    keys: keysOf(row.keys),
    storedAt: row.storedAt,
    ...(answer ? { answer } : {}),
    ...(before === undefined ? {} : { edits: before }),
    ...(below === undefined ? {} : { below }),
  };
  return { outgoing: sending, lane, inDoubt: row.sendingAt !== null, tries: row.tries };
}

/** Where a card stands in a room; undefined while it does not. */
async function referenceOf(tx: Db, lane: string, card: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ reference: outgoing.reference })
    .from(outgoing)
    .where(and(eq(outgoing.lane, lane), eq(outgoing.card, card), isNotNull(outgoing.reference)))
    .orderBy(desc(outgoing.position))
    .limit(1);
  return row?.reference ?? undefined;
}

async function answerTo(tx: Db, event: string | null, sealing: Sealing) {
  if (event === null) return undefined;
  const [row] = await tx
    .select({ answer: heard.answer, answerUntil: heard.answerUntil })
    .from(heard)
    .where(eq(heard.id, event));
  return row && answerOf(event, row, sealing);
}

type Row = typeof outgoing.$inferSelect;

/** The JSON in a row was written by `writeOutgoing`, which is the only writer. */
function cardOf({ surface, to, reply, card, incident }: Row): Card {
  return {
    surface,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    to: JSON.parse(to) as Destination,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    reply: JSON.parse(reply) as Reply,
    card,
    ...(incident === null ? {} : { incident }),
  };
}

function keysOf(keys: string): Outgoing['keys'] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(keys) as Outgoing['keys'];
}
