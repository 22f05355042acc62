import { raw } from 'hono/html';

import { deedInWords } from '../../domain/deed-words.ts';
import type { Person } from '../../domain/person.ts';
import { runbookSvg } from '../../domain/runbook-svg.ts';
import type { Prose, Runbook, RunbookPreview, RunbookStep } from '../../domain/runbook.ts';
import { deedCalled, endOfRunbook, stepCalled } from '../../domain/runbook.ts';
import { counted, span } from '../../domain/wording.ts';
import { shown } from '../shown.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';
import { documentMarkup, headMarkup } from './page.ts';

/** Every runbook, and which have something to mend. */
export function runbooksPage(person: Person, all: readonly RunbookPreview[]): string {
  const body = markup`<body>${headMarkup(person, { skip: 'runbooks' })}<main>
    <section class="panel" id="runbooks" tabindex="-1"><h1>Runbooks</h1>
    <div class="scroll"><table>
      <thead><tr><th scope="col">runbook</th><th scope="col">title</th><th scope="col">for</th><th scope="col">to mend</th></tr></thead>
      <tbody>${all.map(rowMarkup)}</tbody>
    </table></div></section>
  </main></body>`;
  return documentMarkup('Runbooks · Firebreak', body);
}

function rowMarkup({ id, runbook, findings }: RunbookPreview): Markup {
  return markup`<tr>
    <td data-label="runbook"><a href="/runbooks/${encodeURIComponent(id)}">${shown(id)}</a></td>
    <td data-label="title">${shown(runbook?.title ?? '')}</td>
    <td data-label="for">${(runbook?.for ?? []).join(', ')}</td>
    <td data-label="to mend">${findings.length === 0 ? 'nothing' : counted(findings.length, 'finding')}</td>
  </tr>`;
}

/** One runbook as people will walk it: its text, its steps, its picture, and what is to be mended. */
export function runbookPage(person: Person, preview: RunbookPreview): string {
  const { id, file, runbook } = preview;
  const body = markup`<body>${headMarkup(person, { skip: 'runbook' })}<main>
    <section class="panel" id="runbook" tabindex="-1">
      <h1>${shown(runbook?.title ?? id)}</h1>
      <p class="quiet">${shown(file)} · <a href="/runbooks">all runbooks</a></p>
      ${findingsMarkup(preview)}
      ${runbook ? aboutMarkup(runbook) : ''}
    </section>
    ${runbook ? wholeMarkup(runbook) : ''}
  </main></body>`;
  return documentMarkup(`${runbook?.title ?? id} · Firebreak`, body);
}

function findingsMarkup({ findings, runbook }: RunbookPreview): Markup {
  if (findings.length === 0) return markup`<p>The check finds nothing to mend.</p>`;
  return markup`<p class="warning"><strong>${counted(findings.length, 'finding')}</strong>: ${runbook ? 'it can be started, but not every step of it can be done' : 'nobody can start it'} until they are mended.</p>
    <ul>${findings.map(
      ({ file, line, column, text }) =>
        markup`<li><code>${shown(file)}:${line}:${column}</code> ${shown(text)}</li>`,
    )}</ul>`;
}

function aboutMarkup(runbook: Runbook): Markup {
  const facts = [
    ['for', runbook.for.join(', ')],
    ['severity', runbook.severity ?? ''],
    ['roles', runbook.roles.join(', ')],
    ['clocks', runbook.regimes.join(', ')],
    ['ATT&CK', runbook.attack.join(', ')],
    ['CSF 2.0', runbook.csf.join(', ')],
  ].filter(([, value]) => value !== '');
  return markup`${runbook.prose.map(proseMarkup)}
    ${facts.length === 0 ? '' : markup`<dl>${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${shown(value ?? '')}</dd></div>`)}</dl>`}
    ${
      runbook.inputs.length === 0
        ? ''
        : markup`<p>It asks for:</p><ul>${runbook.inputs.map(
            ({ name, type, ask }) =>
              markup`<li><code>$${name}</code> (${type}): ${shown(ask)}</li>`,
          )}</ul>`
    }`;
}

function wholeMarkup(runbook: Runbook): Markup {
  return markup`<div class="incident">
    <div>${runbook.steps.map((step, index) => stepMarkup(runbook, step, index))}</div>
    <div><section class="panel" aria-labelledby="picture-title"><h2 id="picture-title">How it goes</h2>
      <div class="picture" tabindex="0" role="group" aria-label="Picture">${raw(runbookSvg(runbook))}</div>
    </section></div>
  </div>`;
}

function stepMarkup(runbook: Runbook, step: RunbookStep, index: number): Markup {
  const about = [
    step.kind,
    step.owner,
    step.withinMs === undefined ? undefined : `within ${span(step.withinMs)}`,
    step.deed ? `does ${deedCalled(step.deed)}` : undefined,
    ...Object.entries(step.when).map(([id, answer]) => `only when ${id} was answered ${answer}`),
  ].filter((part) => part !== undefined);
  return markup`<section class="panel step" id="step-${step.id}" tabindex="-1">
    <h2>${index + 1}. ${shown(step.heading)}</h2>
    <p class="quiet">${about.join(' · ')}</p>
    ${step.prose.map(proseMarkup)}
    ${step.deed ? markup`<p><strong>Firebreak:</strong> ${shown(deedInWords(step.deed))}</p>` : ''}
    ${step.answers.length === 0 ? '' : markup`<ul>${step.answers.map(({ name, to }) => markup`<li><code>${name}</code> → ${placeMarkup(runbook, to)}</li>`)}</ul>`}
    ${step.next === undefined ? '' : markup`<p>Then: ${placeMarkup(runbook, step.next)}</p>`}
  </section>`;
}

function placeMarkup(runbook: Runbook, to: string): Markup {
  const step = to === endOfRunbook ? undefined : stepCalled(runbook, to);
  return step ? markup`<a href="#step-${step.id}">${shown(step.heading)}</a>` : markup`the end`;
}

function proseMarkup(part: Prose): Markup {
  switch (part.kind) {
    case 'text':
      return markup`<p>${shown(part.text)}</p>`;
    case 'code':
      return markup`<pre>${shown(part.text)}</pre>`;
    case 'list':
      return markup`<ul>${part.items.map((item) => markup`<li>${shown(item)}</li>`)}</ul>`;
  }
}
