import { shownName } from '../hard-coded-secrets.ts';
import { codeKeys } from './analyse-hosts.ts';
import { endsWithItsNode } from './closable-code.ts';
import { nodeName } from './flow-file.ts';
import type { Item, Part } from './flow-file.ts';

/** Nodes that may go on when their tab is closed, by name. */
export type Outliving = {
  /** Function nodes whose code waits, or reaches what is not Node-RED's to close. */
  readonly goingOn: string[];
  /** They start processes on the host. */
  readonly processes: string[];
  /** Nodes of other modules, with their types: what they hold, their authors alone know. */
  readonly foreign: string[];
};

/**
 * What closing a tab is not known to end. Whatever is not known to end with it counts: a stop that
 * is taken for proved while data goes on leaving is worse than one that is doubted.
 *
 * @source Node-RED 5.0: 10-function.js, 90-exec.js (it kills the shell, not what the shell started)
 */
export function outlivingOf(parts: readonly Part[]): Outliving {
  const live = parts.filter(({ isDisabled }) => !isDisabled).map(({ item }) => item);
  const named = (which: (item: Item) => boolean) =>
    live.filter(which).map((item) => shownName(nodeName(item)));
  return {
    goingOn: named(mayGoOn),
    processes: named(({ type }) => type === 'exec'),
    foreign: live
      .filter(({ type }) => !ownTypes.has(type) && !type.startsWith('subflow'))
      .map((item) => `${shownName(nodeName(item))} (${shownName(item.type)})`),
  };
}

/** Code that has a module, or is not seen to end with its node. */
function mayGoOn(item: Item): boolean {
  if (item.type !== 'function') return false;
  const { libs } = item;
  if (Array.isArray(libs) && libs.length > 0) return true;
  const pieces = Object.entries(item).flatMap(([key, code]) =>
    codeKeys.has(key) && typeof code === 'string' ? [code] : [],
  );
  return !endsWithItsNode(pieces);
}

/** The types with which Node-RED itself comes. */
const ownTypes: ReadonlySet<string> = new Set([
  'tab',
  'subflow',
  'group',
  'comment',
  'junction',
  'unknown',
  'inject',
  'debug',
  'complete',
  'catch',
  'status',
  'link in',
  'link out',
  'link call',
  'global-config',
  'function',
  'switch',
  'change',
  'range',
  'template',
  'delay',
  'trigger',
  'rbe',
  'exec',
  'tls-config',
  'http proxy',
  'mqtt in',
  'mqtt out',
  'mqtt-broker',
  'http in',
  'http response',
  'http request',
  'websocket in',
  'websocket out',
  'websocket-listener',
  'websocket-client',
  'tcp in',
  'tcp out',
  'tcp request',
  'udp in',
  'udp out',
  'split',
  'join',
  'sort',
  'batch',
  'csv',
  'html',
  'json',
  'xml',
  'yaml',
  'file',
  'file in',
  'watch',
]);
