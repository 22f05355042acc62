import { inArray, isNull, sql, type SQL } from 'drizzle-orm';

import type { Hit } from '../domain/inventory.ts';
import type { Query, QueryTerm } from '../domain/query.ts';
import { rowsOf, type Db } from './database.ts';
import { reasonsFor } from './find-reasons.ts';
import { leavesOf, type KnownConnection, type Leaf } from './find-terms.ts';
import { selectWorkflows, workflowOf } from './inventory-rows.ts';
import type { InventoryStore } from './store.ts';
import { connections } from './tables/connections.ts';
import { facts, workflows } from './tables/inventory.ts';

/**
 * Finds workflows: the query becomes one SQL condition whose values are all parameters.
 *
 * Conditions on facts are sets of keys (`in (select …)`), and alternatives are unions of such sets,
 * because PostgreSQL then goes from an index to the keys, where an `or` of sub-queries would make it
 * look at every workflow.
 */
export function finder(db: Db): InventoryStore['find'] {
  return async (query, { limit }) => {
    const known = await db
      .select({
        id: connections.id,
        name: connections.name,
        kind: connections.kind,
        environment: connections.environment,
      })
      .from(connections);
    const where = sql`${isNull(workflows.goneAt)} and ${conditionOf(query, known)}`;
    const { rows, total } = onFacts(query, known)
      ? await matchedOnce(db, where, limit)
      : await matchedInOrder(db, where, limit);
    const found = rows.map(workflowOf);
    const leaves = explaining(query).flatMap((term) => leavesOf(term, known));
    const reasons = await reasonsFor(db, found, leaves);
    const hits: Hit[] = found.map((workflow) => {
      const own = reasons.get(workflow.ref) ?? [];
      return { workflow, reasons: own.length > 0 ? own : [unexplained(query)] };
    });
    return { hits, total };
  };
}

const mostDangerousFirst = sql`${workflows.active} desc nulls last,
  ${workflows.exposure} desc nulls last, ${workflows.foldedName}, ${workflows.ref}`;

type Matched = {
  readonly rows: readonly Parameters<typeof workflowOf>[0][];
  readonly total: number;
};

/** The index gives the order: only what is shown is read, and then all is counted. */
async function matchedInOrder(db: Db, where: SQL, limit: number): Promise<Matched> {
  const rows = await selectWorkflows(db).where(where).orderBy(mostDangerousFirst).limit(limit);
  if (rows.length < limit) return { rows, total: rows.length };
  const [counted] = await db
    .select({ total: sql<number>`count(*)::int` })
    .from(workflows)
    .where(where);
  return { rows, total: counted?.total ?? 0 };
}

/** Going through facts is what costs: it is done once, for the order and for the count. */
async function matchedOnce(db: Db, where: SQL, limit: number): Promise<Matched> {
  const page = await rowsOf<{ readonly ref: number; readonly total: number }>(
    db,
    sql`with matched as materialized (select ${workflows.ref}, ${workflows.active},
        ${workflows.exposure}, ${workflows.foldedName} from workflows where ${where})
      select ref, (select count(*)::int from matched) as total from matched as workflows
      order by ${mostDangerousFirst} limit ${limit}`,
  );
  if (page.length === 0) return { rows: [], total: 0 };
  const refs = page.map(({ ref }) => ref);
  const found = await selectWorkflows(db).where(inArray(workflows.ref, refs));
  const byRef = new Map(found.map((row) => [row.row.ref, row]));
  return { rows: refs.flatMap((ref) => byRef.get(ref) ?? []), total: page[0]?.total ?? 0 };
}

function onFacts(query: Query, known: readonly KnownConnection[]): boolean {
  switch (query.kind) {
    case 'all':
      return false;
    case 'and':
    case 'or':
      return query.of.some((one) => onFacts(one, known));
    case 'not':
      return onFacts(query.of, known);
    case 'text':
    case 'word':
    case 'flag':
    case 'time':
    case 'items':
      return leavesOf(query, known).some((leaf) => leaf.on === 'fact');
  }
}

/** A condition on a row of `workflows`. It may be null for what is not known: that is no hit. */
function conditionOf(query: Query, known: readonly KnownConnection[]): SQL {
  switch (query.kind) {
    case 'all':
      return sql`true`;
    case 'and':
      return query.of.length === 0
        ? sql`true`
        : sql`(${sql.join(
            query.of.map((one) => conditionOf(one, known)),
            sql` and `,
          )})`;
    case 'or':
      return anyOf(query.of.flatMap((one) => alternativesOf(one, known)));
    case 'not':
      return sql`(${conditionOf(query.of, known)}) is not true`;
    case 'text':
    case 'word':
    case 'flag':
    case 'time':
    case 'items':
      return anyOf(leavesOf(query, known));
  }
}

/** What an `or` chooses from: leaves, or whole conditions on workflows. */
function alternativesOf(query: Query, known: readonly KnownConnection[]): readonly Leaf[] {
  switch (query.kind) {
    case 'or':
      return query.of.flatMap((one) => alternativesOf(one, known));
    case 'all':
    case 'and':
    case 'not':
      return [{ on: 'workflow', says: 'items', where: conditionOf(query, known) }];
    case 'text':
    case 'word':
    case 'flag':
    case 'time':
    case 'items':
      return leavesOf(query, known);
  }
}

function anyOf(leaves: readonly Leaf[]): SQL {
  const direct = leaves.filter((leaf) => leaf.on === 'workflow').map((leaf) => leaf.where);
  const factual = leaves.filter((leaf) => leaf.on === 'fact').map((leaf) => leaf.where);
  if (factual.length === 0) {
    return direct.length === 0 ? sql`false` : sql`(${sql.join(direct, sql` or `)})`;
  }
  const keys = [
    ...direct.map(
      (where) => sql`select ${workflows.connection}, ${workflows.id} from workflows where ${where}`,
    ),
    ...factual.map(
      (where) => sql`select ${facts.connection}, ${facts.workflow} from facts where ${where}`,
    ),
  ];
  return sql`(${workflows.connection}, ${workflows.id}) in (${sql.join(keys, sql` union all `)})`;
}

/** The terms that say why something was found; what was excluded explains nothing. */
function explaining(query: Query): readonly QueryTerm[] {
  switch (query.kind) {
    case 'all':
    case 'not':
      return [];
    case 'and':
    case 'or':
      return query.of.flatMap((one) => explaining(one));
    case 'text':
    case 'word':
    case 'flag':
    case 'time':
    case 'items':
      return [query];
  }
}

function unexplained(query: Query): string {
  return query.kind === 'all' ? 'every workflow was asked for' : 'is not among what was excluded';
}
