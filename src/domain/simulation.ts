import type { Fact, ItemKey, Workflow } from './inventory.ts';
import { isOn, keyText } from './inventory.ts';
import { counted, listed } from './wording.ts';

/** What the inventory knows about some workflows and those around them. */
export type Surroundings = {
  /** By `keyText`, at least for the workflows in question. */
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  /** Workflows that call them, or use them as their error workflow. */
  readonly callers: readonly {
    readonly target: ItemKey;
    readonly workflow: Workflow;
    readonly fact: Fact;
  }[];
  /** Everyone who uses the credentials that they use. */
  readonly sharers: readonly { readonly credential: ItemKey; readonly workflow: Workflow }[];
  /** References (`c3`) of those credentials, by `keyText`. */
  readonly credentialRefs: ReadonlyMap<string, string>;
};

/** Facts that are addresses which somebody outside may call. */
export const entryKinds = ['webhook', 'form', 'chat', 'mcp'] as const;

/** Anyone who knows the address may start what is behind it. */
export function isOpenEntry({ kind, auth }: Fact): boolean {
  return entryKinds.some((entry) => entry === kind) && auth === 'none';
}

/** An address that stops answering. */
export type Entry = {
  readonly kind: (typeof entryKinds)[number];
  readonly path: string;
  readonly method?: string;
  /** Anyone who knows the address may call it. */
  readonly open: boolean;
};

/** What breaks when one workflow is switched off. All references are those of other workflows. */
export type Impact = {
  readonly workflow: Workflow;
  /** Parents that will fail at the call, and are not switched off themselves. */
  readonly callers: readonly string[];
  /** Those whose failures this one reports; they fail unnoticed. */
  readonly reportsFor: readonly string[];
  readonly entries: readonly Entry[];
  /** In words: what will not fire. */
  readonly schedules: readonly string[];
  /** Triggers of other kinds that stop listening: `mqttTrigger`. */
  readonly triggers: readonly string[];
  /** Credentials that others go on using: switching this off does not take them away. */
  readonly shared: readonly { readonly credential: string; readonly others: readonly string[] }[];
  /** The above in sentences, for the responder. */
  readonly breaks: readonly string[];
};

/**
 * What breaks if all of these are disabled at once.
 *
 * Only what runs counts: facts of drafts and of nodes that are switched off break nothing, and a
 * workflow that is inactive already breaks nobody.
 */
export function simulate(
  workflows: readonly Workflow[],
  surroundings: Surroundings,
): readonly Impact[] {
  const contained = new Set(workflows.map(keyText));
  const callers = Map.groupBy(
    surroundings.callers.filter(
      ({ workflow, fact }) =>
        isOn(workflow) &&
        !contained.has(keyText(workflow)) &&
        runs(fact) &&
        workflow.goneAt === undefined,
    ),
    ({ target }) => keyText(target),
  );
  const sharers = Map.groupBy(
    surroundings.sharers.filter(
      ({ workflow }) => isOn(workflow) && !contained.has(keyText(workflow)),
    ),
    ({ credential }) => keyText(credential),
  );
  return workflows.map((workflow) => {
    const around = callers.get(keyText(workflow)) ?? [];
    const facts = liveFacts(workflow, surroundings.facts);
    const impact = {
      workflow,
      callers: refsOf(around.filter(({ fact }) => fact.kind === 'calls')),
      reportsFor: refsOf(around.filter(({ fact }) => fact.kind === 'error_workflow')),
      ...standsStill(workflow, facts),
      shared: sharedCredentials(workflow, facts, sharers, surroundings.credentialRefs),
    };
    return { ...impact, breaks: sentences(impact) };
  });
}

/** True for what takes part when the workflow runs. */
export function runs(fact: Fact): boolean {
  return (fact.in === 'both' || fact.in === 'live') && fact.disabled !== true;
}

/** Triggers that other workflows start; what their callers lose is said of the callers. */
const startedByWorkflows = ['executeworkflowtrigger', 'errortrigger'];

/** True for a trigger that listens to something outside of the platform. */
export function listens({ kind, value }: Fact): boolean {
  const type = value.slice(value.lastIndexOf('.') + 1).toLowerCase();
  return kind === 'trigger' && !startedByWorkflows.includes(type);
}

/** The facts of what runs. */
export function liveFacts(
  workflow: ItemKey,
  facts: ReadonlyMap<string, readonly Fact[]>,
): readonly Fact[] {
  return (facts.get(keyText(workflow)) ?? []).filter(runs);
}

function standsStill(
  workflow: Workflow,
  facts: readonly Fact[],
): Pick<Impact, 'entries' | 'schedules' | 'triggers'> {
  if (!isOn(workflow)) return { entries: [], schedules: [], triggers: [] };
  return {
    entries: facts.flatMap((fact) => entryOf(fact) ?? []),
    schedules: valuesOf(facts, 'schedule'),
    triggers: valuesOf(facts.filter(listens), 'trigger'),
  };
}

function entryOf(fact: Fact): Entry | undefined {
  const kind = entryKinds.find((known) => known === fact.kind);
  if (kind === undefined) return undefined;
  return {
    kind,
    path: fact.value,
    ...(fact.method === undefined ? {} : { method: fact.method }),
    open: fact.auth === 'none',
  };
}

function sharedCredentials(
  workflow: Workflow,
  facts: readonly Fact[],
  sharers: ReadonlyMap<string, readonly { readonly workflow: Workflow }[]>,
  refs: ReadonlyMap<string, string>,
): Impact['shared'] {
  return valuesOf(facts, 'credential').flatMap((id) => {
    const key = keyText({ connection: workflow.connection, id });
    const others = refsOf(sharers.get(key) ?? []);
    return others.length === 0 ? [] : [{ credential: refs.get(key) ?? id, others }];
  });
}

function sentences(impact: Omit<Impact, 'breaks'>): readonly string[] {
  return [
    ...impact.entries.map(
      (entry) => `${entryWords(entry)}${entry.open ? ' (anyone may call it now)' : ''}.`,
    ),
    ...impact.schedules.map((rule) => `Its schedule (${rule}) will not fire.`),
    ...impact.triggers.map((trigger) => `Its ${trigger} will not listen.`),
    ...ifAny(
      impact.callers,
      (refs) => `${listed(refs)} ${refs.length === 1 ? 'calls' : 'call'} it and will fail there.`,
    ),
    ...ifAny(
      impact.reportsFor,
      (refs) => `Failures of ${listed(refs)} will go unreported: it is their error workflow.`,
    ),
    ...impact.shared.map(
      ({ credential, others }) =>
        `Its credential ${credential} stays in use by ${counted(others.length, 'other workflow')}: ${listed(others)}.`,
    ),
  ];
}

function entryWords(entry: Entry): string {
  // Its listener belongs to no workflow and goes on taking connections.
  if (entry.method === 'WEBSOCKET')
    return `What is sent to its websocket ${entry.path} goes nowhere`;
  const method = entry.method === undefined ? '' : `${entry.method} `;
  return `Its ${entry.kind} ${method}${entry.path} will refuse`;
}

function ifAny<T>(items: readonly T[], say: (items: readonly T[]) => string): readonly string[] {
  return items.length === 0 ? [] : [say(items)];
}

function refsOf(found: readonly { readonly workflow: Workflow }[]): readonly string[] {
  return [...new Set(found.map(({ workflow }) => workflow.ref))];
}

function valuesOf(facts: readonly Fact[], kind: Fact['kind']): readonly string[] {
  return [...new Set(facts.filter((fact) => fact.kind === kind).map((fact) => fact.value))];
}
