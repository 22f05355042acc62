import { eq, getTableColumns, sql, type SQL } from 'drizzle-orm';

import type { Fact, ItemKey, Workflow } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { isUuid, present } from './rows.ts';
import { connections } from './tables/connections.ts';
import { workflows, type facts } from './tables/inventory.ts';

const { structures: _structures, nodes: _nodes, ...rest } = getTableColumns(workflows);
/** A workflow without what it is made of, which is long, and for comparing alone. */
export const shownColumns = rest;

/** Workflows with the name of their connection: narrow it by `where`. */
export function selectWorkflows(db: Db) {
  return db
    .select({
      row: shownColumns,
      connectionName: connections.name,
      syncedAt: connections.syncedAt,
    })
    .from(workflows)
    .innerJoin(connections, eq(connections.id, workflows.connection));
}

/** A workflow as the domain knows it. What is not gone was seen at the connection's last sync. */
export function workflowOf(found: {
  readonly row: Omit<typeof workflows.$inferSelect, 'structures' | 'nodes'>;
  readonly connectionName: string;
  readonly syncedAt: Date | null;
}): Workflow {
  const { row, connectionName, syncedAt } = found;
  return {
    connection: row.connection,
    id: row.id,
    ref: workflowRef(row.ref),
    connectionName,
    name: row.name,
    active: row.active,
    archived: row.archived,
    tags: row.tags,
    hash: row.hash,
    draftDiffers: row.draftDiffers,
    savesExecutions: row.savesExecutions,
    seenAt: row.goneAt === null ? (syncedAt ?? row.seenAt) : row.seenAt,
    sameSince: row.seenAt,
    ...present({
      owner: row.owner,
      project: row.project,
      changedAt: row.changedAt,
      changedBy: row.changedBy,
      contentHash: row.contentHash,
      liveHash: row.liveHash,
      lastRanAt: row.lastRanAt,
      goneAt: row.goneAt,
    }),
  };
}

export function factOf(row: typeof facts.$inferSelect): Fact {
  return {
    kind: row.kind,
    value: row.value,
    ...(row.in === 'draft_was_live' ? { in: 'draft', wasLive: true } : { in: row.in }),
    ...present({ node: row.node, label: row.label, auth: row.auth, method: row.method }),
    ...(row.disabled ? { disabled: true } : {}),
  };
}

/** `w12` */
export function workflowRef(number: number): string {
  return `w${number}`;
}

/** `c3` */
export function credentialRef(number: number): string {
  return `c${number}`;
}

/** The number in `w12`, when the text is a reference of this letter and can be one. */
export function refNumber(text: string, letter: 'w' | 'c' | 'u'): number | undefined {
  const [, digits] = /^[a-z](\d{1,9})$/i.exec(text) ?? [];
  return digits !== undefined && text.toLowerCase().startsWith(letter) ? Number(digits) : undefined;
}

/** Keys as rows of two columns, however many. Those that no connection can have are left out. */
export function keyRows(keys: readonly ItemKey[]): SQL {
  const known = keys.filter((key) => isUuid(key.connection));
  return sql`select * from unnest(
    ${sql.param(known.map((key) => key.connection))}::uuid[],
    ${sql.param(known.map((key) => key.id))}::text[]) as key(connection, id)`;
}
