import { sql, type SQL } from 'drizzle-orm';

import type { Fact, Workflow } from '../domain/inventory.ts';
import { rowsOf, type Db } from './database.ts';
import type { Leaf, Says } from './find-terms.ts';
import { credentialRef, keyRows, workflowRef } from './inventory-rows.ts';
import type { StoredVersion } from './tables/inventory.ts';

/** How many reasons one hit shows, and how many nodes one reason names. */
const mostReasons = 20;
const mostNodes = 3;
/** Names are anybody's text: long ones are cut. */
const mostCharacters = 80;

type FactRow = {
  readonly leaf: number;
  readonly ref: number;
  readonly kind: Fact['kind'];
  readonly value: string;
  readonly in: StoredVersion;
  readonly node: string | null;
  readonly label: string | null;
  readonly auth: string | null;
  readonly method: string | null;
  readonly disabled: boolean;
  /** What a credential or called workflow is called now, and its number. */
  readonly named: string | null;
  readonly number: number | null;
};
type LeafRow = { readonly leaf: number; readonly ref: number };

/**
 * Why each of these workflows was found, in words, by its reference: for every condition that holds
 * for it one reason, in the order of the query. The conditions are those of the search, so that a
 * reason is never another truth than the hit.
 */
export async function reasonsFor(
  db: Db,
  found: readonly Workflow[],
  leaves: readonly Leaf[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (found.length === 0 || leaves.length === 0) return new Map();
  // Read once and then tested, where `is true` keeps a set of keys a hash that is made once: left to
  // itself, the planner guesses too few rows here and compares each fact with each key.
  const hits = sql`hit as materialized (${keyRows(found)}),
    hit_facts as materialized (select facts.* from hit join facts
      on facts.connection = hit.connection and facts.workflow = hit.id),
    hit_workflows as materialized (select workflows.* from hit join workflows
      on workflows.connection = hit.connection and workflows.id = hit.id)`;
  const onFacts = leaves.flatMap((leaf, index) =>
    leaf.on === 'fact' ? [factRows(leaf.where, index)] : [],
  );
  const onWorkflows = leaves.flatMap((leaf, index) =>
    leaf.on === 'workflow' ? [workflowRows(leaf.where, index)] : [],
  );
  const factRowsFound =
    onFacts.length === 0 ? [] : await rowsOf<FactRow>(db, sql`with ${hits} ${named(onFacts)}`);
  const workflowRowsFound =
    onWorkflows.length === 0
      ? []
      : await rowsOf<LeafRow>(db, sql`with ${hits} ${sql.join(onWorkflows, sql` union all `)}`);

  const byRef = new Map(found.map((workflow) => [workflow.ref, workflow]));
  const said = new Map<string, { readonly leaf: number; readonly text: string }[]>();
  const say = (ref: string, leaf: number, text: string) =>
    said.set(ref, [...(said.get(ref) ?? []), { leaf, text }]);
  for (const group of grouped(factRowsFound)) {
    say(workflowRef(group.first.ref), group.first.leaf, factWords(group));
  }
  for (const { leaf: index, ref } of workflowRowsFound) {
    const leaf = leaves[index];
    const workflow = byRef.get(workflowRef(ref));
    if (leaf?.on !== 'workflow' || workflow === undefined) continue;
    say(workflow.ref, index, workflowWords[leaf.says](workflow));
  }
  return new Map([...said].map(([ref, reasons]) => [ref, inOrder(reasons)]));
}

function factRows(where: SQL, leaf: number): SQL {
  return sql`select ${sql.raw(String(leaf))} as leaf, facts.* from hit_facts as facts
    where (${where}) is true`;
}

function workflowRows(where: SQL, leaf: number): SQL {
  return sql`select ${sql.raw(String(leaf))} as leaf, workflows.ref
    from hit_workflows as workflows where (${where}) is true`;
}

/** Facts with the present names of the credentials and workflows that they point to. */
function named(selects: readonly SQL[]): SQL {
  return sql`, fact as materialized (${sql.join([...selects], sql` union all `)})
    select fact.leaf, owner.ref, fact.kind, fact.value, fact.in_version as "in", fact.node,
      fact.label, fact.auth, fact.method, fact.disabled,
      coalesce(credentials.name, called.name) as named, coalesce(credentials.ref, called.ref) as number
    from fact
    join hit_workflows as owner
      on owner.connection = fact.connection and owner.id = fact.workflow
    left join credentials on fact.kind = 'credential'
      and credentials.connection = fact.connection and credentials.id = fact.value
    left join workflows as called on fact.kind in ('calls', 'error_workflow')
      and called.connection = fact.connection and called.id = fact.value
    order by fact.leaf, fact.position`;
}

type Group = { readonly first: FactRow; readonly nodes: readonly string[] };

/** Facts that differ only in their node are one reason. */
function grouped(rows: readonly FactRow[]): readonly Group[] {
  const groups = new Map<string, { first: FactRow; nodes: string[] }>();
  for (const row of rows) {
    const { ref, leaf, kind, auth, method, disabled } = row;
    const value = nodeIsValue(kind) ? '' : row.value;
    const same = JSON.stringify([ref, leaf, kind, value, row.in, auth, method, disabled]);
    const group = groups.get(same) ?? { first: row, nodes: [] };
    const node = row.node ?? (nodeIsValue(row.kind) ? row.value : undefined);
    if (node !== undefined && !group.nodes.includes(node)) group.nodes.push(node);
    groups.set(same, group);
  }
  return [...groups.values()];
}

function nodeIsValue(kind: Fact['kind']): boolean {
  return ['code', 'host_access', 'platform_api', 'env', 'runtime_host', 'calls_unknown'].includes(
    kind,
  );
}

function factWords({ first, nodes }: Group): string {
  const where =
    nodes.length === 0 ? '' : ` in ${nodes.length === 1 ? 'node' : 'nodes'} ${listed(nodes)}`;
  return `${factPhrase(first)}${where}${versionWords[first.in]}${first.disabled ? ', switched off' : ''}`;
}

const versionWords: Readonly<Record<StoredVersion, string>> = {
  both: '',
  draft: ', draft only',
  // It may run all the same: whether it is on, only a check says.
  draft_was_live: '',
  live: ', live version only',
  was_live: ', only in the version that was live before it was switched off',
};

function factPhrase(row: FactRow): string {
  const target = quoted(row.named ?? row.label ?? row.value);
  switch (row.kind) {
    case 'credential':
      return `uses credential ${target}${row.number === null ? '' : ` (${credentialRef(row.number)})`}`;
    case 'calls':
      return `calls workflow ${target}${row.number === null ? '' : ` (${workflowRef(row.number)})`}`;
    case 'error_workflow':
      return `starts ${target}${row.number === null ? '' : ` (${workflowRef(row.number)})`} when it fails or is stopped`;
    case 'host':
      return `${row.label === 'mentioned' ? 'mentions' : 'calls'} host ${cut(row.value)}`;
    case 'webhook':
    case 'form':
    case 'chat':
    case 'mcp':
      return entryPhrase(row);
    case 'node':
      return `has ${cut(row.value)}`;
    case 'package':
      return `uses package ${cut(row.value)}`;
    case 'secret':
      return `holds the hard-coded secret ${cut(row.value)}`;
    case 'code':
      return 'runs code';
    case 'host_access':
      return "runs commands or touches files on the platform's host";
    case 'platform_api':
      return "can call the platform's own API";
    case 'env':
      return 'reads environment variables';
    case 'runtime_host':
    case 'schedule':
    case 'trigger':
    case 'calls_unknown':
      return `has ${row.kind.replace('_', ' ')} ${cut(row.value)}`;
  }
}

/** Not every entry point has a method or a path of its own. */
function entryPhrase(row: FactRow): string {
  const guard = row.auth === 'none' ? 'without authentication' : row.auth && `with ${row.auth}`;
  const parts = ['has', row.kind, row.method, row.value, guard];
  return parts.flatMap((part) => (part ? [cut(part)] : [])).join(' ');
}

const workflowWords: Readonly<Record<Says, (workflow: Workflow) => string>> = {
  name: ({ name }) => `is named ${quoted(name)}`,
  id: ({ id }) => `has the id ${cut(id)}`,
  ref: ({ ref }) => `is ${ref}`,
  owner: ({ owner }) => `is owned by ${cut(owner ?? '')}`,
  tag: ({ tags }) => `is tagged ${listed(tags)}`,
  project: ({ project }) => `is in project ${quoted(project ?? '')}`,
  active: ({ active }) => (active ? 'is active' : 'is not active'),
  archived: ({ archived }) => (archived ? 'is archived' : 'is not archived'),
  changed: ({ changedAt, changedBy }) =>
    `was changed ${minute(changedAt)}${changedBy === undefined ? '' : ` by ${cut(changedBy)}`}`,
  ran: ({ lastRanAt }) => `last ran ${minute(lastRanAt)}`,
  platform: () => 'is on this platform',
  connection: ({ connectionName }) => `is on connection ${cut(connectionName)}`,
  environment: ({ connectionName }) =>
    `is on connection ${cut(connectionName)}, in this environment`,
  items: ({ ref }) => `is ${ref}`,
  found_on: () => 'was found on by its last check',
};

function inOrder(
  reasons: readonly { readonly leaf: number; readonly text: string }[],
): readonly string[] {
  const texts = [
    ...new Set(reasons.toSorted((a, b) => a.leaf - b.leaf).map((reason) => reason.text)),
  ];
  const left = texts.length - mostReasons;
  return left <= 0 ? texts : [...texts.slice(0, mostReasons), `and ${left} more reasons`];
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, mostNodes).map(cut).join(', ');
  const left = items.length - mostNodes;
  return left > 0 ? `${shown} and ${left} more` : shown;
}

function quoted(text: string): string {
  return `“${cut(text)}”`;
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}…`;
}

/** To the minute and in UTC: a reason is read in every zone. */
function minute(at: Date | undefined): string {
  return at === undefined ? '' : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
