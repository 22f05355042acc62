import type { Markup } from './markup.ts';
import { markup, shown } from './markup.ts';

/** Where a line stops to be complete: `…`, `<query>`, `@…`. */
const placeholder = /…|<[^<>\s]+>/;

/** A line that can be put into the input: a link, so that it also works without a script. */
export function lineLink(line: string, text = line): Markup {
  const begun = withoutPlaceholder(line.replace(/^e\.g\. /, ''));
  return markup`<a class="line" href="?line=${encodeURIComponent(begun)}" data-fill="${begun}"><code>${shown(text)}</code></a>`;
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

function withoutPlaceholder(line: string): string {
  const at = line.search(placeholder);
  return at < 0 ? line : line.slice(0, at);
}
