import { shownName } from '../hard-coded-secrets.ts';
import { stringAt, valueAt } from './analyse-node.ts';
import type { N8nNode } from './analyse-node.ts';

/** An address at which the world can start a workflow. */
export type EntryPoint = {
  readonly kind: 'webhook' | 'form' | 'chat' | 'mcp' | 'service';
  readonly node: string;
  readonly method: string;
  /** Below the base URL, encoded; absent when it is only known when the workflow runs. */
  readonly path?: string;
};

/**
 * The entry points of enabled nodes, with the paths at which n8n 2.40.7 was seen to serve them.
 *
 * For triggers of services (`telegramTrigger`) the path is n8n's convention, not a certainty: a
 * probe of any entry point counts only when it answered as live before.
 */
export function entryPointsOf(workflow: string, nodes: readonly N8nNode[]): EntryPoint[] {
  return nodes.flatMap((node) => (node.disabled ? [] : entriesOf(workflow, node)));
}

function entriesOf(workflow: string, node: N8nNode): EntryPoint[] {
  const { name, parameters, shortType, typeVersion, webhookId } = node;
  const entry = (
    kind: EntryPoint['kind'],
    method: string,
    path: string | undefined,
  ): EntryPoint => ({
    kind,
    node: shownName(name),
    method,
    ...(path === undefined ? {} : { path }),
  });
  switch (shortType) {
    case 'webhook':
      return methodsOf(node).map((method) => entry('webhook', method, webhookPath(workflow, node)));
    case 'formTrigger': {
      const given = stringAt(parameters, 'path') ?? stringAt(parameters, 'options', 'path');
      const path = typeVersion < 2 && given ? `${given}/n8n-form` : (given ?? webhookId);
      return [entry('form', 'POST', below('/form', path))];
    }
    case 'chatTrigger':
      return [entry('chat', 'POST', below('/webhook', webhookId && `${webhookId}/chat`))];
    case 'mcpTrigger': {
      const path = stringAt(parameters, 'path') ?? webhookId;
      // Before version 2 of the node, a session starts with GET on /sse.
      return typeVersion < 2
        ? [entry('mcp', 'GET', below('/mcp', path && `${path}/sse`))]
        : [entry('mcp', 'POST', below('/mcp', path))];
    }
    default:
      if (!webhookId || !/trigger$/i.test(shortType)) return [];
      return [entry('service', 'POST', below('/webhook', `${webhookId}/webhook`))];
  }
}

function methodsOf({ parameters }: N8nNode): string[] {
  const given = valueAt(parameters, 'httpMethod');
  const methods = (Array.isArray(given) ? given : [given]).filter(
    (method): method is string => typeof method === 'string' && /^[A-Z]{3,10}$/.test(method),
  );
  return methods.length > 0 ? methods : ['GET'];
}

// n8n 2.40.7, `getNodeWebhookPath`: an empty path is the webhook's id, a path with `:parameters`
// is served below it, and old nodes without an id are served below workflow and node name.
function webhookPath(
  workflow: string,
  { name, parameters, webhookId }: N8nNode,
): string | undefined {
  const path = (stringAt(parameters, 'path') ?? '').replace(/^\/+|\/+$/g, '');
  if (!webhookId) return below('/webhook', `${workflow}/${name.toLowerCase()}/${path}`);
  const isDynamic = path.startsWith(':') || path.includes('/:');
  return below('/webhook', path === '' ? webhookId : isDynamic ? `${webhookId}/${path}` : path);
}

function below(prefix: string, path: string | undefined): string | undefined {
  if (!path || path.startsWith('=')) return undefined;
  const segments = path.split('/');
  // A URL parser resolves dots even when they are encoded: the path would lead elsewhere.
  if (segments.some((segment) => /^\.{1,2}$/.test(segment) || !segment.isWellFormed())) {
    return undefined;
  }
  return `${prefix}/${segments.map(encodeURIComponent).join('/')}`;
}
