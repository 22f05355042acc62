import { and, asc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm';

import type { Fact, ItemKey, PlatformUser, Workflow, WorkflowNode } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { Db } from './database.ts';
import { finder } from './find.ts';
import { credentialsOf, holdingsOf, platformUsersOf, usersOf } from './inventory-lists.ts';
import { factOf, keyRows, selectWorkflows, shownColumns, workflowOf } from './inventory-rows.ts';
import { resolver } from './resolve.ts';
import { isUuid } from './rows.ts';
import type { InventoryStore } from './store.ts';
import { connections } from './tables/connections.ts';
import { facts, workflows } from './tables/inventory.ts';
import { twinsFinder } from './twins.ts';

export { writeInventories } from './inventory-write.ts';

/** Reads of what the connections hold. */
export function inventoryStore(db: Db): InventoryStore {
  return {
    find: finder(db),
    resolve: resolver(db),
    credentials: () => credentialsOf(db),
    users: (connection) => usersOf(db, connection),
    allUsers: () => platformUsersOf(db),
    holdings: () => holdingsOf(db),
    twinsOf: twinsFinder(db),

    async workflow(key) {
      if (!isUuid(key.connection)) return undefined;
      const [found] = await selectWorkflows(db).where(isKey(key));
      return found && workflowOf(found);
    },

    nodesOf: (key) => nodesOf(db, key),
    ownedBy: (user) => workflowsOf(db, user),

    async withRuntimeHosts(limit) {
      const unknown = sql`(${workflows.connection}, ${workflows.id}) in (
        select ${facts.connection}, ${facts.workflow} from ${facts}
        where ${facts.kind} = 'runtime_host')`;
      const rows = await selectWorkflows(db)
        .where(and(isNull(workflows.goneAt), unknown))
        .orderBy(asc(workflows.ref))
        .limit(limit);
      return rows.map(workflowOf);
    },

    async factsOf(keys) {
      const byKey = new Map<string, Fact[]>(keys.map((key) => [keyText(key), []]));
      const rows = await db
        .select()
        .from(facts)
        .where(sql`(${facts.connection}, ${facts.workflow}) in (${keyRows(keys)})`)
        .orderBy(asc(facts.connection), asc(facts.workflow), asc(facts.position));
      for (const row of rows) {
        byKey.get(keyText({ connection: row.connection, id: row.workflow }))?.push(factOf(row));
      }
      return byKey;
    },

    async callersOf(keys) {
      const found = await withFacts(db, ['calls', 'error_workflow'], keys);
      return found.map(({ fact, ...row }) => ({
        target: { connection: fact.connection, id: fact.value },
        workflow: workflowOf(row),
        fact: factOf(fact),
      }));
    },

    async usersOfCredentials(keys) {
      const found = await withFacts(db, ['credential'], keys);
      const once = new Map(
        found.map(({ fact, ...row }) => {
          const credential: ItemKey = { connection: fact.connection, id: fact.value };
          const workflow = workflowOf(row);
          return [`${keyText(credential)} ${workflow.ref}`, { credential, workflow }];
        }),
      );
      return [...once.values()];
    },
  };
}

async function nodesOf(db: Db, key: ItemKey): Promise<readonly WorkflowNode[]> {
  if (!isUuid(key.connection)) return [];
  const [found] = await db.select({ nodes: workflows.nodes }).from(workflows).where(isKey(key));
  return found?.nodes ?? [];
}

/** Present workflows of which the platform names this user as the owner. */
async function workflowsOf(
  db: Db,
  { connection, email }: Pick<PlatformUser, 'connection' | 'email'>,
): Promise<readonly Workflow[]> {
  if (!isUuid(connection) || email === undefined) return [];
  const address = `<${email}>`;
  const theirs = sql`(${workflows.owner} = ${email}
    or right(${workflows.owner}, ${address.length}) = ${address})`;
  const rows = await selectWorkflows(db)
    .where(and(eq(workflows.connection, connection), isNull(workflows.goneAt), theirs))
    .orderBy(asc(workflows.ref));
  return rows.map(workflowOf);
}

/** Present workflows that point to these keys, with the fact that says so. */
function withFacts(db: Db, kinds: readonly Fact['kind'][], keys: readonly ItemKey[]) {
  const pointing = sql`(${facts.connection}, ${facts.foldedValue}) in (${keyRows(keys)})`;
  return db
    .select({
      row: shownColumns,
      connectionName: connections.name,
      syncedAt: connections.syncedAt,
      fact: facts,
    })
    .from(facts)
    .innerJoin(
      workflows,
      and(eq(workflows.connection, facts.connection), eq(workflows.id, facts.workflow)),
    )
    .innerJoin(connections, eq(connections.id, workflows.connection))
    .where(and(inArray(facts.kind, [...kinds]), pointing, isNull(workflows.goneAt)))
    .orderBy(asc(workflows.ref), asc(facts.position));
}

function isKey(key: ItemKey): SQL | undefined {
  return and(eq(workflows.connection, key.connection), eq(workflows.id, key.id));
}
