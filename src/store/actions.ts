import { sql } from 'drizzle-orm';

import type { Action, JournalEntry } from '../domain/plan.ts';
import { StaleError } from '../errors.ts';
import { rowsOf, type Db } from './database.ts';
import { rowsAsJson, storable } from './fold.ts';
import { present } from './rows.ts';
import { journal, type actions } from './tables/plans.ts';

const rowsAtOnce = 500;

/** The columns that change while an action lives, as they come out of a JSON record. */
const life = sql`state text, reason text, memo jsonb, requested_at timestamptz,
  accepted_at timestamptz, settle_by timestamptz, not_before timestamptz, settled_at timestamptz,
  proofs jsonb, empty_sweeps int, revision int`;

/**
 * Writes actions in bulk; of a stored one only its life changes, not what it acts on.
 *
 * @throws StaleError when one of them was changed since it was loaded: then none is written
 */
export async function writeActions(tx: Db, list: readonly Action[]): Promise<void> {
  for (let from = 0; from < list.length; from += rowsAtOnce) {
    const some = list.slice(from, from + rowsAtOnce);
    await insertActions(
      tx,
      some.filter((action) => action.revision === 0),
    );
    await updateActions(
      tx,
      some.filter((action) => action.revision > 0),
    );
  }
}

async function insertActions(tx: Db, list: readonly Action[]): Promise<void> {
  if (list.length === 0) return;
  await tx.execute(sql`insert into actions (id, plan, connection, workflow, ref, workflow_name,
      lever, ordinal, state, reason, memo, requested_at, accepted_at, settle_by, not_before,
      settled_at, proofs, empty_sweeps, revision)
    select * from json_to_recordset(${rowsAsJson(list.map(rowOf))}::json) as row(id uuid, plan uuid,
      connection uuid, workflow text, ref text, workflow_name text, lever text, ordinal int, ${life})`);
}

async function updateActions(tx: Db, list: readonly Action[]): Promise<void> {
  if (list.length === 0) return;
  const updated = await rowsOf<{ readonly id: string }>(
    tx,
    sql`update actions set state = row.state, reason = row.reason, memo = row.memo,
        requested_at = row.requested_at, accepted_at = row.accepted_at, settle_by = row.settle_by,
        not_before = row.not_before, settled_at = row.settled_at, proofs = row.proofs,
        empty_sweeps = row.empty_sweeps, revision = row.revision
      from json_to_recordset(${rowsAsJson(list.map(rowOf))}::json) as row(id uuid, ${life})
      where actions.id = row.id and actions.revision = row.revision - 1
      returning actions.id::text as id`,
  );
  const done = new Set(updated.map((row) => row.id));
  const stale = list.find((action) => !done.has(action.id));
  if (stale !== undefined) throw new StaleError(`The ${stale.lever} of ${stale.ref}`);
}

/** Appends to the journal, in the order given. */
export async function writeJournal(tx: Db, list: readonly JournalEntry[]): Promise<void> {
  for (let from = 0; from < list.length; from += rowsAtOnce) {
    await tx.insert(journal).values(
      list.slice(from, from + rowsAtOnce).map((entry) => ({
        action: entry.action,
        at: entry.at,
        call: storable(entry.call),
        when: entry.when,
        outcome: entry.outcome ?? null,
        text: entry.text === undefined ? null : storable(entry.text),
      })),
    );
  }
}

function rowOf(action: Action) {
  return {
    id: action.id,
    plan: action.plan,
    connection: action.connection,
    workflow: action.workflow,
    ref: action.ref,
    workflow_name: action.workflowName,
    lever: action.lever,
    ordinal: action.ordinal,
    state: action.state,
    reason: action.reason,
    memo: action.memo,
    requested_at: action.requestedAt,
    accepted_at: action.acceptedAt,
    settle_by: action.settleBy,
    not_before: action.notBefore,
    settled_at: action.settledAt,
    proofs: action.proofs,
    empty_sweeps: action.emptySweeps,
    revision: action.revision + 1,
  };
}

/** An action as the domain knows it: instants in its proofs are dates again. */
export function actionOf(row: typeof actions.$inferSelect): Action {
  const { reason, memo, requestedAt, acceptedAt, settleBy, notBefore, settledAt, ...action } = row;
  return {
    ...action,
    proofs: row.proofs.map((proof) => ({ ...proof, at: new Date(proof.at) })),
    ...present({ reason, memo, requestedAt, acceptedAt, settleBy, notBefore, settledAt }),
  };
}

/** A journal entry as the domain knows it. */
export function entryOf(row: typeof journal.$inferSelect): JournalEntry {
  const { position: _position, outcome, text, ...entry } = row;
  return { ...entry, ...present({ outcome, text }) };
}
