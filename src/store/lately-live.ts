import { and, eq, inArray, isNull } from 'drizzle-orm';

import type { Fact, WorkflowRecord } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { factOf } from './inventory-rows.ts';
import { incidents } from './tables/incidents.ts';
import { facts, type StoredVersion } from './tables/inventory.ts';
import { actions, plans } from './tables/plans.ts';

/** A fact as it is stored: with the memory that it was live, while it is in the draft alone. */
export type StoredFact = Omit<Fact, 'in' | 'wasLive'> & { readonly in: StoredVersion };

/** States of a `disable` from when the platform may have heard of it, until it is taken back. */
const heard = [
  'requested',
  'accepted',
  'pending',
  'verified',
  'unverifiable',
  'contradicted',
] as const;

/**
 * The facts of these workflows, and of what an open incident keeps off also those of the version
 * that was live last. A platform forgets that version when it is switched off; people go on asking
 * what led to the workflow, and find it by what it did.
 */
export async function withLatelyLive(
  tx: Db,
  connection: string,
  records: ReadonlyMap<string, WorkflowRecord>,
): Promise<ReadonlyMap<string, readonly StoredFact[]>> {
  const keptOff = await keptOffAt(tx, connection);
  if (keptOff.length === 0) return mapped(records, ({ facts: present }) => present);
  const rows = await tx
    .select()
    .from(facts)
    .where(and(eq(facts.connection, connection), inArray(facts.workflow, [...keptOff])))
    .orderBy(facts.workflow, facts.position);
  const before = Map.groupBy(rows, ({ workflow }) => workflow);
  return mapped(records, (record) =>
    merged(
      record,
      (before.get(record.id) ?? []).filter((row) => wasLive(row.in, record.active)),
    ),
  );
}

async function keptOffAt(tx: Db, connection: string): Promise<readonly string[]> {
  const rows = await tx
    .selectDistinct({ workflow: actions.workflow })
    .from(actions)
    .innerJoin(plans, eq(plans.id, actions.plan))
    .innerJoin(incidents, eq(incidents.id, plans.incident))
    .where(
      and(
        eq(actions.connection, connection),
        eq(actions.lever, 'disable'),
        inArray(actions.state, [...heard]),
        eq(plans.purpose, 'contain'),
        isNull(incidents.closedAt),
      ),
    );
  return rows.map(({ workflow }) => workflow);
}

function mapped(
  records: ReadonlyMap<string, WorkflowRecord>,
  factsOf: (record: WorkflowRecord) => readonly StoredFact[],
): ReadonlyMap<string, readonly StoredFact[]> {
  return new Map([...records].map(([id, record]) => [id, factsOf(record)]));
}

/** What another hand made live since is no longer what was switched off. */
function wasLive(version: StoredVersion, isActive: boolean): boolean {
  if (version === 'was_live' || version === 'draft_was_live') return true;
  return !isActive && version !== 'draft';
}

function merged(
  { facts: present }: WorkflowRecord,
  rows: readonly (typeof facts.$inferSelect)[],
): readonly StoredFact[] {
  if (rows.length === 0) return present;
  const lately = new Map(rows.map((row) => [keyOf(factOf(row)), factOf(row)]));
  const known = new Set(present.map(keyOf));
  return [
    ...present.map((fact): StoredFact =>
      fact.in === 'draft' && lately.has(keyOf(fact)) ? { ...fact, in: 'draft_was_live' } : fact,
    ),
    ...[...lately]
      .filter(([key]) => !known.has(key))
      .map(([, { wasLive: _remembered, ...fact }]): StoredFact => ({ ...fact, in: 'was_live' })),
  ];
}

function keyOf({ kind, value, node, label, auth, method, disabled }: Omit<Fact, 'in'>): string {
  return JSON.stringify([kind, value, node, label, auth, method, disabled === true]);
}
