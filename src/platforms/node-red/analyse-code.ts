import type { NodeFact, Text } from '../node-texts.ts';
import { codeKeys } from './analyse-hosts.ts';
import { nodeName } from './flow-file.ts';
import type { Item } from './flow-file.ts';

const hostAccess: Readonly<Record<string, string>> = {
  exec: 'runs commands',
  file: 'writes files',
  'file in': 'reads files',
  watch: 'watches files',
};

/** Modules of Node.js by which a function node leaves its sandbox. */
const hostModules = /^(?:node:)?(?:child_process|fs(?:\/promises)?|os|worker_threads|vm|cluster)$/;

/** What a node can do beyond its service: run code, reach the host, Node-RED itself or its environment. */
export function codeFacts(item: Item, texts: readonly Text[]): NodeFact[] {
  const facts: NodeFact[] = [];
  const value = nodeName(item);
  const programs = item.type === 'function' ? texts.filter(({ key }) => codeKeys.has(key)) : [];
  if (item.type === 'function') facts.push({ kind: 'code', value });
  const modules = item.type === 'function' ? modulesOf(item) : [];
  for (const name of modules) facts.push({ kind: 'package', value: name, label: 'used by code' });

  const access = Object.hasOwn(hostAccess, item.type) ? hostAccess[item.type] : undefined;
  const reaching = modules.find((name) => hostModules.test(name));
  if (access !== undefined) facts.push({ kind: 'host_access', value, label: access });
  else if (reaching !== undefined) {
    facts.push({ kind: 'host_access', value, label: `code with ${reaching}` });
  }
  if (texts.some((text) => callsAdminApi(text.value))) {
    facts.push({ kind: 'platform_api', value, label: 'calls the admin API of a Node-RED' });
  }
  const readsEnvironment =
    programs.some((text) => /\benv\s*\.\s*get\s*\(|\bprocess\s*\.\s*env\b/.test(text.value)) ||
    texts.some(({ key, value: held }) => isFromEnvironment(key, held));
  if (readsEnvironment) facts.push({ kind: 'env', value });
  return facts;
}

/** The npm modules that a function node asks Node-RED to install and give it. */
function modulesOf(item: Item): string[] {
  const { libs } = item;
  if (!Array.isArray(libs)) return [];
  return libs.flatMap((lib: unknown) => {
    const module: unknown = Object(lib).module;
    return typeof module === 'string' && module !== '' ? [module] : [];
  });
}

function callsAdminApi(text: string): boolean {
  return (
    /node-red-(?:api-version|deployment-type|admin)/i.test(text) ||
    /\/(?:auth\/token|flows|flow\/[\w.-]+|flows\/state)(?:['"`?#\s]|$)/.test(text)
  );
}

/** `${NAME}` anywhere, or a field whose type (`payloadType`, `vt`) says that its value names a variable. */
function isFromEnvironment(key: string, value: string): boolean {
  if (
    value === 'env' &&
    (key.endsWith('Type') || ['vt', 'tot', 'fromt', 'pt', 't'].includes(key))
  ) {
    return true;
  }
  return !codeKeys.has(key) && /\$\{[A-Za-z_]\w*\}/.test(value);
}
