import type { Code, Nodes, Parents, Root, RootContent } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

import type { Finding, Prose } from '../domain/runbook.ts';
import type { YamlBlock } from './yaml.ts';

/** A heading with what stands under it. */
export type Section = {
  readonly heading: string;
  /** Of the heading, from 1. */
  readonly line: number;
  readonly prose: readonly Prose[];
  /** The fenced blocks whose info string is `yaml step`. */
  readonly blocks: readonly YamlBlock[];
};

/** A runbook's file, parted. */
export type Sections = {
  readonly frontMatter?: YamlBlock;
  readonly title?: Section;
  readonly steps: readonly Section[];
  readonly findings: readonly Finding[];
};

const processor = unified().use(remarkParse).use(remarkFrontmatter, ['yaml']);

/** Parts a file by its headings, and finds what no runbook may hold. */
export function readSections(content: string, file: string): Sections {
  const root: Root = processor.parse(content);
  const findings = [...walk(root)].flatMap((node) => forbidden(node, file));
  const sections: { heading: string; line: number; depth: number; nodes: RootContent[] }[] = [];
  let frontMatter: YamlBlock | undefined;
  for (const node of root.children) {
    if (node.type === 'yaml') {
      frontMatter ??= { text: node.value, file, line: lineOf(node) + 1, column: 1 };
    } else if (node.type === 'heading' && node.depth <= 2) {
      sections.push({ heading: plain(node), line: lineOf(node), depth: node.depth, nodes: [] });
    } else {
      const last = sections.at(-1);
      if (last) last.nodes.push(node);
      else findings.push(at(node, file, 'Text stands before the title: begin with `# Title`.'));
    }
  }
  const titles = sections.filter(({ depth }) => depth === 1);
  for (const extra of titles.slice(1)) {
    findings.push({
      file,
      line: extra.line,
      column: 1,
      text: `“${extra.heading}” is a second title: a runbook has one \`#\`; steps begin with \`##\`.`,
    });
  }
  const read = ({ heading, line, nodes }: (typeof sections)[number]): Section => ({
    heading,
    line,
    prose: nodes.flatMap(proseOf),
    blocks: nodes.flatMap((node) =>
      node.type === 'code' && isStepBlock(node) ? [blockOf(node, file)] : [],
    ),
  });
  const [title] = titles;
  return {
    ...(frontMatter ? { frontMatter } : {}),
    ...(title ? { title: read(title) } : {}),
    steps: sections.filter(({ depth }) => depth === 2).map(read),
    findings: [...findings, ...hiddenBlocks(root, file)],
  };
}

function isStepBlock(node: Nodes): boolean {
  return node.type === 'code' && node.lang === 'yaml' && /^step\b/.test(node.meta?.trim() ?? '');
}

function blockOf(node: Code, file: string): YamlBlock {
  const { line = 1, column = 1 } = node.position?.start ?? {};
  return { text: node.value, file, line: line + 1, column };
}

/** A step block inside a list or quote would look like one and never be read. */
function hiddenBlocks(root: Root, file: string): readonly Finding[] {
  return [...walk(root)]
    .filter((node) => isStepBlock(node) && !root.children.some((child) => child === node))
    .map((node) =>
      at(node, file, 'A step block stands in a list or quote: move it out to the margin.'),
    );
}

function forbidden(node: Nodes, file: string): readonly Finding[] {
  if (node.type === 'html') {
    return [at(node, file, 'Raw HTML is not shown anywhere: write it in markdown.')];
  }
  if (node.type === 'link' || node.type === 'definition' || node.type === 'image') {
    return /^https:\/\/[^/\s]/i.test(node.url) || node.url.startsWith('#')
      ? []
      : [at(node, file, 'This link is not https: link to an https address.')];
  }
  return node.type === 'text' && /\bhttp:\/\//i.test(node.value)
    ? [at(node, file, 'This address is not https: write an https one.')]
    : [];
}

/** Every node, in the order of the text. Without recursion: nesting is up to whoever wrote it. */
function* walk(root: Root): Generator<Nodes> {
  const stack: Nodes[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    if (isParent(node)) stack.push(...node.children.toReversed());
  }
}

function isParent(node: Nodes): node is Parents {
  return 'children' in node;
}

function proseOf(node: RootContent): readonly Prose[] {
  if (isStepBlock(node) || node.type === 'thematicBreak' || node.type === 'definition') return [];
  if (node.type === 'code') return [{ kind: 'code', text: node.value }];
  if (node.type === 'list') {
    const mark = (index: number) => (node.ordered === true ? `${(node.start ?? 1) + index}. ` : '');
    return [
      { kind: 'list', items: node.children.map((item, index) => `${mark(index)}${plain(item)}`) },
    ];
  }
  const text = plain(node);
  return text === '' ? [] : [{ kind: 'text', text }];
}

/** What a reader sees of a node, without its markup. */
function plain(node: Nodes): string {
  const parts: string[] = [];
  const stack: Nodes[] = [node];
  for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
    if (one.type === 'text' || one.type === 'inlineCode') parts.push(one.value);
    else if (one.type === 'break') parts.push(' ');
    else if (one.type === 'link' && one.url.startsWith('https:')) parts.push(`${linkText(one)} `);
    else if (isParent(one)) stack.push(...one.children.toReversed());
    if (one.type === 'paragraph' && stack.length > 0) parts.push(' ');
  }
  return parts.join('').replaceAll(/\s+/g, ' ').trim();
}

/** A link as text: a terminal has no other way to show where it leads. */
function linkText(link: Extract<Nodes, { type: 'link' }>): string {
  const said = link.children.map((child) => ('value' in child ? child.value : '')).join('');
  return said === '' || said === link.url ? link.url : `${said} (${link.url})`;
}

function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 1;
}

function at(node: Nodes, file: string, text: string): Finding {
  const { line = 1, column = 1 } = node.position?.start ?? {};
  return { file, line, column, text };
}
