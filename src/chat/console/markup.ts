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
