import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import type { Json } from '../../domain/json.ts';
import { factorKinds } from '../../domain/person.ts';
import type { Override, Plan, PlanTarget } from '../../domain/plan.ts';
import { actionStates, levers, planPurposes, planStates } from '../../domain/plan.ts';
import type { Leave } from '../../domain/policy.ts';
import type { Proof } from '../../domain/verification.ts';
import { instant } from './columns.ts';
import { connections } from './connections.ts';
import { incidents } from './incidents.ts';
import { people } from './people.ts';

/** Instants inside stored JSON are ISO text; they become dates again in `store/plans.ts`. */
export type Stored<T> = T extends Date
  ? string
  : T extends readonly (infer U)[]
    ? Stored<U>[]
    : T extends object
      ? { [K in keyof T]: Stored<T[K]> }
      : T;

export const plans = pgTable(
  'plans',
  {
    id: uuid('id').primaryKey(),
    number: integer('number').notNull().unique(),
    incident: uuid('incident')
      .notNull()
      .references(() => incidents.id),
    purpose: text('purpose', { enum: planPurposes }).notNull(),
    undoes: uuid('undoes'),
    freezes: uuid('freezes').references(() => connections.id),
    query: text('query').notNull(),
    missing: text('missing').array(),
    levers: text('levers', { enum: levers }).array().notNull(),
    targets: jsonb('targets').$type<Stored<PlanTarget>[]>().notNull(),
    connections: jsonb('connections').$type<Stored<Plan['connections']>>().notNull(),
    requestedBy: uuid('requested_by')
      .notNull()
      .references(() => people.id),
    approvalsNeeded: integer('approvals_needed').notNull(),
    leave: jsonb('leave').$type<Stored<Leave>>(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    nonce: text('nonce').notNull(),
    digest: text('digest').notNull(),
    state: text('state', { enum: planStates }).notNull(),
    stateReason: text('state_reason'),
    startedAt: instant('started_at'),
    startedBy: uuid('started_by'),
    finishedAt: instant('finished_at'),
    override: jsonb('override').$type<Stored<Override>>(),
    revision: integer('revision').notNull(),
  },
  (table) => [index('plans_incident').on(table.incident), index('plans_state').on(table.state)],
);

export const approvals = pgTable(
  'approvals',
  {
    plan: uuid('plan')
      .notNull()
      .references(() => plans.id),
    digest: text('digest').notNull(),
    person: uuid('person')
      .notNull()
      .references(() => people.id),
    decision: text('decision', { enum: ['yes', 'no'] }).notNull(),
    reason: text('reason'),
    steppedUp: text('stepped_up', { enum: factorKinds }),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.plan, table.person] })],
);

export const actions = pgTable(
  'actions',
  {
    id: uuid('id').primaryKey(),
    plan: uuid('plan')
      .notNull()
      .references(() => plans.id),
    connection: uuid('connection')
      .notNull()
      .references(() => connections.id),
    workflow: text('workflow').notNull(),
    ref: text('ref').notNull(),
    workflowName: text('workflow_name').notNull(),
    lever: text('lever', { enum: levers }).notNull(),
    ordinal: integer('ordinal').notNull(),
    state: text('state', { enum: actionStates }).notNull(),
    reason: text('reason'),
    memo: jsonb('memo').$type<Json>(),
    requestedAt: instant('requested_at'),
    acceptedAt: instant('accepted_at'),
    settleBy: instant('settle_by'),
    notBefore: instant('not_before'),
    settledAt: instant('settled_at'),
    proofs: jsonb('proofs').$type<Stored<Proof>[]>().notNull(),
    emptySweeps: integer('empty_sweeps').notNull(),
    revision: integer('revision').notNull(),
  },
  (table) => [
    index('actions_plan').on(table.plan, table.ordinal),
    index('actions_target').on(table.connection, table.workflow),
  ],
);

/** Append-only: what was about to be asked of a platform, and what came of it. */
export const journal = pgTable(
  'journal',
  {
    position: integer('position').primaryKey().generatedAlwaysAsIdentity(),
    action: uuid('action')
      .notNull()
      .references(() => actions.id),
    at: instant('at').notNull(),
    call: text('call').notNull(),
    when: text('when', { enum: ['before', 'after'] }).notNull(),
    outcome: text('outcome', { enum: ['ok', 'failed', 'unknown'] }),
    text: text('text'),
  },
  (table) => [index('journal_action').on(table.action, table.position)],
);
