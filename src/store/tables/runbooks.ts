import { sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import type { InputValues } from '../../domain/runbook-input.ts';
import { runStates, visitStates } from '../../domain/runbook-run.ts';
import { instant } from './columns.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';

/** One walk through a runbook; it pins the text that it was started with. */
export const runbookRuns = pgTable(
  'runbook_runs',
  {
    id: uuid('id').primaryKey(),
    /** The 3 of `R-3`, counted in the instance. */
    number: integer('number').notNull().unique(),
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    runbook: text('runbook').notNull(),
    title: text('title').notNull(),
    contentSha256: text('content_sha256').notNull(),
    content: text('content').notNull(),
    /** Which very things are meant, by the name of the input. */
    inputs: jsonb('inputs').$type<InputValues>().notNull(),
    state: text('state', { enum: runStates }).notNull(),
    /** The run whose step started this one, and the position of that step. */
    parent: uuid('parent').references((): AnyPgColumn => runbookRuns.id),
    parentPosition: integer('parent_position'),
    startedBy: uuid('started_by')
      .notNull()
      .references(() => people.id),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
    revision: integer('revision').notNull(),
  },
  (table) => [index('runbook_runs_incident').on(table.incident)],
);

/** One visit of a step; a loop visits a step again. */
export const runbookSteps = pgTable(
  'runbook_steps',
  {
    run: uuid('run')
      .notNull()
      .references(() => runbookRuns.id),
    /** From 1, in the order of walking. */
    position: integer('position').notNull(),
    step: text('step').notNull(),
    state: text('state', { enum: visitStates }).notNull(),
    owner: uuid('owner').references(() => people.id),
    /** Who was given the step by name. */
    assigned: uuid('assigned').references(() => people.id),
    answer: text('answer'),
    note: text('note'),
    /** The plan that this visit made, when the step acts on a platform. */
    plan: uuid('plan'),
    startedAt: instant('started_at').notNull(),
    dueAt: instant('due_at'),
    ownerRemindedAt: instant('owner_reminded_at'),
    commanderRemindedAt: instant('commander_reminded_at'),
    endedAt: instant('ended_at'),
    endedBy: uuid('ended_by').references(() => people.id),
  },
  (table) => [
    primaryKey({ columns: [table.run, table.position] }),
    index('runbook_steps_due')
      .on(table.dueAt)
      .where(sql`state = 'current'`),
  ],
);
