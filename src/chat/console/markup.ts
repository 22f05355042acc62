import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** HTML in which every value that was put in is escaped. */
export type Markup = HtmlEscapedString;

/** HTML from a template: strings that are put in are escaped, other markup stays as it is. */
export function markup(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  const made = html(strings, ...values);
  // `html` waits only for promises, and a page is made of what is at hand.
  if (made instanceof Promise) throw new TypeError('A page holds something that is not there yet.');
  return made;
}

/** Finished HTML as a plain string: the library's own are objects, of which no two are equal. */
export function textOf(made: Markup): string {
  return made.toString();
}

const charactersAtMost = 2_000;
// Control and format characters (escape, bidirectional, zero width, tags) and line separators, but
// not newline and the two joiners that scripts and emoji need.
const invisible = /(?![\n\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Foreign text as it may stand on a page: what could hide or turn it around is shown as `‹U+202E›`,
 * and the end of a very long one is counted instead of shown.
 */
export function shown(text: string): string {
  const left = text.length - charactersAtMost;
  const cut = left > 0 ? `${text.slice(0, charactersAtMost)}…(+${left})` : text;
  return cut.toWellFormed().replace(invisible, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `‹U+${code.padStart(4, '0')}›`;
  });
}
