import type {
  KnownBlock,
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  RichTextSection,
  TableBlock,
} from '@slack/types';

import type { Span } from '../../domain/spans.ts';
import type { Item, Part } from '../card.ts';
import type { Drawn } from '../fit.ts';
import { more, moreAtMost, written, writtenShort } from '../fit.ts';
import { laidOpen, onOneLine } from '../shown.ts';
import { messageBudget as budget } from './budgets.ts';

type Nodes = Drawn<KnownBlock> | undefined;

/** One part of a card as blocks that take no more room than this; nothing when it is empty. */
export function drawn(part: Part, room: number, { asTable }: { asTable: boolean }): Nodes {
  switch (part.kind) {
    case 'words':
      return drawWords(part.spans, part.mark, Math.min(room, budget.words));
    case 'fields':
      return drawFields(part.fields, Math.min(room, budget.fields));
    case 'items':
      return drawItems(part.items, Math.min(room, budget.list));
    case 'table':
      return asTable
        ? drawTable(part.columns, part.rows, Math.min(room, budget.table))
        : drawItems(rowsAsItems(part.rows), Math.min(room, budget.list), part.columns);
    case 'code':
      return drawCode(part.text, Math.min(room, budget.code));
  }
}

function drawWords(spans: readonly Span[], mark: string | undefined, room: number): Nodes {
  const sign = mark === undefined ? '' : `${mark} `;
  const elements = elementsOf(spans, room - sign.length, laidOpen);
  if (elements.length === 0) return undefined;
  return richText([section([...(sign === '' ? [] : [text(sign)]), ...elements])]);
}

/** Spans as text elements, the last of which tells what was left out. */
function elementsOf(
  spans: readonly Span[],
  room: number,
  write: (text: string) => string,
): readonly RichTextElement[] {
  const elements: RichTextElement[] = [];
  let free = room - moreAtMost;
  let left = 0;
  for (const span of spans) {
    const made = left > 0 ? { text: '', left: span.text.length } : written(span.text, free, write);
    left += made.left;
    free -= made.text.length;
    if (made.text !== '') elements.push(text(made.text, span.kind));
  }
  if (left > 0) elements.push(text(` ${more(left, 'characters')}`));
  return elements;
}

function drawFields(fields: readonly (readonly [string, string])[], room: number): Nodes {
  const elements: RichTextElement[] = [];
  let free = room - moreAtMost;
  for (const [index, [name, value]] of fields.entries()) {
    const begin = index === 0 ? '' : '\n';
    const label = `${begin}${writtenShort(name, budget.fieldName, onOneLine)}: `;
    const told = writtenShort(value, budget.fieldValue, laidOpen);
    free -= label.length + told.length;
    if (free < 0) {
      elements.push(text(`${begin}${more(fields.length - index)}`));
      break;
    }
    elements.push(text(label, 'strong'), ...(told === '' ? [] : [text(told)]));
  }
  return richText([section(elements)]);
}

function drawItems(items: readonly Item[], room: number, heads: readonly string[] = []): Nodes {
  const head = writtenShort(heads.join(' · '), budget.item, onOneLine);
  const lists: RichTextBlockElement[] = head === '' ? [] : [section([text(head, 'small')])];
  let free = room - moreAtMost - head.length;
  let used = 0;
  for (const { spans, below = [] } of items) {
    const elements = elementsOf(spans, budget.item, onOneLine);
    const points = pointsOf(below);
    free -= lengthOf(elements) + lengthOf(points);
    if (free < 0 || used === budget.items) break;
    used += 1;
    lists.push(list([section(elements.length === 0 ? [text('–')] : elements)], 0));
    if (points.length > 0)
      lists.push(
        list(
          points.map((point) => section([point])),
          1,
        ),
      );
  }
  const left = items.length - used;
  if (left > 0) lists.push(section([text(more(left))]));
  return richText(merged(lists));
}

/** What stands under a point: some of it, and how much more there is. */
function pointsOf(below: readonly string[]): readonly RichTextElement[] {
  const left = below.length - budget.below;
  return [
    ...below.slice(0, budget.below).map((line) => writtenShort(line, budget.item, onOneLine)),
    ...(left > 0 ? [more(left)] : []),
  ].map((line) => text(line || '–'));
}

/** Points that follow each other at the same depth are one list. */
function merged(lists: readonly RichTextBlockElement[]): readonly RichTextBlockElement[] {
  const whole: RichTextBlockElement[] = [];
  for (const one of lists) {
    const last = whole.at(-1);
    const joins = last?.type === 'rich_text_list' && one.type === 'rich_text_list';
    if (joins && last.indent === one.indent) {
      whole.splice(-1, 1, { ...last, elements: [...last.elements, ...one.elements] });
    } else whole.push(one);
  }
  return whole;
}

function rowsAsItems(rows: readonly (readonly string[])[]): readonly Item[] {
  return rows.map(([first = '', ...others]) => ({
    spans: [
      { kind: 'strong', text: first === '' ? '–' : first },
      { kind: 'plain', text: others.map((cell) => ` · ${cell === '' ? '–' : cell}`).join('') },
    ],
  }));
}

function drawTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): Nodes {
  const kept = columns.slice(0, budget.columns);
  if (kept.length === 0) return undefined;
  const whole: TableBlock['rows'] = [];
  let taken = 0;
  for (const row of [kept, ...rows].slice(0, budget.rows)) {
    const cells = kept.map((_, index) => cellOf(row[index] ?? ''));
    const characters = cells.reduce((sum, { text: said }) => sum + said.length, 0);
    if (taken + characters > room - 2 * moreAtMost) break;
    whole.push(cells);
    taken += characters;
  }
  // Heads alone say nothing, and a table needs a row.
  if (whole.length < 2) return drawItems(rowsAsItems(rows), room, columns);
  const left = [
    ...(rows.length >= whole.length ? [more(rows.length + 1 - whole.length, 'rows')] : []),
    ...(columns.length > kept.length ? [more(columns.length - kept.length, 'columns')] : []),
  ].join(' ');
  const table: TableBlock = {
    type: 'table',
    column_settings: kept.map(() => ({ is_wrapped: true })),
    rows: whole,
  };
  const note = left === '' ? undefined : richText([section([text(left)])]);
  return {
    nodes: [table, ...(note?.nodes ?? [])],
    characters: taken + (note?.characters ?? 0),
  };
}

function cellOf(content: string) {
  return {
    type: 'raw_text',
    text: writtenShort(content, budget.cell, onOneLine).trim() || '–',
  } as const;
}

function drawCode(content: string, room: number): Nodes {
  const { text: made, left } = written(content, room - moreAtMost, laidOpen);
  if (made.trim() === '') return undefined;
  return richText([
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: made }] },
    ...(left > 0 ? [section([text(more(left, 'characters'))])] : []),
  ]);
}

function richText(elements: readonly RichTextBlockElement[]): Drawn<RichTextBlock> {
  const characters = elements.reduce((sum, element) => sum + charactersOf(element), 0);
  return { nodes: [{ type: 'rich_text', elements: [...elements] }], characters };
}

function charactersOf(element: RichTextBlockElement): number {
  return element.type === 'rich_text_list'
    ? element.elements.reduce((sum, one) => sum + lengthOf(one.elements), 0)
    : lengthOf(element.elements);
}

function lengthOf(elements: readonly RichTextElement[]): number {
  return elements.reduce((sum, one) => sum + (one.type === 'text' ? one.text.length : 0), 0);
}

function section(elements: readonly RichTextElement[]): RichTextSection {
  return { type: 'rich_text_section', elements: [...elements] };
}

function list(elements: readonly RichTextSection[], indent: number): RichTextBlockElement {
  return { type: 'rich_text_list', style: 'bullet', indent, elements: [...elements] };
}

const styles = {
  plain: undefined,
  strong: { bold: true },
  code: { code: true },
  small: { italic: true },
} as const;

function text(content: string, kind: keyof typeof styles = 'plain'): RichTextElement {
  const style = styles[kind];
  return { type: 'text', text: content, ...(style === undefined ? {} : { style }) };
}
