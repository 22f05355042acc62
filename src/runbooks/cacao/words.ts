import type { List, RootContent } from 'mdast';
import { toMarkdown } from 'mdast-util-to-markdown';

import type { Prose } from '../../domain/runbook.ts';

/** What people read of a step, as markdown nodes. */
export function nodesOf(prose: readonly Prose[]): readonly RootContent[] {
  return prose.map((part) => {
    if (part.kind === 'list') return listOf(part.items);
    return part.kind === 'code' ? { type: 'code', value: part.text } : paragraph(part.text);
  });
}

/** A paragraph that says exactly this; what would be markup is escaped. */
export function paragraph(text: string): RootContent {
  return { type: 'paragraph', children: [{ type: 'text', value: text }] };
}

/** Markdown that reads back as these nodes. */
export function markdownOf(nodes: readonly RootContent[]): string {
  return toMarkdown(
    { type: 'root', children: [...nodes] },
    { bullet: '-', fences: true, rule: '-', listItemIndent: 'one' },
  );
}

function listOf(items: readonly string[]): List {
  const numbers = items.map((item) => /^(\d{1,9})\. /.exec(item)?.[1]);
  const start = Number(numbers[0] ?? Number.NaN);
  const ordered = numbers.every((number, index) => Number(number ?? Number.NaN) === start + index);
  return {
    type: 'list',
    ordered,
    ...(ordered ? { start } : {}),
    spread: false,
    children: items.map((item) => ({
      type: 'listItem',
      spread: false,
      children: [
        {
          type: 'paragraph',
          children: [{ type: 'text', value: ordered ? item.replace(/^\d+\. /, '') : item }],
        },
      ],
    })),
  };
}
