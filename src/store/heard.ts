import {
  and,
  asc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  min,
  not,
  notInArray,
  or,
  sql,
} from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

import type { AnswerToken, ChatSurface, Heard } from '../domain/heard.ts';
import { Secret } from '../domain/secret.ts';
import { StaleError } from '../errors.ts';
import type { HeardMark, HeardStore, NewFollow, Pointed, TakenUp, Taking } from './chats.ts';
import type { Db, RunNamed } from './database.ts';
import type { Precedence } from './precedence.ts';
import { present } from './rows.ts';
import type { Sealer } from './seal.ts';
import { SealError, sealedPlace } from './seal.ts';
import { buttons, heard, lanes, outgoing } from './tables/chats.ts';

type Parts = {
  readonly db: Db;
  readonly runNamed: RunNamed;
  readonly precedence: Precedence;
  readonly sealer: Sealer;
  readonly instanceId: string;
};

const isPointing = or(
  like(heard.body, '%"kind":"pinned"%'),
  like(heard.body, '%"kind":"unpinned"%'),
);

/** Keeps what was heard and gives it to one process at a time. */
export function heardStore({ db, runNamed, precedence, sealer, instanceId }: Parts): HeardStore {
  return {
    async keep(event, { by, until }) {
      const { id, speaker, at, body, answer, answerUntil } = rowOf(event, sealer, instanceId);
      const statement = sql`insert into heard
            (id, speaker, at, body, answer, answer_until, taken_by, taken_until)
          values (${id}, ${speaker}, ${at.toISOString()}::timestamptz, ${body}, ${answer}::bytea,
            ${answerUntil?.toISOString() ?? null}::timestamptz, ${by},
            ${until.toISOString()}::timestamptz)
          on conflict (id) do nothing returning id`;
      // A chat waits for it before it tells who spoke that they were heard.
      const keep = () => runNamed<{ id: string }>('keep_heard', statement);
      const kept = await precedence.first(keep);
      return kept.length === 0 ? 'again' : 'new';
    },

    takeUp: (taking, limit) => takeUp({ db, sealer, instanceId }, taking, limit),

    async keepOn(events, { by, until }) {
      await db
        .update(heard)
        .set({ takenUntil: until })
        .where(
          and(inArray(heard.id, [...events]), eq(heard.takenBy, by), isNull(heard.answeredAt)),
        );
    },

    async nextDue() {
      const [row] = await db
        .select({ at: min(heard.takenUntil) })
        .from(heard)
        .where(isNull(heard.answeredAt));
      return row?.at ?? undefined;
    },

    async wasRefused(identity, reason, since) {
      const [row] = await db
        .select({ id: heard.id })
        .from(heard)
        .where(
          and(eq(heard.speaker, identity), eq(heard.refused, reason), gt(heard.answeredAt, since)),
        )
        .limit(1);
      return row !== undefined;
    },

    pointedAt: (surface, since) => pointedAt(db, surface, since),

    async forget(before) {
      await db.delete(heard).where(lt(heard.answeredAt, before));
      await db.delete(buttons).where(lt(buttons.expiresAt, before));
      const isOver = or(isNotNull(outgoing.sentAt), isNotNull(outgoing.dropped));
      await db
        .delete(outgoing)
        .where(and(lt(outgoing.storedAt, before), isOver, not(isLiveCard(before))));
      const waits = db.select({ lane: outgoing.lane }).from(outgoing);
      const isIdle = and(lt(lanes.takenUntil, before), lt(lanes.retryAt, before));
      await db.delete(lanes).where(and(isIdle, notInArray(lanes.lane, waits)));
    },
  };
}

/**
 * What a live card shows of an incident that is not over: where it stands is known from that alone,
 * however long nothing has changed.
 */
function isLiveCard(before: Date): SQL {
  return sql`(${outgoing.card} like 'live:%' and ${outgoing.reference} is not null
    and not exists (select 1 from outgoing as newer where newer.lane = ${outgoing.lane}
      and newer.card = ${outgoing.card} and newer.reference is not null
      and newer.position > ${outgoing.position})
    and exists (select 1 from incidents where incidents.id = ${outgoing.incident}
      and (closed_at is null or closed_at >= ${before.toISOString()}::timestamptz)))`;
}

async function pointedAt(db: Db, surface: ChatSurface, since: Date): Promise<readonly Pointed[]> {
  const rows = await db
    .select({ id: heard.id, body: heard.body })
    .from(heard)
    .where(and(like(heard.id, `${surface}:%`), gte(heard.at, since), isPointing))
    .orderBy(asc(heard.at), asc(heard.id));
  return rows.flatMap(({ id, body }) => {
    const { said, room, speaker, thread } = eventIn(body);
    if (said.kind !== 'pinned' && said.kind !== 'unpinned') return [];
    const { kind, message, mark } = said;
    const place = thread === undefined ? { room } : { room, thread };
    const named = mark === undefined ? {} : { mark };
    return [{ id, ...place, message: message.id, by: speaker.id, kind, ...named }];
  });
}

async function takeUp(
  { db, sealer, instanceId }: Omit<Parts, 'runNamed' | 'precedence'>,
  { by, now, until }: Taking,
  limit: number,
): Promise<readonly TakenUp[]> {
  const due = db
    .select({ id: heard.id })
    .from(heard)
    .where(and(isNull(heard.answeredAt), lte(heard.takenUntil, now)))
    .orderBy(asc(heard.at), asc(heard.id))
    .limit(limit)
    .for('update', { skipLocked: true });
  const rows = await db
    .update(heard)
    .set({ takenBy: by, takenUntil: until, tries: sql`${heard.tries} + 1` })
    .where(sql`${heard.id} in ${due}`)
    .returning();
  return rows
    .map((row) => takenUpOf(row, sealer, instanceId))
    .toSorted((a, b) => a.heard.at.getTime() - b.heard.at.getTime());
}

/** Writes that a line of an event was stored, or that its answer was. @throws StaleError */
export async function writeHeardMarks(tx: Db, list: readonly HeardMark[]): Promise<void> {
  for (const { heard: id, by, at, as, refused } of list) {
    const mine = and(eq(heard.id, id), eq(heard.takenBy, by), isNull(heard.answeredAt));
    const marked = await tx
      .update(heard)
      .set(as === 'acted' ? { actedAt: at } : { answeredAt: at, refused: refused ?? null })
      .where(as === 'acted' ? and(mine, isNull(heard.actedAt)) : mine)
      .returning({ id: heard.id });
    if (marked.length === 0) throw new StaleError('What you said');
  }
}

/** Keeps what is to be asked again later, each once. */
export async function writeFollows(
  tx: Db,
  list: readonly NewFollow[],
  sealing: Pick<Parts, 'sealer' | 'instanceId'>,
): Promise<void> {
  for (const { heard: event, follows, due } of list) {
    const row = rowOf(event, sealing.sealer, sealing.instanceId);
    await tx
      .insert(heard)
      .values({ ...row, follows, takenUntil: due })
      .onConflictDoNothing();
  }
}

/** A sealed answer token, opened; one that cannot be is none, and what waits behind it goes on. */
export function answerOf(
  id: string,
  row: { readonly answer: Uint8Array | null; readonly answerUntil: Date | null },
  { sealer, instanceId }: Pick<Parts, 'sealer' | 'instanceId'>,
): AnswerToken | undefined {
  if (row.answer === null || row.answerUntil === null) return undefined;
  try {
    const token = new TextDecoder().decode(sealer.open(row.answer, placeOf(id, instanceId)));
    return { token: new Secret(token), until: row.answerUntil };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return undefined;
  }
}

function rowOf({ answer, ...event }: Heard, sealer: Sealer, instanceId: string) {
  const { id, speaker, at } = event;
  const token = answer && new TextEncoder().encode(answer.token.reveal());
  return {
    id,
    speaker: speaker.id,
    at,
    body: JSON.stringify(event),
    answer: token ? sealer.seal(token, placeOf(id, instanceId)) : null,
    answerUntil: answer?.until ?? null,
  };
}

function takenUpOf(row: typeof heard.$inferSelect, sealer: Sealer, instanceId: string): TakenUp {
  const event = eventIn(row.body);
  const answer = answerOf(row.id, row, { sealer, instanceId });
  const { actedAt, follows, tries } = row;
  return {
    tries,
    heard: { ...event, at: row.at, ...(answer ? { answer } : {}) },
    ...present({ actedAt, follows }),
  };
}

function eventIn(body: string): Omit<Heard, 'at' | 'answer'> {
  // It was written from a `Heard` by `rowOf`, which is the only writer.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(body) as Omit<Heard, 'at' | 'answer'>;
}

function placeOf(id: string, instance: string): string {
  return sealedPlace({ table: 'heard', row: id, column: 'answer', instance });
}
