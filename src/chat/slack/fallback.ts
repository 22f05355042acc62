import type { Card, Part } from '../card.ts';
import { written } from '../fit.ts';
import { laidOpen } from '../shown.ts';
import { messageBudget as budget } from './budgets.ts';

/** Text in which Slack finds no mention, link or command of its own. */
export function escaped(text: string): string {
  return laidOpen(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What stands in a notification: the title, then as much of the sentences as is read at a glance. */
export function fallbackOf({ title, parts }: Card): string {
  const text = [title, ...parts.map(said)].filter((line) => line !== '').join('\n');
  return written(text, budget.fallback, escaped).text.trim() || '–';
}

function said(part: Part): string {
  switch (part.kind) {
    case 'words':
      return [
        part.mark === undefined ? '' : `${part.mark} `,
        ...part.spans.map(({ text }) => text),
      ].join('');
    case 'fields':
      return part.fields.map(([name, value]) => `${name}: ${value}`).join('\n');
    case 'items':
      return part.items.map(({ spans }) => spans.map(({ text }) => text).join('')).join('\n');
    case 'table':
      return part.rows.map((row) => row.join(', ')).join('\n');
    case 'code':
      return part.text;
  }
}
