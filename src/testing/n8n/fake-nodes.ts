import { z } from 'zod';

const record = z.record(z.string(), z.unknown());

/** A node as it was sent; what the fake does not know it keeps and answers again. */
export const fakeNode = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  typeVersion: z.number(),
  parameters: record,
  webhookId: z.string().optional(),
  disabled: z.boolean().optional(),
  credentials: z.record(z.string(), z.looseObject({ id: z.string() })).optional(),
});
export type FakeNode = z.infer<typeof fakeNode>;

const link = z.object({ node: z.string() });

/** Where each node's output goes: the names of the nodes that come next. */
export function nextOf(connections: unknown, name: string): readonly string[] {
  const outputs = z
    .record(z.string(), z.looseObject({ main: z.array(z.array(link).nullable()).optional() }))
    .catch({})
    .parse(connections);
  return (outputs[name]?.main?.[0] ?? []).map(({ node }) => node);
}

/** The node's type without its package. */
export function shortType(node: FakeNode): string {
  return node.type.slice(node.type.lastIndexOf('.') + 1);
}

/** One address at which a published workflow listens. */
export type Entrance = {
  readonly node: FakeNode;
  readonly methods: readonly string[];
  /** Below `/webhook`, `/form` or `/mcp`, which n8n keeps in one table. */
  readonly path: string;
};

// Nodes of n8n whose webhook lies at `<webhookId>/webhook`; the fake needs a few, not all.
const nativeHooks = new Set(['telegramTrigger', 'githubTrigger', 'stripeTrigger', 'slackTrigger']);

/** The addresses at which these nodes listen once they are published. */
export function entrancesOf(nodes: readonly FakeNode[]): Entrance[] {
  return nodes.flatMap((node): Entrance[] => {
    if (node.disabled === true) return [];
    const { parameters, webhookId = '' } = node;
    const path =
      text(parameters['path']) || text(record.catch({}).parse(parameters['options'])['path']);
    switch (shortType(node)) {
      case 'webhook': {
        const isDynamic = path.startsWith(':') || path.includes('/:');
        const served = isDynamic ? `${webhookId}/${path}` : path || webhookId;
        return [{ node, methods: methodsOf(parameters['httpMethod']), path: served }];
      }
      case 'formTrigger':
        return [{ node, methods: ['GET', 'POST'], path: path || webhookId }];
      case 'chatTrigger':
        return [{ node, methods: ['GET', 'POST'], path: `${webhookId}/chat` }];
      case 'mcpTrigger':
        return [{ node, methods: ['GET', 'POST', 'DELETE'], path: path || webhookId }];
      default:
        return nativeHooks.has(shortType(node))
          ? [{ node, methods: ['POST'], path: `${webhookId}/webhook` }]
          : [];
    }
  });
}

/** True when n8n can publish a workflow because of this node. */
export function isTrigger(node: FakeNode): boolean {
  const short = shortType(node);
  if (node.disabled === true || short === 'manualTrigger') return false;
  return (
    short === 'webhook' || short === 'cron' || short === 'interval' || short.endsWith('Trigger')
  );
}

/** Ids of the workflows that these nodes call by a literal id, each with the node that does. */
export function calledBy(
  nodes: readonly FakeNode[],
): { readonly node: string; readonly id: string }[] {
  return nodes.flatMap((node) => {
    if (shortType(node) !== 'executeWorkflow' || node.disabled === true) return [];
    const id = calledId(node);
    return id === '' || id.startsWith('=') ? [] : [{ node: node.name, id }];
  });
}

/** The id of the workflow that a node calls, literal or expression; empty when there is none. */
export function calledId(node: FakeNode): string {
  const given = node.parameters['workflowId'];
  return text(typeof given === 'object' ? record.catch({}).parse(given)['value'] : given);
}

/** The seconds between two fires of a schedule trigger, when it has such a rule. */
export function everyMsOf(node: FakeNode): number | undefined {
  if (shortType(node) !== 'scheduleTrigger' || node.disabled === true) return undefined;
  const rules = z
    .object({
      interval: z.array(
        z.looseObject({ field: z.string().optional(), secondsInterval: z.number().optional() }),
      ),
    })
    .safeParse(node.parameters['rule']);
  const rule = rules.success ? rules.data.interval[0] : undefined;
  return rule?.field === 'seconds' ? (rule.secondsInterval ?? 30) * 1000 : undefined;
}

function methodsOf(given: unknown): string[] {
  const methods = (Array.isArray(given) ? given : [given]).filter(
    (each) => typeof each === 'string',
  );
  return methods.length > 0 ? methods : ['GET'];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
