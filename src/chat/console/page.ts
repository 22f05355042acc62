import type { Person } from '../../domain/person.ts';
import type { Reply } from '../../domain/reply.ts';
import { shown } from '../shown.ts';
import type { Markup } from './markup.ts';
import { markup, textOf } from './markup.ts';
import { answerMarkup } from './replies.ts';

/** A line that was said on this page, and its answer. */
export type Said = { readonly line: string; readonly reply: Reply };

/** A whole document. The one script and the one stylesheet are files, so nothing inline may run. */
export function documentMarkup(title: string, body: Markup): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${shown(title)}</title>
<link rel="icon" href="/assets/firebreak.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/console.css">
<script src="/assets/console.js" type="module"></script>
</head>
${body}
</html>
`;
  return textOf(page);
}

/**
 * What stands above every page of a signed-in person.
 *
 * @param at when what the page shows was so; the script says `live` in its place
 */
export function headMarkup(
  person: Person,
  { skip = 'line', at }: { readonly skip?: string; readonly at?: Date } = {},
): Markup {
  return markup`<header>
    <a class="skip" href="#${skip}">To the ${skip}</a>
    <a class="brand" href="/"><img src="/assets/firebreak.svg" alt="" width="20" height="20"> Firebreak</a>
    <span id="link-state" role="status">${at === undefined ? '' : asOf(at)}</span>
    <nav aria-label="You">
      <a href="/runbooks">Runbooks</a> <a href="/sessions">@${person.handle}</a> <a href="/factor">Factor</a>
      <form method="post" action="/leave"><button>Sign out</button></form>
    </nav>
  </header>`;
}

/** Without the script a page stays as it was made, and says so. */
function asOf(at: Date): string {
  return `As of ${at.toISOString().slice(11, 19)} UTC; reload to see what is new`;
}

/**
 * The line: typed here, answered below.
 *
 * @param page the incident whose page it is; empty on the home page
 * @param line what stands in it already
 */
export function lineMarkup(page: string, line: string, said: Said | undefined): Markup {
  const example =
    page === '' ? 'declare Stripe key leaked sev:2' : 'scope find host:*.evil.example';
  return markup`<section class="say" aria-label="Line">
    <form id="say" method="post" action="/say" data-page="${page}">
      <label for="line">Type a line</label>
      <div class="prompt">
        <span class="mark" aria-hidden="true">›</span>
        <input id="line" name="line" value="${line}" maxlength="4000" placeholder="${example}" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" autofocus role="combobox" aria-expanded="false" aria-controls="suggestions" aria-autocomplete="list" aria-describedby="keys">
        <input type="hidden" name="page" value="${page}">
        <button>Say</button>
      </div>
      <ul id="suggestions" role="listbox" aria-label="Ways to go on" hidden></ul>
      <p id="keys" class="keys"><span class="scripted"><kbd>Tab</kbd> completes, <kbd>↑</kbd> brings earlier lines, <kbd>Esc</kbd> closes, <kbd>/</kbd> comes back here. </span><a class="line" href="?line=help" data-fill="help"><code>help</code></a> lists every verb.</p>
    </form>
    <form id="quick" method="post" action="/say" data-page="${page}"><input type="hidden" name="page" value="${page}"></form>
    <div id="answers" aria-live="polite">${said === undefined ? '' : answerMarkup(said.line, said.reply, page)}</div>
    <details id="earlier" hidden><summary>Earlier answers</summary></details>
  </section>`;
}

/** A panel that the live stream keeps up to date. */
export function panelMarkup(id: string, inside: Markup): Markup {
  return markup`<section class="panel" id="panel-${id}" tabindex="-1">${inside}</section>`;
}
