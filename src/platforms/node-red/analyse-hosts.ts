import { bareHost, callsUnknownHost, hostOf, hostsIn } from '../named-hosts.ts';
import type { NodeFact, Text } from '../node-texts.ts';
import { nodeName } from './flow-file.ts';
import type { Item } from './flow-file.ts';

/**
 * The hosts a node names, and whether it calls one that is only known at run time.
 *
 * Addresses in fields that are called are `host` without a label; addresses in any other text (a
 * template, code, a note) are labelled `mentioned`.
 */
export function hostFacts(item: Item, texts: readonly Text[]): NodeFact[] {
  const called = new Set<string>();
  let atRunTime = item.type === 'http request' && isEmpty(item['url']);
  for (const { value, key, depth } of texts) {
    if (value === '') continue;
    if (isCalled(item, key, depth)) {
      const target = targetOf(value);
      for (const host of target.hosts) called.add(host);
      atRunTime ||= target.atRunTime;
    } else if (codeKeys.has(key) && item.type === 'function') {
      atRunTime ||= callsUnknownHost(value);
    }
  }
  const mentioned = new Set(texts.flatMap(({ value }) => hostsIn(value)));
  return [
    ...[...called].map((value): NodeFact => ({ kind: 'host', value })),
    ...[...mentioned]
      .filter((value) => !called.has(value))
      .map((value): NodeFact => ({ kind: 'host', value, label: 'mentioned' })),
    ...(atRunTime ? [{ kind: 'runtime_host' as const, value: nodeName(item) }] : []),
  ];
}

/** Fields of a function node that hold program text. */
export const codeKeys: ReadonlySet<string> = new Set(['func', 'initialize', 'finalize']);

/** Fields in which Node-RED's nodes, and those of the community, keep an address they call. */
const addressKeys = new Set(
  'url uri host hostname server broker endpoint baseUrl apiUrl serverUrl address'.split(' '),
);
/** Nodes that listen instead of calling, and what has no address at all. */
const listening = new Set([
  'http in',
  'tcp in',
  'udp in',
  'websocket-listener',
  'inject',
  'change',
]);

function isCalled(item: Item, key: string, depth: number): boolean {
  // A tcp node may listen or call; only the latter has a host.
  const listens =
    listening.has(item.type) && !(item.type === 'tcp in' && item['server'] === 'client');
  return !listens && depth === 1 && addressKeys.has(key);
}

/** Reads an address: literal, with `{{fields}}` of the message, or with `${VARIABLES}`. */
export function targetOf(field: string): {
  readonly hosts: readonly string[];
  readonly atRunTime: boolean;
} {
  const text = field.trim();
  const schemed = /^[a-z][a-z0-9+.-]*:\/\/([\s\S]*)$/i.exec(text)?.[1] ?? text;
  const authority = /^[^/?#\\\s]*/.exec(schemed.replace(holes, '\u0000'))?.[0] ?? '';
  if (authority.includes('\u0000')) return { hosts: [], atRunTime: true };
  const isHost = schemed !== text || bareHost.test(authority) || /^[\d.]+(:\d+)?$/.test(authority);
  const host = isHost ? hostOf(`http://${authority}`) : undefined;
  return { hosts: host === undefined ? [] : [host], atRunTime: false };
}

const holes = /\{\{[\s\S]*?(?:\}\}|$)|\$\{[^{}]*\}/g;

function isEmpty(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}
