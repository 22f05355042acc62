import type { NodeFact, Text } from '../node-texts.ts';
import { builtInPackages, packageOf, stringAt } from './analyse-node.ts';
import type { N8nNode } from './analyse-node.ts';

const codeNodes = new Set(['code', 'function', 'functionItem', 'toolCode', 'aiTransform']);
const programKeys = new Set(['jsCode', 'pythonCode', 'functionCode']);

const hostAccess: Readonly<Record<string, string>> = {
  executeCommand: 'runs commands',
  ssh: 'runs commands over SSH',
  ftp: 'moves files over FTP',
  git: 'runs git on files',
  readWriteFile: 'reads and writes files',
  readBinaryFile: 'reads files',
  readBinaryFiles: 'reads files',
  writeBinaryFile: 'writes files',
  localFileTrigger: 'watches files',
};

/** Paths of n8n's public and internal API, also when an expression cuts them off after the version. */
const n8nApi =
  /\/(?:api\/v1(?:\/(?:workflows|executions|credentials|users|audit|tags|variables|projects|source-control|data-tables|discover|n8n-packages|community-packages)\b|\/?(?:['"`]?\s*\+|\{|\$\{|$))|rest\/(?:workflows|executions|credentials|users|api-keys|login|owner)\b)/i;

/** What a node can do beyond its service: run code, reach the host, n8n itself or its environment. */
export function codeFacts(node: N8nNode, texts: readonly Text[]): NodeFact[] {
  const facts: NodeFact[] = [];
  const value = node.name;
  const isCode = codeNodes.has(node.shortType) || texts.some((text) => programKeys.has(text.key));
  if (isCode) facts.push({ kind: 'code', value });

  const access = hostAccessOf(node);
  if (access !== undefined) facts.push({ kind: 'host_access', value, label: access });

  const api = platformApiOf(node, texts);
  if (api !== undefined) facts.push({ kind: 'platform_api', value, label: api });

  if (texts.some((text) => readsEnvironment(text.value))) facts.push({ kind: 'env', value });

  const from = packageOf(node.type);
  if (from !== '' && !builtInPackages.includes(from)) facts.push({ kind: 'package', value: from });
  return facts;
}

function hostAccessOf({ shortType, parameters }: N8nNode): string | undefined {
  if (shortType === 'executeWorkflow' && stringAt(parameters, 'source') === 'localFile') {
    return 'reads files';
  }
  return Object.hasOwn(hostAccess, shortType) ? hostAccess[shortType] : undefined;
}

function platformApiOf(node: N8nNode, texts: readonly Text[]): string | undefined {
  if (node.type === 'n8n-nodes-base.n8n' || node.type === 'n8n-nodes-base.n8nTool') {
    const resource = stringAt(node.parameters, 'resource') ?? 'workflow';
    return `${resource} ${stringAt(node.parameters, 'operation') ?? 'getAll'}`;
  }
  if (Object.hasOwn(node.credentials, 'n8nApi')) return 'holds an n8n API key';
  if (node.shortType === 'stickyNote') return undefined;
  const calls = texts.some(
    ({ value, field }) =>
      (value.includes('/') && n8nApi.test(value)) ||
      /^x-n8n-api-key$/i.test(field) ||
      /x-n8n-api-key/i.test(value),
  );
  return calls ? 'calls the n8n API' : undefined;
}

function readsEnvironment(text: string): boolean {
  if (!text.includes('env')) return false;
  return /\$env\b|\bprocess\s*\.\s*env\b|\bos\.environ\b|\bos\.getenv\b/.test(text);
}
