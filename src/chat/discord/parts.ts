import type { Span } from '../../domain/spans.ts';
import type { Item, Part } from '../card.ts';
import type { Drawn } from '../fit.ts';
import { more, moreAtMost, written, writtenShort } from '../fit.ts';
import { messageBudget as budget } from './budgets.ts';
import { asCode, asCodeBlock, asStrong, escaped, escapedOnOneLine } from './markdown.ts';

/** One part of a card as markdown that takes no more room than this; nothing when it is empty. */
export function drawn(part: Part, room: number): Drawn<string> | undefined {
  const text = markdownOf(part, room - 1);
  // The line break that parts it from the next is counted with it.
  return text.trim() === '' ? undefined : { nodes: [text], characters: text.length + 1 };
}

function markdownOf(part: Part, room: number): string {
  switch (part.kind) {
    case 'words':
      return drawWords(part.spans, part.mark, Math.min(room, budget.words));
    case 'fields':
      return lines(part.fields, room, fieldLine);
    case 'items':
      return lines(part.items, room, itemLines);
    case 'table':
      return drawTable(part.columns, part.rows, room);
    case 'code':
      return drawCode(part.text, Math.min(room, budget.code));
  }
}

function drawWords(spans: readonly Span[], mark: string | undefined, room: number): string {
  const sign = mark === undefined ? '' : `${mark} `;
  const said = joined(spans, room - sign.length, escaped);
  return said.trim() === '' ? '' : `${sign}${said}`;
}

/** Spans behind each other; what did not fit is counted. */
function joined(spans: readonly Span[], room: number, escape: (text: string) => string): string {
  const writes = { plain: escape, strong: asStrong, code: asCode };
  let said = '';
  let left = 0;
  for (const span of spans) {
    const free = room - moreAtMost - said.length - 1;
    const made =
      left > 0 ? { text: '', left: span.text.length } : written(span.text, free, writes[span.kind]);
    left += made.left;
    // Two pieces of code that touch would be one.
    said += said.endsWith('`') && made.text.startsWith('`') ? ` ${made.text}` : made.text;
  }
  return left > 0 ? `${said} ${more(left, 'characters')}` : said;
}

/** As many lines as fit, each written when its turn comes, and how many do not. */
function lines<One>(all: readonly One[], room: number, write: (one: One) => string): string {
  const kept: string[] = [];
  let free = room - moreAtMost;
  for (const one of all.slice(0, budget.items)) {
    const line = write(one);
    free -= line.length + 1;
    if (free < 0) break;
    kept.push(line);
  }
  const left = all.length - kept.length;
  return [...kept, ...(left > 0 ? [more(left)] : [])].join('\n');
}

function fieldLine([name, value]: readonly [string, string]): string {
  const label = writtenShort(name, budget.fieldName, asStrong);
  return `${label} ${writtenShort(value, budget.fieldValue, escapedOnOneLine)}`.trim();
}

function itemLines({ spans, below = [] }: Item): string {
  const left = below.length - budget.below;
  return [
    `- ${joined(spans, budget.item, escapedOnOneLine).trim() || '–'}`,
    ...below
      .slice(0, budget.below)
      .map((line) => `  - ${writtenShort(line, budget.item, escapedOnOneLine).trim() || '–'}`),
    ...(left > 0 ? [`  - ${more(left)}`] : []),
  ].join('\n');
}

/** Discord has no tables: each row is a point, and the heads above name what stands in it. */
function drawTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): string {
  const kept = columns.slice(0, budget.columns);
  const head = `-# ${kept.map((name) => cell(name, escapedOnOneLine)).join(' · ')}`;
  const points = lines(rows, room - head.length - 1, ([first = '', ...others]) => {
    const rest = kept.slice(1).map((_, index) => cell(others[index] ?? '', escapedOnOneLine));
    return `- ${[cell(first, asStrong), ...rest].join(' · ')}`;
  });
  const left = columns.length - kept.length;
  return [head, points, ...(left > 0 ? [more(left, 'columns')] : [])].join('\n');
}

function cell(content: string, write: (text: string) => string): string {
  return writtenShort(content, budget.cell, write).trim() || '–';
}

function drawCode(content: string, room: number): string {
  const { text, left } = written(content, room - moreAtMost, asCodeBlock);
  return left > 0 ? `${text}\n${more(left, 'characters')}` : text;
}
