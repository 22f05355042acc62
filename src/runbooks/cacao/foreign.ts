import type { Nodes, Parents, RootContent } from 'mdast';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

import { plainlyVisible } from '../../domain/graph-text.ts';
import { span } from '../../domain/wording.ts';
import type { CacaoCommand, CacaoStep, Playbook } from './playbook.ts';
import { paragraph } from './words.ts';

/** Hears what is wrong, by where it stands in the playbook. */
export type Complain = (path: readonly string[], text: string) => void;

/** What nobody reads at one go. */
const maxCharacters = 10_000;
const maxDepth = 16;

const processor = unified().use(remarkParse);

/** What is wrong with a text from elsewhere, wherever it stands. */
export function troubleIn(text: string): string | undefined {
  if (plainlyVisible(text.replaceAll(/[\n\r\t]/g, ' ')) !== text.replaceAll(/[\n\r\t]/g, ' ')) {
    return 'This text holds characters that nobody sees, such as ones that turn its direction: take them out.';
  }
  if (/\{\{/.test(text)) {
    return 'Nothing fills in templates: write what is meant, not `{{…}}`.';
  }
  return undefined;
}

/**
 * A description as markdown nodes that can become nothing else: headings stay below those of steps,
 * code is only shown, and raw HTML is complained about.
 */
export function nodesFrom(
  text: string,
  path: readonly string[],
  complain: Complain,
): readonly RootContent[] {
  if (text.length > maxCharacters) {
    complain(path, `This text is longer than ${maxCharacters} characters: shorten it.`);
    return [];
  }
  const root = processor.parse(text);
  const open: { readonly node: Nodes; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { node, depth } = one;
    if (depth > maxDepth) {
      complain(path, 'This text is nested too deeply: write it flat.');
      return [];
    }
    if (node.type === 'html') {
      complain(path, 'Raw HTML is not shown anywhere: write it in markdown.');
      return [];
    }
    if (node.type === 'heading' && node.depth < 3) node.depth = 3;
    if (node.type === 'code') {
      delete node.lang;
      delete node.meta;
    }
    if (isParent(node))
      open.push(...node.children.map((child) => ({ node: child, depth: depth + 1 })));
  }
  return root.children;
}

function isParent(node: Nodes): node is Parents {
  return 'children' in node;
}

/** What a step says beside its name: its text, who does it on what, and its commands, inert. */
export function nodesOfStep(
  playbook: Playbook,
  step: CacaoStep,
  path: readonly string[],
  complain: Complain,
  expected?: string,
): readonly RootContent[] {
  const text = nodesFrom(step.description ?? '', [...path, 'description'], complain);
  if (step.type !== 'action') return text;
  const targets = (step.targets ?? []).flatMap(
    (id) => playbook.target_definitions?.[id]?.name ?? [],
  );
  return [
    ...text,
    ...(step.delay === undefined ? [] : [paragraph(`Wait ${span(step.delay)} before you begin.`)]),
    ...(targets.length === 0 ? [] : [paragraph(`On: ${targets.join(', ')}.`)]),
    ...step.commands.flatMap((command, index) =>
      command.command === expected && command.type === 'manual'
        ? []
        : commandNodes(command, [...path, 'commands', String(index)], complain),
    ),
  ];
}

/** A command as text. It is never run, whatever it is. */
function commandNodes(
  {
    type,
    command,
    command_b64: encoded,
    description,
    version: _v,
    playbook_activity: _p,
    ...rest
  }: CacaoCommand,
  path: readonly string[],
  complain: Complain,
): readonly RootContent[] {
  const decoded = encoded === undefined ? undefined : decodedText(encoded);
  if (encoded !== undefined && decoded === undefined) {
    complain([...path, 'command_b64'], 'This is no text in UTF-8: leave the command out.');
    return [];
  }
  const said = [command, decoded].filter((text) => text !== undefined).join('\n');
  const trouble = troubleIn(said);
  if (trouble !== undefined) complain(path, trouble);
  const others = Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const lines = [said, ...others].filter((line) => line !== '').join('\n');
  const why = nodesFrom(description ?? '', [...path, 'description'], complain);
  if (type === 'manual' && !lines.includes('\n')) {
    return [...why, ...(lines === '' ? [] : [paragraph(lines)])];
  }
  const about =
    type === 'manual'
      ? 'What the playbook says to do:'
      : `A command of the kind ${type}, as the playbook has it. Firebreak does not run it; read it before you do.`;
  return [...why, paragraph(about), { type: 'code', value: lines }];
}

function decodedText(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
