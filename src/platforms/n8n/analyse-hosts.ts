import { bareHost, callsUnknownHost, hostOf, hostsIn } from '../named-hosts.ts';
import type { NodeFact, Text } from '../node-texts.ts';
import { isExpression } from './analyse-node.ts';
import type { N8nNode } from './analyse-node.ts';

/** What a URL text says about the host it leads to. */
export type Target = {
  readonly hosts: readonly string[];
  /** The host, or a part of it, is computed when the workflow runs. */
  readonly atRunTime: boolean;
};

/**
 * The hosts a node names, and whether it calls one that is only known at run time.
 *
 * Addresses in fields that are called are `host` without a label. Addresses in any other text (a
 * Set node's value that a later node calls, a prompt, code) are labelled `mentioned`: in an
 * incident a host that is named is worth a look. Native nodes keep their host in the credential,
 * so nothing is said about them.
 */
export function hostFacts(node: N8nNode, texts: readonly Text[]): NodeFact[] {
  const called = new Set<string>();
  const mentioned = new Set<string>();
  let atRunTime = false;
  for (const text of texts) {
    if (isCalled(node, text)) {
      const target = targetOf(text.value);
      for (const host of target.hosts) called.add(host);
      if (target.atRunTime) atRunTime = true;
    } else if (codeKeys.has(text.key) && callsUnknownHost(text.value)) {
      atRunTime = true;
    }
    for (const host of hostsIn(text.value)) mentioned.add(host);
  }
  const facts: NodeFact[] = [...called].map((value) => ({ kind: 'host', value }));
  for (const value of mentioned) {
    if (!called.has(value)) facts.push({ kind: 'host', value, label: 'mentioned' });
  }
  if (atRunTime) facts.push({ kind: 'runtime_host', value: node.name });
  return facts;
}

/** Parameters that hold program text. */
export const codeKeys: ReadonlySet<string> = new Set([
  'jsCode',
  'pythonCode',
  'functionCode',
  'code',
]);

// Names of the fields in which n8n's nodes (and those of the community) keep an address they call.
const calledAnywhere = new Set([
  'endpoint',
  'endpointUrl',
  'sseEndpoint',
  'webhookUri',
  'webhookUrl',
  'workflowUrl',
  'feedUrl',
  'apiUrl',
  'baseUrl',
  'baseURL',
  'serverUrl',
  'schemaRegistryUrl',
]);
// Too common below the top level, where they are content.
const calledAtTop = new Set(['url', 'uri', 'host', 'hostname', 'server']);

function isCalled(node: N8nNode, text: Text): boolean {
  if (text.value === '') return false;
  if (node.shortType === 'webhook' || node.shortType === 'set') return false;
  return calledAnywhere.has(text.key) || (calledAtTop.has(text.key) && text.depth === 1);
}

/** Reads a field that holds an address: literal, template (`=https://a/{{ $json.id }}`) or expression. */
export function targetOf(field: string): Target {
  const text = (isExpression(field) ? field.slice(1) : field).trim();
  if (text === '') return { hosts: [], atRunTime: false };
  if (isExpression(field) && text.startsWith('{{')) return ofExpression(text);
  const schemed = schemeOf(text);
  if (schemed === undefined) {
    // n8n's own nodes refuse an address without a scheme; others put one in front.
    const bare = bareHost.exec(text)?.[0];
    if (bare) return { hosts: present(hostOf(`http://${bare}`)), atRunTime: false };
    return { hosts: hostsIn(text), atRunTime: text.includes('{{') };
  }
  const authority = /^[^/?#\\\s]*/.exec(holesShut(schemed))?.[0] ?? '';
  if (!authority.includes(hole)) {
    return { hosts: present(hostOf(`http://${authority}`)), atRunTime: false };
  }
  return { hosts: knownPart(authority), atRunTime: true };
}

const hole = '\u0000';

// `{{ … }}` is n8n's, `{name}` is filled in by the AI agent's HTTP tool.
function holesShut(text: string): string {
  return text.replace(/\{\{[\s\S]*?(?:\}\}|$)|\{[^{}]*\}/g, hole);
}

function schemeOf(text: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([\s\S]*)$/i.exec(text)?.[1];
}

/** `api.example.com␀` is most likely a path that follows; `␀.example.com` is some sub-domain. */
function knownPart(authority: string): string[] {
  const [before = '', ...rest] = authority.slice(authority.lastIndexOf('@') + 1).split(hole);
  if (bareHost.test(before) && rest.join('') === '') return present(hostOf(`http://${before}`));
  const after = rest.at(-1) ?? '';
  if (before === '' && /^\.(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$/i.test(after)) {
    return [`*${after.toLowerCase()}`];
  }
  return [];
}

/**
 * `={{ … }}`: every literal address in it is a host. It is certain only when the expression starts
 * with a literal whose host is complete, and only appends to it.
 */
function ofExpression(text: string): Target {
  const inner = text.slice(2).trimStart();
  const first = /^(['"`])([a-z][a-z0-9+.-]*:\/\/(?:(?!\1)[^/?#\\{])+)([/?#]|\1|\$\{)/i.exec(inner);
  const hosts = hostsIn(text);
  if (!first) return { hosts, atRunTime: true };
  const [, quote = '', , end = ''] = first;
  if (end === '${') return { hosts, atRunTime: true };
  const afterLiteral = end === quote ? inner.slice(first[0].length) : afterQuote(inner, quote);
  const appended = afterLiteral.trimStart();
  const bare = end === quote && !/^(?:\}\}|\+\s*['"`][/?#])/.test(appended);
  const onlyAppends =
    /^(?:\}\}|\+)/.test(appended) && !/\?(?!\.)|&&|\|\||,/.test(outside(appended));
  return { hosts, atRunTime: bare || !onlyAppends };
}

function afterQuote(text: string, quote: string): string {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return text.slice(at + 1);
  }
  return '';
}

/** What is left of an expression without its strings and parenthesised parts. */
function outside(expression: string): string {
  let left = expression.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '');
  for (let depth = 0; depth < 20 && /\([^()]*\)/.test(left); depth += 1) {
    left = left.replace(/\([^()]*\)/g, '');
  }
  return left;
}

function present(host: string | undefined): string[] {
  return host === undefined ? [] : [host];
}
