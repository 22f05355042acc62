import type { Span } from '../../domain/spans.ts';
import type { Card, Part } from '../card.ts';
import { written } from '../fit.ts';
import { laidOpen } from '../shown.ts';
import { messageBudget as budget } from './budgets.ts';

/** Text in which Slack finds no mention, link or command of its own. */
export function escaped(text: string): string {
  return laidOpen(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What stands in a notification: the title, then as much of the rest as is read at a glance. */
export function fallbackOf({ title, parts }: Card): string {
  let text = title;
  for (const line of linesOf(parts)) {
    if (text.length > budget.fallback) break;
    text += `\n${line}`;
  }
  return written(text, budget.fallback, escaped).text.trim() || '–';
}

/** What the parts say, line by line, as far as somebody asks. */
function* linesOf(parts: readonly Part[]): Generator<string> {
  for (const part of parts) {
    switch (part.kind) {
      case 'words':
        yield (part.mark === undefined ? '' : `${part.mark} `) + joined(part.spans);
        break;
      case 'fields':
        for (const [name, value] of part.fields) yield `${name}: ${value}`;
        break;
      case 'items':
        for (const { spans } of part.items) yield joined(spans);
        break;
      case 'table':
        for (const row of part.rows) yield row.join(', ');
        break;
      case 'code':
        yield part.text;
        break;
    }
  }
}

function joined(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('');
}
