import type { Document, Node } from 'yaml';
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';

import type { Finding } from '../domain/runbook.ts';

/** A block holds a screenful; what is longer or deeper is no runbook. */
const bounds = { characters: 2500, depth: 12, brackets: 60 } as const;

/** YAML inside a markdown file: the text and the place where it begins. */
export type YamlBlock = {
  readonly text: string;
  readonly file: string;
  /** Of the text's first character, from 1. */
  readonly line: number;
  readonly column: number;
};

/** What a block holds, and where each part of it stands. */
export type ReadBlock<T> = {
  readonly value?: T;
  readonly findings: readonly Finding[];
  /** The place of a key or item by its path; the nearest parent's when there is none. */
  readonly at: (path: readonly PropertyKey[]) => Pick<Finding, 'line' | 'column'>;
};

/**
 * Reads plain YAML strictly: no aliases, anchors, tags or repeated keys, and nothing long or deep,
 * so that a block means what it looks like and cannot grow when it is read.
 */
export function readYaml<T>(block: YamlBlock, schema: z.ZodType<T>): ReadBlock<T> {
  const start = { line: block.line, column: block.column };
  const refuse = (text: string): ReadBlock<T> => ({
    findings: [{ file: block.file, ...start, text }],
    at: () => start,
  });
  if (block.text.length > bounds.characters) {
    return refuse(`This block is longer than ${bounds.characters} characters: shorten it.`);
  }
  if ((block.text.match(/[[{]|^(?:\s*- ){3}/gm)?.length ?? 0) > bounds.brackets) {
    return refuse('This block is nested too deeply: write it flat.');
  }
  const lines = new LineCounter();
  const document = parseDocument(block.text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: block.line + line - 1, column: block.column + Math.max(1, col) - 1 };
  };
  const at = (path: readonly PropertyKey[]) => place(offsetOf(document, path));
  const finding = (offset: number, text: string) => ({ file: block.file, ...place(offset), text });
  const broken = [
    ...[...document.errors, ...document.warnings].map((error) =>
      finding(error.pos[0], `This is no plain YAML: ${firstLine(error.message)}`),
    ),
    ...oddities(document).map(({ offset, text }) => finding(offset, text)),
  ];
  if (broken.length > 0) return { findings: broken, at };
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return { value: checked.data, findings: [], at };
  return {
    findings: checked.error.issues.flatMap((issue) =>
      complaints(issue).map(({ path, text }) => ({ file: block.file, ...at(path), text })),
    ),
    at,
  };
}

type Oddity = { readonly offset: number; readonly text: string };

function oddities(document: Document.Parsed): readonly Oddity[] {
  const found: Oddity[] = [];
  visit(document, {
    Alias: (_key, node) => {
      found.push({ offset: startOf(node), text: 'Aliases are not read here: write it out.' });
    },
    Node: (_key, node, path) => {
      if ('anchor' in node && node.anchor !== undefined) {
        found.push({ offset: startOf(node), text: 'Anchors are not read here: write it out.' });
      }
      if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
        found.push({ offset: startOf(node), text: 'Tags are not read here: leave it out.' });
      }
      if (path.length <= 2 * bounds.depth) return undefined;
      found.push({ offset: startOf(node), text: 'This is nested too deeply: write it flat.' });
      return visit.BREAK;
    },
  });
  return found;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Where a key stands, or an item; the nearest thing above it when the path ends in nothing. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let found = isNode(node) ? startOf(node) : 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (!pair) return found;
      found = isNode(pair.key) ? startOf(pair.key) : found;
      node = pair.value;
      continue;
    }
    const item: unknown = itemOf(node, step);
    if (!isNode(item)) return found;
    found = startOf(item);
    node = item;
  }
  return found;
}

function itemOf(node: unknown, step: PropertyKey): unknown {
  if (typeof step !== 'number' || typeof node !== 'object' || node === null) return undefined;
  return 'items' in node && Array.isArray(node.items) ? node.items[step] : undefined;
}

/** What zod found, in words and by the path of the part. */
export function complaints(
  issue: z.core.$ZodIssue,
): readonly { readonly path: readonly PropertyKey[]; readonly text: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      text: `“${key}” is nothing that can stand here: take it out.`,
    }));
  }
  const name = issue.path.map(String).join('.');
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  if (missing && /undefined/.test(issue.message)) {
    return [{ path: issue.path, text: `“${name}” is missing: add it.` }];
  }
  const kind = issue.code === 'invalid_type' ? kinds.get(issue.expected) : undefined;
  if (kind !== undefined) {
    const what = name === '' ? 'This' : `“${name}”`;
    return [{ path: issue.path, text: `${what} must be ${kind}.` }];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String).join(', ');
    return [{ path: issue.path, text: `“${name}” must be one of: ${values}.` }];
  }
  const message =
    issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const said = /[.:]$/.test(message) ? message : `${message}.`;
  return [{ path: issue.path, text: name === '' ? said : `“${name}”: ${said}` }];
}

/** What a value must be, by zod's word for it. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list: [one, another]'],
  ['object', 'keys with values, one a line'],
  ['record', 'keys with values, one a line'],
]);

function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? text;
  return line.endsWith('.') ? line : `${line}.`;
}
