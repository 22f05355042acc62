import type { Fact, Hit, ItemKey, Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
import type { Query } from '../domain/query.ts';
import type { Surroundings } from '../domain/simulation.ts';
import { liveFacts } from '../domain/simulation.ts';
import { counted, listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { InventoryStore } from '../store/store.ts';
import type { CommandContext } from './command.ts';
import type { Missing } from './find-missing.ts';
import { missingNames } from './find-missing.ts';
import { eachFoundOn, factsWhileOn, findWithFoundOn, withFoundOn } from './found-on.ts';
import { assertConnected } from './query-connections.ts';
import { quotedReadings } from './quoted-reading.ts';
import { zoneOf } from './when.ts';

/** What a query found. `named` are those that were asked for by reference, by `keyText`. */
export type FoundWorkflows = {
  readonly hits: readonly Hit[];
  readonly total: number;
  readonly named: ReadonlySet<string>;
  /** When nothing was found: the query as it may have been meant, with a name in quotes. */
  readonly meant?: string;
  /** What it names that by itself is nowhere, whatever else it finds. */
  readonly missing?: readonly Missing[];
};

/**
 * Finds workflows by a query as a person typed it; references (`w3 w9`) are a query too.
 *
 * @throws UserError `bad_input` for what is no query, names a connection that there is not, or finds
 *   something only with quotes around a name; `not_found` for a reference nobody has
 */
export async function findWorkflows(
  context: CommandContext,
  text: string,
  limit: number,
): Promise<FoundWorkflows> {
  const { inventory } = context.store;
  const query = context.parseQuery(text, { now: context.now(), timeZone: zoneOf(context) });
  assertConnected(query, await context.store.connections.list());
  const refs = refsIn(query);
  const unknown: string[] = [];
  for (const ref of refs) {
    if ((await inventory.resolve('workflow', ref)).length === 0) unknown.push(ref);
  }
  if (unknown.length > 0) {
    throw new UserError('not_found', `No workflow has the reference ${listed(unknown)}.`, {
      hint: '`scope find` shows references; `scope sync` looks for new workflows.',
    });
  }
  const { hits, total } = await findWithFoundOn(context, query, limit);
  const [meant] = total === 0 ? await readingsOf(context, text) : [];
  const missing = await missingNames(inventory, query, { typed: text, found: total });
  const named = hits
    .filter(({ workflow }) => refs.has(workflow.ref))
    .map(({ workflow }) => keyText(workflow));
  return { hits, total, named: new Set(named), missing, ...(meant === undefined ? {} : { meant }) };
}

/**
 * The query with names in quotes, where that is a query too: `changed:` has no name.
 *
 * @throws UserError `bad_input` when one of them finds what the query as typed does not
 */
async function readingsOf(context: CommandContext, text: string): Promise<readonly string[]> {
  const at = { now: context.now(), timeZone: zoneOf(context) };
  const readings: string[] = [];
  for (const reading of quotedReadings(text)) {
    const query = parsed(() => context.parseQuery(reading, at));
    if (query === undefined) continue;
    const { total } = await context.store.inventory.find(query, { limit: 1 });
    if (total > 0) {
      throw new UserError('bad_input', `No workflow found for “${text.trim()}”.`, {
        hint: `Did you mean \`${reading}\`? It finds ${counted(total, 'workflow')}.`,
        candidates: [reading],
      });
    }
    readings.push(reading);
  }
  return readings;
}

function parsed(parse: () => Query): Query | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** References that were asked for, not those that were excluded. */
function refsIn(query: Query): ReadonlySet<string> {
  switch (query.kind) {
    case 'and':
    case 'or':
      return new Set(query.of.flatMap((part) => [...refsIn(part)]));
    case 'text':
      return new Set(query.field === 'ref' && !query.wildcard ? [query.value.toLowerCase()] : []);
    case 'word':
      return new Set(/^w\d+$/i.test(query.value) ? [query.value.toLowerCase()] : []);
    case 'all':
    case 'not':
    case 'flag':
    case 'time':
    case 'items':
      return new Set();
  }
}

/** What the inventory knows around some workflows, and the error workflows that would be started. */
export type Neighbourhood = {
  readonly surroundings: Surroundings;
  readonly errorWorkflows: readonly {
    readonly workflow: Workflow;
    readonly of: readonly string[];
  }[];
  /** Those that are called and not among them, by `keyText`; without what the inventory lacks. */
  readonly called: ReadonlyMap<string, Workflow>;
};

/** Loads it in a few reads, however many workflows there are. */
export async function lookAround(
  context: CommandContext,
  workflows: readonly Workflow[],
): Promise<Neighbourhood> {
  const { inventory } = context.store;
  const facts = await runningFacts(inventory, workflows);
  const errorWorkflows = await findErrorWorkflows(context, workflows, facts);
  const all = [...workflows, ...errorWorkflows.map(({ workflow }) => workflow)];
  const used = new Map<string, ItemKey>();
  for (const workflow of all) {
    for (const fact of liveFacts(workflow, facts)) {
      if (fact.kind !== 'credential') continue;
      const key = { connection: workflow.connection, id: fact.value };
      used.set(keyText(key), key);
    }
  }
  const credentials = await inventory.credentials();
  const credentialRefs = new Map(
    credentials.map((credential) => [keyText(credential), credential.ref]),
  );
  return {
    surroundings: {
      facts,
      callers: await eachFoundOn(context, await inventory.callersOf(all)),
      sharers: await eachFoundOn(context, await inventory.usersOfCredentials([...used.values()])),
      credentialRefs,
    },
    errorWorkflows,
    called: await calledBy(inventory, all, facts),
  };
}

async function calledBy(
  inventory: InventoryStore,
  workflows: readonly Workflow[],
  facts: ReadonlyMap<string, readonly Fact[]>,
): Promise<Neighbourhood['called']> {
  const own = new Set(workflows.map(keyText));
  const items = new Map<string, ItemKey>();
  for (const workflow of workflows) {
    for (const { kind, value } of liveFacts(workflow, facts)) {
      const key = { connection: workflow.connection, id: value };
      if (kind === 'calls' && !own.has(keyText(key))) items.set(keyText(key), key);
    }
  }
  if (items.size === 0) return new Map();
  const called = { kind: 'items', items: [...items.values()] } as const;
  const { hits } = await inventory.find(called, { limit: items.size });
  return new Map(hits.map(({ workflow }) => [keyText(workflow), workflow]));
}

/** Also the error workflows of error workflows. `facts` is filled up with theirs. */
async function findErrorWorkflows(
  context: CommandContext,
  workflows: readonly Workflow[],
  facts: Map<string, readonly Fact[]>,
): Promise<Neighbourhood['errorWorkflows']> {
  const { inventory } = context.store;
  const found = new Map<string, { workflow: Workflow; of: Set<string> }>();
  const known = new Map(workflows.map((workflow) => [keyText(workflow), workflow]));
  let next = workflows.filter(isOn);
  while (next.length > 0) {
    const fresh: Workflow[] = [];
    for (const workflow of next) {
      for (const key of errorWorkflowsOf(workflow, facts)) {
        const before = found.get(keyText(key));
        before?.of.add(workflow.ref);
        if (before) continue;
        const reporter = known.get(keyText(key)) ?? (await workflowAt(context, key));
        if (!reporter || reporter.goneAt !== undefined) continue;
        found.set(keyText(key), { workflow: reporter, of: new Set([workflow.ref]) });
        if (!known.has(keyText(key))) fresh.push(reporter);
      }
    }
    for (const [key, own] of await runningFacts(inventory, fresh)) facts.set(key, own);
    next = fresh;
  }
  return [...found.values()].map(({ workflow, of }) => ({ workflow, of: [...of] }));
}

async function workflowAt(context: CommandContext, key: ItemKey): Promise<Workflow | undefined> {
  const found = await context.store.inventory.workflow(key);
  const [workflow] = await withFoundOn(context, found ? [found] : []);
  return workflow;
}

async function runningFacts(
  inventory: InventoryStore,
  workflows: readonly Workflow[],
): Promise<Map<string, readonly Fact[]>> {
  const facts = new Map(await inventory.factsOf(workflows));
  for (const workflow of workflows) {
    const key = keyText(workflow);
    facts.set(key, factsWhileOn(workflow, facts.get(key) ?? []));
  }
  return facts;
}

function errorWorkflowsOf(
  workflow: Workflow,
  facts: ReadonlyMap<string, readonly Fact[]>,
): readonly ItemKey[] {
  return liveFacts(workflow, facts)
    .filter((fact) => fact.kind === 'error_workflow' && fact.value !== workflow.id)
    .map((fact) => ({ connection: workflow.connection, id: fact.value }));
}
