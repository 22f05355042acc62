import { z } from 'zod';

import type { Fact } from '../../domain/inventory.ts';
import { secretFacts, withoutSecrets } from '../hard-coded-secrets.ts';
import { textsIn } from '../node-texts.ts';
import type { NodeFact } from '../node-texts.ts';
import { callsOf } from './analyse-calls.ts';
import { codeFacts } from './analyse-code.ts';
import { credentialFacts } from './analyse-credentials.ts';
import { hostFacts } from './analyse-hosts.ts';
import { readNodes } from './analyse-node.ts';
import type { N8nNode } from './analyse-node.ts';
import { triggerFacts } from './analyse-triggers.ts';

const list = z.array(z.unknown());
const workflowSchema = z.object({
  nodes: list.catch([]),
  activeVersion: z
    .object({ nodes: list.catch([]) })
    .nullish()
    .catch(undefined),
  settings: z
    .object({ errorWorkflow: z.string().catch(''), timezone: z.string().catch('') })
    .catch({ errorWorkflow: '', timezone: '' }),
  pinData: z.unknown().optional(),
  staticData: z.unknown().optional(),
});

type Options = {
  /** Keyed hash of a hard-coded secret. The secret itself goes nowhere else. */
  readonly fingerprint: (secret: string) => string;
};

/**
 * Everything static analysis can say about a workflow of n8n's public API: its draft (`nodes`) and
 * what runs (`activeVersion.nodes`), told apart because an attacker may have cleaned only one.
 *
 * Never throws: what is malformed says nothing, what is unknown is still searched for hosts,
 * secrets and environment reads. No fact holds a secret, and no fact appears twice.
 */
export function analyse(workflow: unknown, options: Options): Fact[] {
  const parsed = workflowSchema.safeParse(workflow);
  if (!parsed.success) return [];
  const { nodes, activeVersion, settings, pinData, staticData } = parsed.data;
  const timeZone = settings.timezone === '' ? undefined : settings.timezone;

  const whole = wholeFacts(settings.errorWorkflow, [pinData, staticData], options);
  const draft = [...nodesFacts(nodes, timeZone, options), ...whole];
  if (!activeVersion) return draft.map((fact) => ({ ...fact, in: 'draft' }));
  // Most workflows run what their draft shows; one analysis then serves both.
  const isSame = JSON.stringify(nodes) === JSON.stringify(activeVersion.nodes);
  if (isSame) return draft.map((fact) => ({ ...fact, in: 'both' }));
  return merged(draft, [...nodesFacts(activeVersion.nodes, timeZone, options), ...whole]);
}

/** Sub-workflows written into a sub-workflow that is written into …: deeper than anyone nests. */
const maxInlineDepth = 5;

function nodesFacts(
  nodes: readonly unknown[],
  timeZone: string | undefined,
  options: Options,
): NodeFact[] {
  const read = readNodes(nodes);
  const facts = read.flatMap((node) =>
    nodeFacts(node, options, 0, triggerFacts(node, timeZone)).map((fact) => shown(fact, node)),
  );
  return distinct([...typeFacts(read), ...facts]);
}

function nodeFacts(
  node: N8nNode,
  options: Options,
  depth: number,
  triggers: readonly NodeFact[] = [],
): NodeFact[] {
  const texts = textsIn(node.parameters);
  const secrets = secretFacts(texts, options.fingerprint);
  // A note on the canvas calls nothing, but people write tokens on it.
  if (node.shortType === 'stickyNote') return secrets;
  const calls = callsOf(node);
  const inside = depth < maxInlineDepth ? readNodes(calls.inline) : [];
  // What is read node by node below need not be read as one long text here.
  const own = inside.length > 0 ? texts.filter(({ key }) => key !== 'workflowJson') : texts;
  return [
    ...credentialFacts(node),
    ...triggers,
    ...hostFacts(node, own),
    ...calls.facts,
    ...codeFacts(node, own),
    ...secrets,
    // Triggers of an inline sub-workflow are never registered, so they are left out.
    ...inside.flatMap((inner) => [...nodeFacts(inner, options, depth + 1), ...typeFacts([inner])]),
  ];
}

/** One fact for each type of node, however often it is used; enabled ones speak for the type. */
function typeFacts(nodes: readonly N8nNode[]): NodeFact[] {
  const types = new Map<string, N8nNode>();
  for (const node of nodes) {
    const value = node.type.slice(node.type.lastIndexOf('.') + 1).toLowerCase();
    if (value === '') continue;
    const known = types.get(value);
    if (!known || (known.disabled && !node.disabled)) types.set(value, node);
  }
  return [...types].map(([value, node]) => shown({ kind: 'node', value }, node));
}

function wholeFacts(errorWorkflow: string, held: readonly unknown[], options: Options): NodeFact[] {
  const facts: NodeFact[] = secretFacts(
    held.flatMap((value) => textsIn(value)),
    options.fingerprint,
  ).map((fact) => ({ ...fact, label: `${fact.label ?? 'secret'} in pinned or static data` }));
  // `DEFAULT` is n8n's word for none.
  if (errorWorkflow !== '' && errorWorkflow !== 'DEFAULT') {
    facts.push({ kind: 'error_workflow', value: errorWorkflow });
  }
  return facts;
}

/** The fact with its node, and with token shapes taken out of whatever people named. */
function shown(fact: NodeFact, node: N8nNode): NodeFact {
  return {
    ...fact,
    value: fact.kind === 'secret' ? fact.value : withoutSecrets(fact.value),
    node: withoutSecrets(fact.node ?? node.name),
    ...(fact.label === undefined ? {} : { label: withoutSecrets(fact.label) }),
    ...(node.disabled ? { disabled: true } : {}),
  };
}

function keyOf({ kind, value, node, label, auth, method, disabled }: NodeFact): string {
  return JSON.stringify([kind, value, node, label, auth, method, disabled]);
}

function distinct(facts: readonly NodeFact[]): NodeFact[] {
  return [...new Map(facts.map((fact) => [keyOf(fact), fact])).values()];
}

function merged(draft: readonly NodeFact[], live: readonly NodeFact[]): Fact[] {
  const inLive = new Set(live.map(keyOf));
  const inDraft = new Set(draft.map(keyOf));
  return [
    ...draft.map((fact): Fact => ({ ...fact, in: inLive.has(keyOf(fact)) ? 'both' : 'draft' })),
    ...live
      .filter((fact) => !inDraft.has(keyOf(fact)))
      .map((fact): Fact => ({ ...fact, in: 'live' })),
  ];
}
