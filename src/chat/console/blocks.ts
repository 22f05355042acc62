import { raw } from 'hono/html';

import { leverWords } from '../../domain/action.ts';
import { graphSvg } from '../../domain/graph-svg.ts';
import type { Graph } from '../../domain/graph.ts';
import type { Block } from '../../domain/reply.ts';
import type { Span, Text } from '../../domain/spans.ts';
import { spansOf } from '../../domain/spans.ts';
import { shown } from '../shown.ts';
import { lineLink } from './lines.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';

/** A part of an answer as HTML. Total: a new kind of block does not compile until it is shown. */
export function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case 'text':
      return markup`<p>${withLines(block.text)}</p>`;
    case 'warning':
      return markup`<p class="warning"><strong>Note</strong> ${withLines(block.text)}</p>`;
    case 'fields':
      return fieldsMarkup(block.fields);
    case 'table':
      return tableMarkup(block.columns, block.rows);
    case 'list':
      return markup`<ul>
        ${block.items.map((item) => markup`<li>${shown(item)}</li>`)}
      </ul>`;
    case 'code':
      return markup`<pre><code>${shown(block.text)}</code></pre>`;
    case 'graph':
      return graphMarkup(block.graph);
  }
}

/** Text in which a line between backquotes can be put into the input with one press. */
export function withLines(text: Text): readonly Markup[] {
  return spansOf(typeof text === 'string' ? shown(text) : text).map(spanMarkup);
}

function spanMarkup({ kind, text }: Span): Markup {
  switch (kind) {
    case 'plain':
      return markup`${shown(text)}`;
    case 'strong':
      return markup`<strong>${shown(text)}</strong>`;
    case 'code':
      return lineLink(text);
  }
}

function fieldsMarkup(fields: readonly (readonly [string, string])[]): Markup {
  return markup`<dl>
    ${fields.map(
      ([name, value]) =>
        markup`<div data-field="${name}"><dt>${shown(name)}</dt><dd>${stateMarkup(name, value)}</dd></div>`,
    )}
  </dl>`;
}

function tableMarkup(columns: readonly string[], rows: readonly (readonly string[])[]): Markup {
  return markup`<div class="scroll" tabindex="-1"><table>
    <thead><tr>${columns.map((name) => markup`<th scope="col">${shown(name)}</th>`)}</tr></thead>
    <tbody>
      ${rows.map(
        (row) =>
          markup`<tr>${columns.map((name, index) => cellMarkup(name, row[index] ?? ''))}</tr>`,
      )}
    </tbody>
  </table></div>`;
}

function cellMarkup(column: string, text: string): Markup {
  const kind = text === '' ? 'empty' : 'full';
  return markup`<td class="${kind}" data-label="${shown(column)}">${contentOf(column, text)}</td>`;
}

function contentOf(column: string, text: string): Markup {
  if (column === 'incident' && /^INC-[A-Z0-9]+$/.test(text)) {
    return markup`<a href="/incidents/${text}">${text}</a>`;
  }
  if (column === 'ref' && /^[wc]\d+$/.test(text)) return lineLink(`scope show ${text}`, text);
  if (column === 'plan' && /^P-[A-Z0-9]+$/.test(text)) {
    return lineLink(`contain status ${text}`, text);
  }
  return stateMarkup(column, text);
}

/** Columns and fields that say how something stands. A name never stands in one of them. */
const stateColumns: ReadonlySet<string> = new Set([
  ...Object.values(leverWords).map(({ held }) => held),
  'state',
  'severity',
]);

/** A sign for each state, so that it can be told apart without its colour. */
const signs: Readonly<Record<string, string>> = {
  verified: '✓',
  contradicted: '✗',
  failed: '✗',
  unverifiable: '?',
  skipped: '⊘',
  planned: '○',
  requested: '◔',
  accepted: '◑',
  pending: '◑',
  undone: '↺',
  proposed: '○',
  approved: '◔',
  running: '◑',
  paused: '‖',
  // It says that nothing more is done, not that it worked.
  finished: '■',
  denied: '⊘',
  cancelled: '⊘',
  expired: '⊘',
  waits: '○',
  current: '▸',
  done: '✓',
  sev1: '▲',
  sev2: '▲',
  sev3: '△',
  sev4: '△',
};

function stateMarkup(column: string, text: string): Markup {
  const word = /^[a-z0-9]+/.exec(text)?.[0] ?? '';
  const isState = stateColumns.has(column) && Object.hasOwn(signs, word);
  if (!isState) return wholeRefs(shown(text));
  const rest = text.slice(word.length);
  return markup`<span class="state ${word}">${signMarkup(word)} ${word}</span>${wholeRefs(shown(rest))}`;
}

const reference = /(?<![\p{L}\p{N}_-])([wcu]\d{1,7})(?![\p{L}\p{N}_-])/u;

/** Text in which no reference is broken over two lines: half of `w45` is another workflow. */
function wholeRefs(text: string): Markup {
  const parts = text.split(reference);
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<span class="whole">${part}</span>` : part))}`;
}

/** The sign of a state, for those who see; its word stands beside it. */
export function signMarkup(state: string): Markup {
  const sign = Object.hasOwn(signs, state) ? signs[state] : '';
  return markup`<span class="sign" aria-hidden="true">${sign}</span>`;
}

/** The picture, whose every text was escaped where it was drawn; and the same in words. */
function graphMarkup(graph: Graph): Markup {
  const picture = raw(graphSvg(graph, { title: 'What hangs together' }));
  return markup`<div class="picture" tabindex="0" role="group" aria-label="Picture">${picture}</div>
    <details><summary>The same in words</summary>${graphWords(graph)}</details>`;
}

/** Each thing once, with what it acts on below it. */
function graphWords({ nodes, edges, omissions }: Graph): Markup {
  const names = new Map(nodes.map((node) => [node.id, nodeName(node)]));
  const from = Map.groupBy(edges, (edge) => edge.from);
  const below = (id: string) =>
    (from.get(id) ?? []).map(
      ({ label, to }) => markup`<li>${shown(label)} → ${shown(names.get(to) ?? to)}</li>`,
    );
  return markup`<ul class="graph">
    ${nodes.map(({ id }) => markup`<li>${shown(names.get(id) ?? id)}<ul>${below(id)}</ul></li>`)}
  </ul>
  ${omissions.map((text) => markup`<p class="warning"><strong>Note</strong> ${shown(text)}</p>`)}`;
}

function nodeName({ kind, ref, label, state }: Graph['nodes'][number]): string {
  return [kind, ref, `“${label}”`, state && `(${state})`].filter(Boolean).join(' ');
}
