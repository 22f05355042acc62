import { placeholder } from '../../domain/button.ts';
import { shown } from '../shown.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';

/**
 * A line that can be put into the input, the cursor where something is missing: a link, so that it
 * also works without a script.
 */
export function lineLink(line: string, text = line): Markup {
  const typed = line.replace(/^e\.g\. /, '');
  const at = typed.search(placeholder);
  const begun = typed.replaceAll(new RegExp(placeholder, 'g'), '');
  return markup`<a class="line" href="?line=${encodeURIComponent(begun.toWellFormed())}" data-fill="${begun}" data-at="${at < 0 ? begun.length : at}"><code>${shown(text)}</code></a>`;
}

/**
 * What a person is likely to type next: a complete line is a button that says it, one that waits
 * for something goes into the input, and one for a shell is only shown.
 */
export function nextMarkup(lines: readonly string[]): Markup {
  if (lines.length === 0) return markup``;
  return markup`<p class="next">${lines.map((line) => markup`${nextOne(line)} `)}</p>`;
}

function nextOne(line: string): Markup {
  if (/^firebreak\s/.test(line)) return markup`<code class="shell">${shown(line)}</code>`;
  if (placeholder.test(line)) return lineLink(line);
  return markup`<button form="quick" name="line" value="${line}"><code>${shown(line)}</code></button>`;
}
