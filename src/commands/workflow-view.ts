import type { Fact, FactKind, ItemKey, Workflow } from '../domain/inventory.ts';
import { isOn, keyText } from '../domain/inventory.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import type { Block, View } from '../domain/reply.ts';
import { listed } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { coverageOf } from './coverage.ts';
import { factsWhileOn, withFoundOn } from './found-on.ts';
import { showTime } from './show-time.ts';
import { zoneOf } from './when.ts';

/** What static analysis says, in the order in which a responder asks. */
const factWords: Readonly<Record<FactKind, string>> = {
  webhook: 'webhook',
  form: 'form',
  chat: 'chat',
  mcp: 'MCP entry',
  schedule: 'schedule',
  trigger: 'trigger',
  host: 'calls host',
  runtime_host: 'host known only at run time',
  credential: 'credential',
  calls: 'calls workflow',
  calls_unknown: 'calls a workflow known only at run time',
  error_workflow: 'error workflow',
  code: 'runs code',
  host_access: 'reaches the platform’s host',
  platform_api: 'can call the platform’s own API',
  package: 'community package',
  env: 'reads environment variables',
  secret: 'hard-coded secret (fingerprint)',
  node: 'node type',
};

/** One workflow with all that is known of it. */
export async function showWorkflow(context: CommandContext, key: ItemKey): Promise<View> {
  const coverage = await coverageOf(context);
  const { inventory } = context.store;
  const known = await inventory.workflow(key);
  const [workflow] = await withFoundOn(context, known ? [known] : []);
  if (!workflow) {
    throw new UserError('not_found', 'That workflow is not known any more.', {
      hint: '`scope sync` looks again.',
    });
  }
  const facts = factsWhileOn(workflow, (await inventory.factsOf([key])).get(keyText(key)) ?? []);
  const callers = await inventory.callersOf([key]);
  const plans = await visiblePlans(context, key);
  const names = await calleeNames(context, key, facts);
  return {
    kind: 'view',
    title: `${workflow.ref} ${workflow.name}`,
    blocks: [
      { kind: 'fields', fields: fieldsOf(workflow, zoneOf(context)) },
      ...warningsOf(workflow),
      ...factTable(facts, names),
      ...(callers.length === 0
        ? []
        : [text(`Used by ${listed([...new Set(callers.map((one) => one.workflow.ref))], 20)}.`)]),
      ...(plans.length === 0
        ? []
        : [text(`Switched off by ${listed(plans.map((plan) => plan.name))}.`)]),
      ...coverage.blocks,
    ],
    next: workflow.goneAt
      ? ['scope sync']
      : [`contain simulate ${workflow.ref}`, `contain plan ${workflow.ref}`],
    audience: 'person',
    outcome: 'done',
    data: {
      ...dataOf(workflow),
      facts: facts.map(factData),
      usedBy: callers.map(({ workflow: caller, fact }) => ({ ref: caller.ref, as: fact.kind })),
      switchedOffBy: plans.map((plan) => plan.name),
      coverage: coverage.data,
    },
  };
}

/** Plans of incidents that the caller may not see are not mentioned. */
async function visiblePlans(context: CommandContext, key: ItemKey): Promise<readonly Plan[]> {
  const { store, caller } = context;
  const plans = await store.plans.containing(key);
  const seen = await Promise.all(
    plans.map(async (plan) => ({
      plan,
      incident: await store.incidents.byId(plan.incident, caller.person.id),
    })),
  );
  return seen.flatMap(({ plan, incident }) => (incident ? [plan] : []));
}

type Field = readonly [string, string];

function optional(name: string, value: string | undefined): readonly Field[] {
  return value === undefined || value === '' ? [] : [[name, value]];
}

function fieldsOf(workflow: Workflow, zone: string): readonly Field[] {
  const at = (instant: Date | undefined) => (instant ? showTime(instant, zone) : undefined);
  return [
    ['connection', workflow.connectionName],
    ['active', activeWords(workflow, zone)],
    ...optional('owner', workflow.owner),
    ...optional('project', workflow.project),
    ...optional('tags', workflow.tags.join(', ')),
    ...optional(
      'changed',
      [at(workflow.changedAt), workflow.changedBy].filter(Boolean).join(' by '),
    ),
    ['last ran', at(workflow.lastRanAt) ?? 'not seen running'],
    ['platform id', workflow.id],
    ['seen', showTime(workflow.seenAt, zone)],
  ];
}

function warningsOf(workflow: Workflow): readonly Block[] {
  return [
    ...(workflow.goneAt ? ['The last look did not find it any more.'] : []),
    ...(workflow.archived ? ['It is archived.'] : []),
    ...(workflow.draftDiffers ? ['Its draft differs from the version that runs.'] : []),
    ...(workflow.savesExecutions
      ? []
      : ['It keeps no record of executions: that none is seen proves nothing.']),
  ].map((warning) => ({ kind: 'warning', text: warning }));
}

/** By platform id, of the workflows that this one calls or reports to, as far as they are known. */
async function calleeNames(
  { store }: CommandContext,
  { connection }: ItemKey,
  facts: readonly Fact[],
): Promise<ReadonlyMap<string, string>> {
  const ids = facts
    .filter(({ kind }) => kind === 'calls' || kind === 'error_workflow')
    .map(({ value }) => value);
  const known = await Promise.all(
    [...new Set(ids)].map((id) => store.inventory.workflow({ connection, id })),
  );
  return new Map(
    known.flatMap((one) => (one ? [[one.id, `${one.ref} “${one.name}”`] as const] : [])),
  );
}

function valueOf(fact: Fact, names: ReadonlyMap<string, string>): string {
  const isWorkflow = fact.kind === 'calls' || fact.kind === 'error_workflow';
  const name = isWorkflow ? names.get(fact.value) : undefined;
  if (name !== undefined) return name;
  return [fact.method, fact.value, fact.label === undefined ? undefined : `(${fact.label})`]
    .filter((part) => part !== undefined)
    .join(' ');
}

function factTable(facts: readonly Fact[], names: ReadonlyMap<string, string>): readonly Block[] {
  const kinds = Object.keys(factWords);
  const shown = facts
    .filter((fact) => fact.kind !== 'node')
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  if (shown.length === 0) return [];
  const rows = shown.map((fact) => [
    factWords[fact.kind],
    valueOf(fact, names),
    fact.node ?? '',
    notesOf(fact),
  ]);
  return [{ kind: 'table', columns: ['what', 'value', 'node', 'note'], rows }];
}

const versionNotes: Readonly<Record<Fact['in'], readonly string[]>> = {
  both: [],
  draft: ['draft version only'],
  live: ['live version only'],
  was_live: ['live until it was switched off'],
};

function notesOf(fact: Fact): string {
  return [
    ...(fact.auth === 'none' ? ['anyone may call it'] : []),
    ...(fact.auth !== undefined && fact.auth !== 'none' ? [`auth: ${fact.auth}`] : []),
    ...(fact.wasLive === true ? versionNotes.was_live : versionNotes[fact.in]),
    ...(fact.disabled === true ? ['switched off in the editor'] : []),
  ].join(', ');
}

/** `yes`, `no`, or that its platform lists it as off and our own last check found otherwise. */
export function activeWords({ active, foundOnAt, goneAt }: Workflow, zone: string): string {
  if (goneAt !== undefined) return `gone; ${active ? 'on' : 'off'} when it was last seen`;
  if (active) return 'yes';
  if (foundOnAt === undefined) return 'no';
  return `listed as off, NOT contained: last found on ${showTime(foundOnAt, zone)}`;
}

/** Whether it is on, for programs: what our last check found counts before what is listed. */
export function standingData(workflow: Workflow): JsonObject {
  const { active, foundOnAt } = workflow;
  return {
    active: isOn(workflow),
    ...(active || foundOnAt === undefined
      ? {}
      : { listedAs: 'off', foundOnAt: foundOnAt.toISOString() }),
  };
}

/** What a program is told of a workflow wherever one is named. */
export function briefData(workflow: Workflow): JsonObject {
  return {
    ref: workflow.ref,
    name: workflow.name,
    connection: workflow.connectionName,
    id: workflow.id,
    ...standingData(workflow),
    archived: workflow.archived,
    draftDiffers: workflow.draftDiffers,
    owner: workflow.owner ?? null,
  };
}

function dataOf(workflow: Workflow): JsonObject {
  return {
    ...briefData(workflow),
    project: workflow.project ?? null,
    tags: workflow.tags,
    changedAt: workflow.changedAt?.toISOString() ?? null,
    changedBy: workflow.changedBy ?? null,
    lastRanAt: workflow.lastRanAt?.toISOString() ?? null,
    goneAt: workflow.goneAt?.toISOString() ?? null,
  };
}

function factData(fact: Fact): JsonObject {
  const { kind, value, in: version, wasLive, node, label, auth, method, disabled } = fact;
  return {
    kind,
    value,
    in: version,
    ...(wasLive === undefined ? {} : { wasLive }),
    ...(node === undefined ? {} : { node }),
    ...(label === undefined ? {} : { label }),
    ...(auth === undefined ? {} : { auth }),
    ...(method === undefined ? {} : { method }),
    ...(disabled === undefined ? {} : { disabled }),
  };
}

function text(said: string): Block {
  return { kind: 'text', text: said };
}
