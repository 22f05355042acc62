import type { NodeFact } from '../node-texts.ts';
import { isExpression, stringAt, valueAt } from './analyse-node.ts';
import type { N8nNode } from './analyse-node.ts';

const callers = new Set(['executeWorkflow', 'toolWorkflow', 'retrieverWorkflow']);

/** What a node calls: another workflow by id, one given inline, or one only known at run time. */
export type Calls = {
  readonly facts: readonly NodeFact[];
  /** The nodes of a sub-workflow that is written into this one. */
  readonly inline: readonly unknown[];
};

/** Sub-workflow calls of a node, in every shape that n8n has had. */
export function callsOf(node: N8nNode): Calls {
  if (!callers.has(node.shortType)) return { facts: [], inline: [] };
  const source = stringAt(node.parameters, 'source') ?? 'database';
  if (source === 'parameter') {
    const inline = inlineNodes(stringAt(node.parameters, 'workflowJson'));
    return inline ? { facts: [], inline } : { facts: [unknownCall(node)], inline: [] };
  }
  if (source !== 'database') return { facts: [unknownCall(node, source)], inline: [] };
  const id = calledId(node);
  if (id === undefined) return { facts: [], inline: [] };
  if (isExpression(id)) return { facts: [unknownCall(node)], inline: [] };
  const label = stringAt(node.parameters, 'workflowId', 'cachedResultName');
  return {
    facts: [{ kind: 'calls', value: id, ...(label === undefined ? {} : { label }) }],
    inline: [],
  };
}

/**
 * True for a node that does not wait for the workflow it is given, where that may name an id of its
 * own: n8n lists what runs of it under that id.
 */
export function startsUntraced(node: N8nNode): boolean {
  const source = stringAt(node.parameters, 'source') ?? 'database';
  if (node.shortType !== 'executeWorkflow' || source === 'database') return false;
  if (valueAt(node.parameters, 'options', 'waitForSubWorkflow') !== false) return false;
  if (source !== 'parameter') return true;
  try {
    const parsed: unknown = JSON.parse(stringAt(node.parameters, 'workflowJson') ?? '{}');
    return typeof parsed !== 'object' || parsed === null || 'id' in parsed;
  } catch {
    // An expression builds it.
    return true;
  }
}

function calledId({ parameters }: N8nNode): string | undefined {
  const given = valueAt(parameters, 'workflowId');
  const value = typeof given === 'object' ? valueAt(parameters, 'workflowId', 'value') : given;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const text = value.trim();
  // `mode: url` holds the editor's address of the workflow.
  const inAddress = /^https?:\/\/.*\/workflow\/([\w-]+)/.exec(text);
  // A literal in expression mode (`=abc123`) is still a literal.
  return inAddress?.[1] ?? (/^=[\w-]+$/.test(text) ? text.slice(1) : text);
}

function unknownCall(node: N8nNode, source?: string): NodeFact {
  const label = source === undefined ? {} : { label: `workflow from ${source}` };
  return { kind: 'calls_unknown', value: node.name, ...label };
}

const maxInlineLength = 2_000_000;

function inlineNodes(json: string | undefined): readonly unknown[] | undefined {
  if (json === undefined || json.length > maxInlineLength) return undefined;
  try {
    const parsed: unknown = JSON.parse(isExpression(json) ? json.slice(1) : json);
    const nodes =
      typeof parsed === 'object' && parsed !== null && 'nodes' in parsed ? parsed.nodes : [];
    return Array.isArray(nodes) ? nodes : undefined;
  } catch {
    // An expression builds it, or it is broken: either way its calls are not known here.
    return undefined;
  }
}
