import type { Button } from '../../domain/button.ts';
import { nextButtons, placeholder } from '../../domain/button.ts';
import { shown } from '../shown.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';

/**
 * A line that can be put into the input, the cursor where something is missing: a link, so that it
 * also works without a script.
 */
export function lineLink(line: string, text = line): Markup {
  return filling(line, markup`<code>${shown(text)}</code>`);
}

function filling(line: string, text: Markup, title = markup``): Markup {
  const typed = line.replace(/^e\.g\. /, '');
  const at = typed.search(placeholder);
  const begun = typed.replaceAll(new RegExp(placeholder, 'g'), '');
  return markup`<a class="line" href="?line=${encodeURIComponent(begun.toWellFormed())}" data-fill="${begun}" data-at="${at < 0 ? begun.length : at}"${title}>${text}</a>`;
}

/**
 * What a person is likely to type next: a complete line is a button that says it, one that waits
 * for something goes into the input, and one for a shell is only shown.
 */
export function nextMarkup(lines: readonly string[]): Markup {
  if (lines.length === 0) return markup``;
  return markup`<p class="next">${nextButtons(lines).map((button) => markup`${nextOne(button)} `)}</p>`;
}

function nextOne({ kind, line, label, isWord }: Button): Markup {
  if (kind === 'shell') return markup`<code class="shell">${shown(line)}</code>`;
  const text = isWord ? markup`${shown(label)}` : markup`<code>${shown(label)}</code>`;
  // What a word stands for is seen by whoever points at it.
  const title = isWord ? markup` title="${shown(line)}"` : markup``;
  if (kind === 'ask') return filling(line, text, title);
  return markup`<button form="quick" name="line" value="${line}"${title}>${text}</button>`;
}
