import type { NodeFact } from '../node-texts.ts';
import { groupsAt, packageOf, stringAt, valueAt } from './analyse-node.ts';
import type { N8nNode, Parameters } from './analyse-node.ts';
import { scheduleFacts } from './analyse-schedules.ts';

/**
 * How a workflow can be started from outside: webhooks, forms, chats, MCP servers, schedules and
 * the triggers of native nodes.
 *
 * The values are paths as they are called, so a dynamic webhook carries its id in front.
 */
export function triggerFacts(node: N8nNode, timeZone: string | undefined): NodeFact[] {
  const facts = entryFacts(node);
  facts.push(...resumeFacts(node), ...scheduleFacts(node, timeZone));
  if (facts.length === 0 || groupsAt(node.parameters, 'pollTimes', 'item').length > 0) {
    if (isOtherTrigger(node)) facts.push({ kind: 'trigger', value: node.type });
  }
  return facts;
}

function entryFacts(node: N8nNode): NodeFact[] {
  const { parameters, webhookId } = node;
  const auth = authOf(parameters);
  switch (node.shortType) {
    case 'webhook':
      return methodsOf(parameters).map((method) => ({
        kind: 'webhook',
        value: webhookPath(node),
        auth: withIpList(auth, parameters),
        method,
      }));
    case 'formTrigger': {
      const path = stringAt(parameters, 'path') ?? stringAt(parameters, 'options', 'path');
      const value = node.typeVersion < 2 && path ? `${path}/n8n-form` : path;
      return [
        { kind: 'form', value: value ?? webhookId ?? '', auth: withIpList(auth, parameters) },
      ];
    }
    case 'chatTrigger': {
      // Without `public` n8n serves the chat in its editor only.
      const shown = parameters['public'] === true ? auth : 'editor only';
      return [{ kind: 'chat', value: webhookId ? `${webhookId}/chat` : '', auth: shown }];
    }
    case 'mcpTrigger':
      return [{ kind: 'mcp', value: stringAt(parameters, 'path') ?? webhookId ?? '', auth }];
    default:
      return [];
  }
}

// n8n 2.40.7, `getNodeWebhookPath`: an empty path is the webhook's id, a path with `:parameters`
// is served below it.
function webhookPath({ parameters, webhookId }: N8nNode): string {
  const path = (stringAt(parameters, 'path') ?? '').replace(/^\/+|\/+$/g, '');
  if (path === '') return webhookId ?? '';
  const isDynamic = path.startsWith(':') || path.includes('/:');
  return isDynamic && webhookId ? `${webhookId}/${path}` : path;
}

function methodsOf(parameters: Parameters): string[] {
  const given = valueAt(parameters, 'httpMethod');
  const methods = (Array.isArray(given) ? given : [given]).filter(
    (method): method is string => typeof method === 'string' && method !== '',
  );
  return methods.length > 0 ? methods : ['GET'];
}

function authOf(parameters: Parameters): string {
  return stringAt(parameters, 'authentication') ?? 'none';
}

function withIpList(auth: string, parameters: Parameters): string {
  const list = stringAt(parameters, 'options', 'ipWhitelist');
  if (!list) return auth;
  return auth === 'none' ? 'address list' : `${auth} and address list`;
}

/** Addresses that exist only while an execution waits, and set it going again. */
function resumeFacts({ shortType, parameters }: N8nNode): NodeFact[] {
  const value = 'webhook-waiting';
  const label = 'resumes a waiting execution';
  if (shortType === 'wait') {
    const resume = stringAt(parameters, 'resume');
    const auth = stringAt(parameters, 'incomingAuthentication') ?? 'none';
    if (resume === 'form') return [{ kind: 'form', value: 'form-waiting', label, auth }];
    if (resume !== 'webhook') return [];
    return methodsOf(parameters).map((method) => ({
      kind: 'webhook',
      value,
      label,
      auth: withIpList(auth, parameters),
      method,
    }));
  }
  if (stringAt(parameters, 'operation') === 'sendAndWait') {
    return [{ kind: 'webhook', value, label, auth: 'none', method: 'GET' }];
  }
  return [];
}

const namedTriggers = new Set(['emailReadImap']);
// Started by hand in the editor or by nothing at all: no way in from outside.
const byHand = new Set(['manualTrigger', 'manualChatTrigger', 'start', 'evaluationTrigger']);
const shownAsOther = new Set(['webhook', 'formTrigger', 'chatTrigger', 'mcpTrigger']);
const clocks = new Set(['scheduleTrigger', 'cron', 'interval']);

function isOtherTrigger({ shortType, type }: N8nNode): boolean {
  if (byHand.has(shortType) || shownAsOther.has(shortType) || clocks.has(shortType)) return false;
  if (packageOf(type) === '') return false;
  return namedTriggers.has(shortType) || /trigger$/i.test(shortType);
}
