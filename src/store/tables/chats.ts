import { sql } from 'drizzle-orm';
import { bigserial, boolean, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { chatSurfaces } from '../../domain/heard.ts';
import { bytes, instant } from './columns.ts';
import { people } from './people.ts';

/** What was heard in chats, each event once, until it is answered and a while longer. */
export const heard = pgTable(
  'heard',
  {
    id: text('id').primaryKey(),
    speaker: text('speaker').notNull(),
    at: instant('at').notNull(),
    /** JSON. Not `jsonb`, which refuses some of what people type. */
    body: text('body').notNull(),
    /** Sealed: whoever has it speaks for us. */
    answer: bytes('answer'),
    answerUntil: instant('answer_until'),
    /** The event whose answer this one keeps up to date; Firebreak asks itself. */
    follows: text('follows'),
    takenBy: text('taken_by'),
    /** How often it was taken up again. */
    tries: integer('tries').notNull().default(0),
    /** From then on anybody may take it up. */
    takenUntil: instant('taken_until').notNull(),
    actedAt: instant('acted_at'),
    answeredAt: instant('answered_at'),
    refused: text('refused'),
  },
  (table) => [
    index('heard_open')
      .on(table.takenUntil)
      .where(sql`answered_at is null`),
    index('heard_refused')
      .on(table.speaker, table.answeredAt)
      .where(sql`refused is not null`),
    index('heard_answered')
      .on(table.answeredAt)
      .where(sql`answered_at is not null`),
  ],
);

/** What must leave for chats, and what left. */
export const outgoing = pgTable(
  'outgoing',
  {
    id: uuid('id').primaryKey(),
    /** The order of a lane. */
    position: bigserial('position', { mode: 'number' }).notNull(),
    surface: text('surface', { enum: chatSurfaces }).notNull(),
    /** Those of one lane leave one after another. */
    lane: text('lane').notNull(),
    /** JSON: its destination. */
    to: text('to').notNull(),
    /** JSON. */
    reply: text('reply').notNull(),
    /** JSON: keys of buttons by their lines. */
    keys: text('keys').notNull(),
    /** Of the same card in a lane, the later one takes the place of the earlier one. */
    card: text('card').notNull(),
    urgent: boolean('urgent').notNull(),
    heard: text('heard'),
    incident: uuid('incident'),
    storedAt: instant('stored_at').notNull(),
    tries: integer('tries').notNull(),
    /** Set before it is sent: from then on it may have arrived. */
    sendingAt: instant('sending_at'),
    sentAt: instant('sent_at'),
    reference: text('reference'),
    /** Why it never will. */
    dropped: text('dropped'),
  },
  (table) => [
    index('outgoing_waiting')
      .on(table.lane, table.urgent.desc(), table.position)
      .where(sql`sent_at is null and dropped is null`),
    index('outgoing_cards').on(table.lane, table.card, table.position),
    index('outgoing_homes')
      .on(table.lane, table.position)
      .where(sql`card like 'home:%'`),
    index('outgoing_stored').on(table.storedAt),
  ],
);

/** Who sends in a lane, and from when on it may be tried again. */
export const lanes = pgTable('lanes', {
  lane: text('lane').primaryKey(),
  takenBy: text('taken_by'),
  takenUntil: instant('taken_until').notNull(),
  retryAt: instant('retry_at').notNull(),
});

/** Buttons that were shown: good once. */
export const buttons = pgTable(
  'buttons',
  {
    key: text('key').primaryKey(),
    card: text('card').notNull(),
    line: text('line').notNull(),
    expiresAt: instant('expires_at').notNull(),
    pressedBy: text('pressed_by'),
    pressedAt: instant('pressed_at'),
    /** The event with which it was pressed. */
    heard: text('heard'),
  },
  (table) => [index('buttons_expires_at').on(table.expiresAt)],
);

/** Whose chat accounts are whose. */
export const identities = pgTable(
  'identities',
  {
    identity: text('identity').primaryKey(),
    person: uuid('person')
      .notNull()
      .references(() => people.id),
    name: text('name').notNull(),
    linkedAt: instant('linked_at').notNull(),
  },
  (table) => [index('identities_person').on(table.person)],
);
