import { z } from 'zod';

/** What a node's type, name and parameters say, once every field has the shape that n8n documents. */
export type N8nNode = {
  readonly name: string;
  /** With its package: `n8n-nodes-base.httpRequest`. */
  readonly type: string;
  /** Without its package: `httpRequest`. The tool variants of base nodes (`httpRequestTool`) lose their ending. */
  readonly shortType: string;
  readonly typeVersion: number;
  readonly parameters: Parameters;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly disabled: boolean;
  readonly webhookId: string | undefined;
};

export type Parameters = Readonly<Record<string, unknown>>;

/** Packages that come with n8n itself; everything else was installed by somebody. */
export const builtInPackages: readonly string[] = [
  'n8n-nodes-base',
  '@n8n/n8n-nodes-langchain',
  'n8n-nodes-langchain',
];

const record = z.record(z.string(), z.unknown());

// A hostile or broken field must not hide the rest of its node, hence the catches.
const nodeSchema = z.object({
  name: z.string().catch('(no name)'),
  type: z.string().catch(''),
  typeVersion: z.number().catch(1),
  parameters: record.catch({}),
  credentials: record.catch({}),
  disabled: z.boolean().catch(false),
  webhookId: z.string().optional().catch(undefined),
});

/** The readable nodes of a definition; what is no object is no node to n8n either. */
export function readNodes(nodes: readonly unknown[]): N8nNode[] {
  const read: N8nNode[] = [];
  for (const each of nodes) {
    const parsed = nodeSchema.safeParse(each);
    if (!parsed.success) continue;
    const { webhookId, ...rest } = parsed.data;
    read.push({ ...rest, webhookId, shortType: shortTypeOf(rest.type) });
  }
  return read;
}

/** The npm package of a node type: `n8n-nodes-base`, or one that was installed. */
export function packageOf(type: string): string {
  const dot = type.lastIndexOf('.');
  return dot === -1 ? '' : type.slice(0, dot);
}

function shortTypeOf(type: string): string {
  const short = type.slice(type.lastIndexOf('.') + 1);
  return packageOf(type) === 'n8n-nodes-base' && short.endsWith('Tool')
    ? short.slice(0, -4)
    : short;
}

/** A string parameter, or undefined when it is absent, empty or something else. */
export function stringAt(parameters: Parameters, ...path: readonly string[]): string | undefined {
  const found = valueAt(parameters, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Whatever lies at a path of keys. */
export function valueAt(parameters: Parameters, ...path: readonly string[]): unknown {
  let here: unknown = parameters;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
}

/** The objects of a list at a path; n8n keeps repeated groups of fields this way. */
export function groupsAt(parameters: Parameters, ...path: readonly string[]): Parameters[] {
  const found = valueAt(parameters, ...path);
  if (!Array.isArray(found)) return [];
  return found.flatMap((item) => {
    const parsed = record.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** True for values that n8n computes when the workflow runs. */
export function isExpression(value: string): boolean {
  return value.startsWith('=');
}
