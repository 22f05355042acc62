import type { Token } from './tokens.ts';
import { tokens } from './tokens.ts';

/** More words than this are no name. */
const wordsAtMost = 6;

// A space behind the colon leaves the field without a value of its own.
const fieldAndValue = /^([-–—!(]*[a-z][\w-]*:)([^\s:"'()]*)$/i;
// A word that could belong to a name: no field, bracket or quote, no sign, no reference.
const bareWord = /^(?![-–—!]|(?:and|or|not|&&|\|\||[wc]\d+)$)[^\s:"'()]+\)*$/i;

/**
 * What may have been meant by `credential:Stripe live`: `credential:"Stripe live"`. Names of several
 * words are typed without quotes, and then only the first word belongs to the field.
 *
 * @returns whole queries, the one with most words in quotes first; none when nothing stands so
 */
export function quotedReadings(query: string): readonly string[] {
  const words = tokens(query);
  const longest = Math.max(...words.map((_, index) => bareAfter(words, index)));
  const counts = Array.from({ length: Math.max(0, longest) }, (_, less) => longest - less);
  return counts.map((count) => joined(words, count));
}

/** How many bare words follow the field at this place; 0 where there is none. */
function bareAfter(words: readonly Token[], index: number): number {
  if (!fieldAndValue.test(words[index]?.raw ?? '')) return 0;
  let count = 0;
  while (count < wordsAtMost && bareWord.test(words[index + count + 1]?.raw ?? '')) count += 1;
  return count;
}

function joined(words: readonly Token[], atMost: number): string {
  const parts: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const count = Math.min(bareAfter(words, index), atMost);
    const [, field = '', value = ''] = fieldAndValue.exec(words[index]?.raw ?? '') ?? [];
    const name = [value, ...words.slice(index + 1, index + 1 + count).map(({ raw }) => raw)];
    const [, text = '', brackets = ''] = /^(.*?)(\)*)$/s.exec(name.join(' ').trimStart()) ?? [];
    parts.push(count === 0 ? (words[index]?.raw ?? '') : `${field}"${text}"${brackets}`);
    index += count;
  }
  return parts.join(' ');
}
