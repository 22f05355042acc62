import type { Structure } from '../../domain/structure.ts';
import type { StructureLink } from '../structure.ts';
import { distinctStructures, structureOf } from '../structure.ts';
import type { N8nNode } from './analyse-node.ts';
import { readNodes } from './analyse-node.ts';
import type { N8nWorkflow } from './answers.ts';
import { liveVersionOf } from './definition.ts';

/** What the draft and the live version are made of. */
export function structuresOf(workflow: N8nWorkflow): readonly Structure[] {
  const live = liveVersionOf(workflow);
  const versions = [workflow, ...(live ? [live] : [])];
  return distinctStructures(
    versions.map(({ nodes, connections }) => ofDefinition(nodes, connections)),
  );
}

function ofDefinition(nodes: readonly unknown[], connections: unknown): Structure {
  const read = readNodes(nodes).filter(({ shortType }) => shortType !== 'stickyNote');
  // The longest name first, or one that begins with another would be found as that other.
  const names = read.map(({ name }) => name).toSorted((a, b) => b.length - a.length);
  return structureOf(
    read.map((node) => ({
      kind: node.type,
      settings: settingsOf(node, names),
      isNoMark: isNoMark(node),
    })),
    linksOf(read, connections),
  );
}

/** Entrances by their older names, and nodes that pass on what comes. */
const noMarks = new Set(['webhook', 'cron', 'interval', 'start', 'emailReadImap', 'wait', 'merge']);

/** One webhook is like another, and so is one schedule. */
function isNoMark({ shortType }: N8nNode): boolean {
  return noMarks.has(shortType) || /trigger$/i.test(shortType);
}

/**
 * Left out: a webhook's path, which n8n makes anew for a copy; what the editor only remembers to
 * show; which credentials are used, but not of what type.
 */
const notSettings = new Set(['path', 'cachedResultName', 'cachedResultUrl', 'webhookId']);

function settingsOf({ parameters, credentials }: N8nNode, names: readonly string[]) {
  const types = Object.keys(credentials).toSorted();
  return {
    ...withoutNames(parameters, names),
    ...(types.length > 0 ? { credentials: types } : {}),
  };
}

function withoutNames(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      notSettings.has(key) ? [] : [[key, plain(inner, names)] as const],
    ),
  );
}

/** Expressions speak of nodes by name, and a name is no part of what a workflow does. */
function plain(value: unknown, names: readonly string[]): unknown {
  if (typeof value === 'string') {
    if (!value.includes('$')) return value;
    return names.reduce((text, name) => (name === '' ? text : text.replaceAll(name, '#')), value);
  }
  if (Array.isArray(value)) return value.map((inner: unknown) => plain(inner, names));
  if (typeof value !== 'object' || value === null) return value;
  return withoutNames(Object.fromEntries(Object.entries(value)), names);
}

/** n8n keeps them by name: from → kind of output → outputs → targets. */
function linksOf(nodes: readonly N8nNode[], connections: unknown): readonly StructureLink[] {
  const kinds = new Map(nodes.map(({ name, type }) => [name, type]));
  const links: StructureLink[] = [];
  for (const [from, outputs] of Object.entries(Object(connections))) {
    const kind = kinds.get(from);
    if (kind === undefined) continue;
    for (const target of Object.values(Object(outputs)).flat(2)) {
      const { node } = Object(target);
      const to = typeof node === 'string' ? kinds.get(node) : undefined;
      if (to !== undefined) links.push([kind, to]);
    }
  }
  return links;
}
