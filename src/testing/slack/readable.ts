import { isFields } from './fields.ts';

/** What a person reads of a message: its blocks where it has any, else its text. */
export function readableText(message: {
  readonly text: string;
  readonly blocks: readonly unknown[];
}): string {
  return message.blocks.length === 0
    ? unescaped(message.text)
    : message.blocks.map(wordsIn).filter(Boolean).join('\n');
}

/** Texts of one line stand side by side, lines and rows below one another. */
function wordsIn(part: unknown): string {
  if (Array.isArray(part)) return part.map(wordsIn).filter(Boolean).join(' ');
  if (!isFields(part)) return '';
  const { type, text, elements, fields, rows, accessory } = part;
  if (typeof text === 'string') return type === 'mrkdwn' ? unescaped(text) : text;
  if (type === 'link' && typeof part['url'] === 'string') return part['url'];
  if (type === 'user') return `<@${String(part['user_id'])}>`;
  if (type === 'button') return `[${wordsIn(text)}]`;
  if (type === 'input') return `${wordsIn(part['label'])}: ____`;
  if (type === 'rich_text_section' && Array.isArray(elements))
    return elements.map(wordsIn).join('');
  const lines = Array.isArray(rows) ? rows : Array.isArray(elements) ? elements : [];
  const apart = type === 'actions' || type === 'context' ? ' ' : '\n';
  return [
    wordsIn(text),
    wordsIn(fields),
    lines.map(wordsIn).filter(Boolean).join(apart),
    wordsIn(accessory),
  ]
    .filter(Boolean)
    .join('\n');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
