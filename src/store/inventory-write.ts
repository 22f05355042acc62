import { eq, sql, type SQL } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';

import type { FactKind, Inventory, WorkflowRecord } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { exposureOf } from './exposure.ts';
import { folded, rowsAsJson } from './fold.ts';
import { byId, changedRows, chunksOf, digestOf, markGone } from './inventory-changes.ts';
import { writeUsers } from './inventory-users.ts';
import { withLatelyLive, type StoredFact } from './lately-live.ts';
import type { Change } from './store.ts';
import { connections } from './tables/connections.ts';
import { credentials, facts, workflows } from './tables/inventory.ts';

/** From so many changed rows on, indexes and statistics are brought up to date at once. */
const manyRows = 200;
/** Small enough that the embedded database lets the event loop turn in between. */
const factsAtOnce = 1_000;

/**
 * Replaces what is known of connections by a newer look at them.
 *
 * References stay with known ids; what is no longer there gets `goneAt` and keeps its reference.
 * Only rows that changed are written. A look that is older than the one stored is dropped: of two
 * syncs at once the later look must win, whichever ends last.
 */
export async function writeInventories(
  tx: Db,
  list: NonNullable<Change['inventories']>,
): Promise<void> {
  for (const { connection, inventory } of list) {
    const [before] = await tx
      .select({ syncedAt: connections.syncedAt })
      .from(connections)
      .where(eq(connections.id, connection))
      .for('update');
    if (before === undefined) throw new Error('An inventory needs a stored connection.');
    if (before.syncedAt !== null && before.syncedAt > inventory.takenAt) continue;
    const since = before.syncedAt === null ? null : inventory.takenAt;
    const changed =
      (await writeWorkflows(tx, connection, inventory, since)) +
      (await writeCredentials(tx, connection, inventory));
    await writeUsers(tx, connection, inventory);
    if (changed >= manyRows) await tidyIndexes(tx);
    await tx
      .update(connections)
      .set({ syncedAt: inventory.takenAt, coverage: inventory.coverage })
      .where(eq(connections.id, connection));
  }
}

/**
 * Makes a large change quick to search.
 *
 * GIN indexes keep new entries in a list that every search reads from end to end, and the planner
 * guesses without statistics, until the next VACUUM and ANALYZE; the embedded database does neither
 * by itself. Entries that are merged in bulk cost a third of what they cost one by one.
 */
async function tidyIndexes(tx: Db): Promise<void> {
  for (const index of ginIndexes) {
    await tx.execute(sql`select gin_clean_pending_list(${index}::text::regclass)`);
  }
  for (const table of [workflows, facts, credentials]) await tx.execute(sql`analyze ${table}`);
}

const ginIndexes = [workflows, facts, credentials].flatMap((table) =>
  getTableConfig(table).indexes.flatMap(({ config }) =>
    config.method === 'gin' && config.name !== undefined ? [config.name] : [],
  ),
);

/**
 * @param since null at the first look: nobody knows for how long all has been so
 * @returns how many workflows had to be written
 */
async function writeWorkflows(
  tx: Db,
  connection: string,
  inventory: Inventory,
  since: Date | null,
): Promise<number> {
  const stored = await tx
    .select({
      id: workflows.id,
      ref: workflows.ref,
      digest: workflows.rowDigest,
      factsDigest: workflows.factsDigest,
      gone: sql<boolean>`${workflows.goneAt} is not null`,
    })
    .from(workflows)
    .where(eq(workflows.connection, connection));
  const factsBefore = new Map(stored.map((row) => [row.id, row.factsDigest]));
  const records = byId(inventory.workflows);
  const factsNow = await withLatelyLive(tx, connection, records);
  const next = [...records.values()].map((record) =>
    workflowRow(record, factsNow.get(record.id) ?? []),
  );
  const changed = await changedRows(tx, 'workflow', stored, next);
  for (const rows of chunksOf(changed)) {
    await tx.execute(upsertWorkflows({ connection, takenAt: inventory.takenAt, since }, rows));
  }
  const withNewFacts = changed.filter((row) => factsBefore.get(row.id) !== row.facts_digest);
  for (const rows of chunksOf(withNewFacts)) {
    await replaceFacts(
      tx,
      connection,
      rows.map(({ id }) => ({ id, facts: factsNow.get(id) ?? [] })),
      factsBefore,
    );
  }
  await markGone(tx, workflows, connection, inventory.takenAt, stored, records);
  return changed.length;
}

function workflowRow(record: WorkflowRecord, known: readonly StoredFact[]) {
  const factsDigest = digestOf(known);
  const row = {
    id: record.id,
    name: record.name,
    active: record.active,
    archived: record.archived,
    owner: record.owner ?? null,
    project: record.project ?? null,
    tags: record.tags,
    changed_at: record.changedAt ?? null,
    changed_by: record.changedBy ?? null,
    hash: record.hash,
    content_hash: record.contentHash ?? null,
    live_hash: record.liveHash ?? null,
    draft_differs: record.draftDiffers,
    saves_executions: record.savesExecutions,
    last_ran_at: record.lastRanAt ?? null,
    structures: record.structures ?? null,
    nodes: record.nodes ?? null,
    folded_name: folded(record.name),
    folded_owner: foldedOrNull(record.owner),
    folded_project: foldedOrNull(record.project),
    folded_tags: record.tags.map(folded),
    exposure: exposureOf(record.facts),
    facts_digest: factsDigest,
  };
  return { id: record.id, digest: digestOf(row), row };
}

type LookAt = {
  readonly connection: string;
  readonly takenAt: Date;
  readonly since: Date | null;
};

/** What is changed several times within this is taken for one change, so that no look misses it. */
const madeAtOnce = '10 minutes';

const isMadeAnew = sql`exists (
  select 1 from jsonb_array_elements(excluded.structures) as made(one)
  where made.one not in (
    select known.one from jsonb_array_elements(workflows.structures) as known(one)
  )
)`;

const upsertWorkflows = (
  { connection, takenAt, since }: LookAt,
  rows: readonly object[],
): SQL => sql`
  insert into workflows (connection, seen_at, gone_at, made_at, on_at, id, ref, name, active,
    archived, owner, project, tags, changed_at, changed_by, hash, content_hash, live_hash, draft_differs,
    saves_executions, last_ran_at, structures, nodes, folded_name, folded_owner, folded_project,
    folded_tags, exposure, facts_digest, row_digest)
  select ${connection}::uuid, ${takenAt.toISOString()}::timestamptz, null,
    ${since?.toISOString() ?? null}::timestamptz,
    case when row.active then ${since?.toISOString() ?? null}::timestamptz end, row.*
  from json_to_recordset(${rowsAsJson(rows)}::json) as row(id text, ref int, name text,
    active boolean, archived boolean, owner text, project text, tags text[],
    changed_at timestamptz, changed_by text, hash text, content_hash text, live_hash text, draft_differs boolean,
    saves_executions boolean, last_ran_at timestamptz, structures jsonb, nodes jsonb,
    folded_name text,
    folded_owner text, folded_project text, folded_tags text[], exposure int, facts_digest text,
    row_digest text)
  on conflict (connection, id) do update set seen_at = excluded.seen_at, gone_at = null,
    made_at = case
      when workflows.gone_at is not null or ${isMadeAnew} then excluded.made_at
      else workflows.made_at end,
    made_before = case
      when workflows.gone_at is not null then null
      when workflows.made_at > excluded.made_at - ${madeAtOnce}::interval then workflows.made_before
      when ${isMadeAnew} then workflows.structures
      else workflows.made_before end,
    on_at = case
      when not excluded.active then null
      when workflows.active and workflows.gone_at is null then workflows.on_at
      else excluded.on_at end,
    name = excluded.name, active = excluded.active, archived = excluded.archived,
    owner = excluded.owner, project = excluded.project, tags = excluded.tags,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by, hash = excluded.hash,
    content_hash = excluded.content_hash, live_hash = excluded.live_hash,
    draft_differs = excluded.draft_differs, saves_executions = excluded.saves_executions,
    last_ran_at = excluded.last_ran_at, structures = excluded.structures,
    nodes = excluded.nodes,
    folded_name = excluded.folded_name,
    folded_owner = excluded.folded_owner, folded_project = excluded.folded_project,
    folded_tags = excluded.folded_tags, exposure = excluded.exposure,
    facts_digest = excluded.facts_digest, row_digest = excluded.row_digest`;

async function replaceFacts(
  tx: Db,
  connection: string,
  records: readonly { readonly id: string; readonly facts: readonly StoredFact[] }[],
  known: ReadonlyMap<string, string>,
): Promise<void> {
  // An array, because the index takes one: a join is planned without knowing how many facts there are.
  const replaced = records.flatMap(({ id }) => (known.has(id) ? [id] : []));
  if (replaced.length > 0) {
    await tx.execute(sql`delete from facts where connection = ${connection}::uuid
      and workflow = any(${sql.param(replaced)}::text[])`);
  }
  const rows = records.flatMap((record) =>
    record.facts.map((fact, position) => ({
      workflow: record.id,
      position,
      kind: fact.kind,
      value: fact.value,
      in_version: fact.in,
      node: fact.node ?? null,
      label: fact.label ?? null,
      auth: fact.auth ?? null,
      method: fact.method ?? null,
      disabled: fact.disabled === true,
      folded_value: isId(fact.kind) ? fact.value : folded(fact.value),
      folded_label: fact.kind === 'credential' ? foldedOrNull(fact.label) : null,
    })),
  );
  for (const chunk of chunksOf(rows, factsAtOnce)) {
    await tx.execute(sql`insert into facts (connection, workflow, position, kind, value,
        in_version, node, label, auth, method, disabled, folded_value, folded_label)
      select ${connection}::uuid, row.*
      from json_to_recordset(${rowsAsJson(chunk)}::json) as row(workflow text, position int,
        kind text, value text, in_version text, node text, label text, auth text, method text,
        disabled boolean, folded_value text, folded_label text)`);
  }
}

/** Facts whose value is a platform's id, in which case counts, so that it is compared as it is. */
function isId(kind: FactKind): boolean {
  return kind === 'credential' || kind === 'calls' || kind === 'error_workflow';
}

type CredentialRow = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner: string | null;
  readonly changed_at: Date | null;
  readonly only_referenced: boolean;
  readonly folded_name: string;
};

/** @returns how many credentials had to be written */
async function writeCredentials(tx: Db, connection: string, inventory: Inventory): Promise<number> {
  const stored = await tx
    .select({
      id: credentials.id,
      ref: credentials.ref,
      digest: credentials.rowDigest,
      gone: sql<boolean>`${credentials.goneAt} is not null`,
    })
    .from(credentials)
    .where(eq(credentials.connection, connection));
  const rows = byId(credentialRows(inventory));
  const next = [...rows.values()].map((row) => ({ id: row.id, digest: digestOf(row), row }));
  const changed = await changedRows(tx, 'credential', stored, next);
  for (const chunk of chunksOf(changed)) {
    await tx.execute(sql`insert into credentials (connection, seen_at, gone_at, id, ref, name, type,
        owner, changed_at, only_referenced, folded_name, row_digest)
      select ${connection}::uuid, ${inventory.takenAt.toISOString()}::timestamptz, null, row.*
      from json_to_recordset(${rowsAsJson(chunk)}::json) as row(id text, ref int, name text,
        type text, owner text, changed_at timestamptz, only_referenced boolean, folded_name text,
        row_digest text)
      on conflict (connection, id) do update set seen_at = excluded.seen_at, gone_at = null,
        name = excluded.name, type = excluded.type, owner = excluded.owner,
        changed_at = excluded.changed_at, only_referenced = excluded.only_referenced,
        folded_name = excluded.folded_name, row_digest = excluded.row_digest`);
  }
  await markGone(tx, credentials, connection, inventory.takenAt, stored, rows);
  return changed.length;
}

/** Those that the platform lists, and those that only workflows name: deleted there, or hidden. */
function credentialRows(inventory: Inventory): readonly CredentialRow[] {
  const listed = inventory.credentials.map((record) => ({
    id: record.id,
    name: record.name,
    type: record.type,
    owner: record.owner ?? null,
    changed_at: record.changedAt ?? null,
    only_referenced: false,
    folded_name: folded(record.name),
  }));
  const listedIds = new Set(listed.map((row) => row.id));
  const referenced = new Map<string, string>();
  for (const fact of inventory.workflows.flatMap((workflow) => workflow.facts)) {
    if (fact.kind !== 'credential' || fact.value === '' || listedIds.has(fact.value)) continue;
    if (!referenced.has(fact.value)) referenced.set(fact.value, fact.label ?? fact.value);
  }
  const unlisted = [...referenced].map(([id, name]) => ({
    id: id,
    name,
    type: 'unknown',
    owner: null,
    changed_at: null,
    only_referenced: true,
    folded_name: folded(name),
  }));
  return [...listed, ...unlisted];
}

function foldedOrNull(text: string | undefined): string | null {
  return text === undefined ? null : folded(text);
}
