import type { Graph } from '../domain/graph.ts';
import type { Block, Reply } from '../domain/reply.ts';
import { charactersOf } from '../domain/spans.ts';

/** How a reply is written on a terminal: its width in columns. */
export type RenderOptions = { readonly columns: number };

/** A reply as plain text for a terminal. Foreign text cannot move the cursor or hide itself. */
export function render(reply: Reply, options: RenderOptions): string {
  switch (reply.kind) {
    case 'problem': {
      const lines = [marked(reply.message, '✗ ', options)];
      if (reply.hint) lines.push(marked(reply.hint, '  → ', options));
      for (const candidate of reply.candidates) lines.push(marked(candidate, '    • ', options));
      if (reply.reference) lines.push(`  reference ${visible(reply.reference)}`);
      return `${lines.join('\n')}\n`;
    }
    case 'view': {
      const parts = [
        marked(reply.title, '', options),
        ...reply.blocks.map((block) => renderBlock(block, options)),
      ];
      if (reply.next.length > 0) parts.push(renderNext(reply.next, options));
      return `${parts.filter((part) => part !== '').join('\n')}\n`;
    }
  }
}

function renderBlock(block: Block, options: RenderOptions): string {
  switch (block.kind) {
    case 'text':
      return marked(charactersOf(block.text), '', options);
    case 'warning':
      return marked(charactersOf(block.text), '! ', options);
    case 'fields':
      return renderFields(block.fields, options);
    case 'table':
      return renderTable([block.columns, ...block.rows], options);
    case 'list':
      return block.items.map((item) => marked(item, '• ', options)).join('\n');
    case 'code':
      return prefixed(block.text, '    ');
    case 'graph':
      return renderGraph(block.graph);
  }
}

/** Lines to type next; none is broken in two. */
function renderNext(next: readonly string[], { columns }: RenderOptions): string {
  const lines: string[] = [];
  let line = 'Next: ';
  for (const [index, text] of next.map((one) => visible(one)).entries()) {
    const longer = index === 0 ? line + text : `${line}  ·  ${text}`;
    if (index > 0 && columnsOf(longer) > columns) {
      lines.push(line);
      line = `      ${text}`;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

/**
 * Text behind a mark, wrapped at the terminal's width and indented below itself. Text of several
 * lines, which may point at a place in the line above, stays as it is.
 */
function marked(text: string, mark: string, { columns }: RenderOptions): string {
  const indent = `\n${' '.repeat(columnsOf(mark))}`;
  const lines = text.split('\n').map((line) => visible(line));
  const [only, ...more] = lines;
  if (only === undefined || more.length > 0) return mark + lines.join(indent);
  return mark + wrap(only, columns - columnsOf(mark)).join(indent);
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

function renderFields(
  fields: readonly (readonly [string, string])[],
  options: RenderOptions,
): string {
  const width = Math.max(0, ...fields.map(([name]) => columnsOf(visible(name))));
  return fields
    .map(([name, value]) => marked(value, `  ${pad(visible(name), width)}  `, options))
    .join('\n');
}

/** Columns narrower than this are not wrapped: they would be letters below each other. */
const narrowest = 16;

/** A last column of sentences that would be narrower than this goes below its row. */
const sentencesAtLeast = 40;

/** What does not fit is wrapped in the widest columns, never cut. */
function renderTable(rows: readonly (readonly string[])[], { columns }: RenderOptions): string {
  const cells = rows.map((row) => row.map((cell) => oneLine(cell)));
  const natural = widthsOf(cells);
  const widths = shrunk(cells, columns);
  const last = natural.length - 1;
  const lastWidth = widths[last] ?? 0;
  const isStrip = lastWidth < sentencesAtLeast && (natural[last] ?? 0) > 2 * lastWidth;
  const isCramped = last > 2 && (isStrip || total(widths) > roomIn(columns, widths));
  if (!isCramped) return cells.map((row) => renderRow(row, widths)).join('\n');
  const heads = cells.map((row) => row.slice(0, last));
  const headWidths = shrunk(heads, columns);
  return cells
    .flatMap((row, index) => {
      const below = row[last] ?? '';
      const head = renderRow(heads[index] ?? [], headWidths);
      return below === '' ? [head] : [head, marked(below, '      ', { columns })];
    })
    .join('\n');
}

function widthsOf(cells: readonly (readonly string[])[]): readonly number[] {
  return (cells[0] ?? []).map((_, column) =>
    Math.max(0, ...cells.map((row) => columnsOf(row[column] ?? ''))),
  );
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? narrowest));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = wrapped.map((lines, column) => pad(lines[line] ?? '', widths[column] ?? 0));
    return `  ${parts.join('  ')}`.trimEnd();
  }).join('\n');
}

/**
 * Takes from the widest column, one by one, until the row fits or none can be narrower: a word that
 * stands out of its column would push all behind it out of theirs.
 */
function shrunk(cells: readonly (readonly string[])[], columns: number): readonly number[] {
  const natural = widthsOf(cells);
  const least = widthsOf(cells.map((row) => row.map(longestWord))).map((width) =>
    Math.max(narrowest, Math.min(width, sentencesAtLeast)),
  );
  const room = roomIn(columns, natural);
  // What is wider than the whole row is taken down to it at once.
  const fitting = natural.map((width, index) => Math.min(width, Math.max(room, least[index] ?? 0)));
  while (total(fitting) > room) {
    const spare = fitting.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    fitting[spare.lastIndexOf(widest)] = widest - 1;
  }
  return fitting;
}

function longestWord(text: string): string {
  let longest = { word: '', width: 0 };
  for (const word of text.split(' ')) {
    const width = columnsOf(word);
    if (width > longest.width) longest = { word, width };
  }
  return longest.word;
}

function roomIn(columns: number, widths: readonly number[]): number {
  return columns - 2 * widths.length;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0);
}

/** Breaks between words; a longer word stays whole. */
function wrap(text: string, room: number): readonly string[] {
  const wrapped: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    const wordWidth = columnsOf(word);
    if (line !== '' && width + 1 + wordWidth > room) {
      wrapped.push(line);
      [line, width] = [word, wordWidth];
    } else if (line === '') {
      [line, width] = [word, wordWidth];
    } else {
      line += ` ${word}`;
      width += 1 + wordWidth;
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
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

function columnsOf(text: string): number {
  // Telling graphemes apart costs a hundred times as much, and most text has none of several signs.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segments.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}
