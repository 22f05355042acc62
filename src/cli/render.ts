import type { Graph } from '../domain/graph.ts';
import type { Block, Reply } from '../domain/reply.ts';

/** How a reply is written on a terminal: its width in columns. */
export type RenderOptions = { readonly columns: number };

/** A reply as plain text for a terminal. Foreign text cannot move the cursor or hide itself. */
export function render(reply: Reply, options: RenderOptions): string {
  switch (reply.kind) {
    case 'problem': {
      const lines = [`✗ ${prefixed(reply.message, '').replaceAll('\n', '\n  ')}`];
      if (reply.hint) lines.push(`  → ${visible(reply.hint)}`);
      for (const candidate of reply.candidates) lines.push(`    • ${visible(candidate)}`);
      if (reply.reference) lines.push(`  reference ${visible(reply.reference)}`);
      return `${lines.join('\n')}\n`;
    }
    case 'view': {
      const parts = [
        prefixed(reply.title, ''),
        ...reply.blocks.map((block) => renderBlock(block, options)),
      ];
      if (reply.next.length > 0) {
        parts.push(`Next: ${reply.next.map((line) => visible(line)).join('  ·  ')}`);
      }
      return `${parts.filter((part) => part !== '').join('\n')}\n`;
    }
  }
}

function renderBlock(block: Block, options: RenderOptions): string {
  switch (block.kind) {
    case 'text':
      return prefixed(block.text, '');
    case 'warning':
      return prefixed(block.text, '! ');
    case 'fields':
      return renderFields(block.fields);
    case 'table':
      return renderTable(block.columns, block.rows, options);
    case 'list':
      return block.items
        .map((item) => `• ${prefixed(item, '').replaceAll('\n', '\n  ')}`)
        .join('\n');
    case 'code':
      return prefixed(block.text, '    ');
    case 'graph':
      return renderGraph(block.graph);
  }
}

/** Each thing once, with what it acts on indented below it. */
function renderGraph({ nodes, edges, omissions }: Graph): string {
  const names = new Map(
    nodes.map(({ id, kind, ref, label, state }) => [
      id,
      [kind, ref, `“${label}”`, state && `(${state})`].filter(Boolean).join(' '),
    ]),
  );
  const from = Map.groupBy(edges, (edge) => edge.from);
  const drawn = nodes.flatMap(({ id }) => [
    `  ${oneLine(names.get(id) ?? id)}`,
    ...(from.get(id) ?? []).map(
      (edge) => `    ${oneLine(edge.label)} → ${oneLine(names.get(edge.to) ?? edge.to)}`,
    ),
  ]);
  return [...drawn, ...omissions.map((text) => prefixed(text, '! '))].join('\n');
}

function renderFields(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...fields.map(([name]) => columnsOf(visible(name))));
  return fields
    .map(([name, value]) => {
      const indent = ' '.repeat(width + 4);
      return `  ${pad(visible(name), width)}  ${prefixed(value, '').replaceAll('\n', `\n${indent}`)}`;
    })
    .join('\n');
}

/** The last column takes what is left of the terminal and is wrapped, never cut. */
function renderTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  options: RenderOptions,
): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => oneLine(cell)));
  const last = columns.length - 1;
  const widths = columns.map((_, column) =>
    Math.max(0, ...cells.map((row) => columnsOf(row[column] ?? ''))),
  );
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 2);
  const room = Math.max(24, options.columns - before);
  return cells
    .map((row) => {
      const head = row
        .slice(0, last)
        .map((cell, column) => `${pad(cell, widths[column] ?? 0)}  `)
        .join('');
      const tail = wrap(row[last] ?? '', room).join(`\n${' '.repeat(before)}`);
      return `  ${head}${tail}`.trimEnd();
    })
    .join('\n');
}

function wrap(text: string, room: number): readonly string[] {
  const wrapped: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) > room && line !== '') {
      wrapped.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...wrapped, line];
}

function prefixed(text: string, prefix: string): string {
  return text
    .split('\n')
    .map((line) => `${prefix}${visible(line)}`)
    .join('\n');
}

function oneLine(text: string): string {
  return visible(text.replaceAll('\n', ' ⏎ '));
}

/** Control, bidi and zero-width characters shown as `\u202e`, so that text is what it looks like. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segments.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}
