import { raw } from 'hono/html';

import { severities } from '../../domain/incident.ts';
import type { Person } from '../../domain/person.ts';
import type { Problem, Reply } from '../../domain/reply.ts';
import type { Session } from '../../domain/session.ts';
import { ago } from '../../domain/wording.ts';
import { shown } from '../shown.ts';
import type { Markup } from './markup.ts';
import { markup, textOf } from './markup.ts';
import type { Said } from './page.ts';
import { documentMarkup, headMarkup, lineMarkup, panelMarkup } from './page.ts';
import type { Panel } from './panels.ts';
import { answerMarkup, problemMarkup } from './replies.ts';

export type { Panel, Say } from './panels.ts';
export { homePanels, incidentPanels } from './panels.ts';
export type { Said } from './page.ts';
export { factorPage } from './factor-page.ts';
export { runbookPage, runbooksPage } from './runbook-page.ts';

/** What a page of a signed-in person is made of. */
export type Look = {
  readonly person: Person;
  /** When the panels were as they are. */
  readonly at: Date;
  readonly panels: readonly Panel[];
  /** What stands in the input already. */
  readonly line: string;
  readonly said?: Said;
};

/** Where somebody signs in: the code of the one-time link is filled in by the script. */
export function signInPage(problem?: Problem): string {
  const body = markup`<body class="entrance"><main>
    <h1><img src="/assets/firebreak.svg" alt="" width="32" height="32"> Firebreak</h1>
    ${problem === undefined ? '' : problemMarkup(problem)}
    <form id="enter" method="post" action="/enter">
      <label for="code">Code of a one-time link</label>
      <input id="code" name="code" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="what stands behind # in the link">
      <button>Sign in with the code</button>
      <p class="quiet">The server prints a link when it starts; a new one is made in a shell: <code>npm run -s firebreak -- console</code></p>
    </form>
    <form method="post" action="/enter">
      <label for="token">Or your own token</label>
      <input id="token" name="token" type="password" autocomplete="off" placeholder="fbt_…">
      <button>Sign in with the token</button>
      <p class="quiet">A token is made in a shell: <code>npm run -s firebreak -- person token</code></p>
    </form>
  </main></body>`;
  return documentMarkup('Sign in · Firebreak', body);
}

/** The open incidents, and the form that declares one. */
export function homePage(look: Look): string {
  const declare = markup`<section class="panel" aria-labelledby="declare-title">
    <h2 id="declare-title">Declare an incident</h2>
    <form class="declare" method="post" action="/declare">
      <p><label for="title">What happens</label>
      <input id="title" name="title" required maxlength="200" autocomplete="off"></p>
      <p><label for="severity">Severity</label>
      <select id="severity" name="severity">${severities.map((one) => markup`<option ${one === 'sev2' ? raw('selected') : ''}>${one}</option>`)}</select></p>
      <p><label><input type="checkbox" name="private" value="yes"> Private: only members know of it</label></p>
      <p><label><input type="checkbox" name="drill" value="yes"> Drill: an exercise</label></p>
      <button>Declare</button>
    </form>
  </section>`;
  const body = markup`<body data-page="">${headMarkup(look.person, look)}<main>
    <h1 class="spoken">Firebreak</h1>
    ${lineMarkup('', look.line, look.said)}
    <div class="home">
      <div>${panelsMarkup(look.panels, ['incidents'])}</div>
      <div>${declare}${panelsMarkup(look.panels, ['me'])}</div>
    </div>
  </main></body>`;
  return documentMarkup('Firebreak', body);
}

/** Everything about one incident, live. */
export function incidentPage(name: string, look: Look): string {
  const body = markup`<body data-page="${name}">${headMarkup(look.person, look)}<main>
    ${panelsMarkup(look.panels, ['status'])}
    ${lineMarkup(name, look.line, look.said)}
    <div class="incident">
      <div>${panelsMarkup(look.panels, ['plans', 'runbook', 'graph'])}</div>
      <div>${panelsMarkup(look.panels, ['timeline', 'roles', 'people'])}</div>
    </div>
  </main></body>`;
  return documentMarkup(`${name} · Firebreak`, body);
}

/** Where somebody sees which browsers are signed in as them, and ends them. */
export function sessionsPage(
  person: Person,
  sessions: readonly Session[],
  own: string,
  now: Date,
): string {
  const body = markup`<body>${headMarkup(person, { skip: 'sessions' })}<main>
    <section class="panel" id="sessions" tabindex="-1"><h1>Signed in as @${person.handle}</h1>
    <div class="scroll"><table>
      <thead><tr><th scope="col">browser</th><th scope="col">since</th><th scope="col">last used</th><th scope="col">end it</th></tr></thead>
      <tbody>${sessions.map((session) => sessionRow(session, own, now))}</tbody>
    </table></div>
    <form method="post" action="/sessions/end"><button name="id" value="others">End all others</button> <button name="id" value="all">End all, this one too</button></form>
    </section>
  </main></body>`;
  return documentMarkup('Sessions · Firebreak', body);
}

function sessionRow(session: Session, own: string, now: Date): Markup {
  const here = session.id === own ? ' (this browser)' : '';
  return markup`<tr>
    <td data-label="browser">${shown(session.userAgent)}${here}</td>
    <td data-label="since">${ago(session.startedAt, now)}</td>
    <td data-label="last used">${ago(session.seenAt, now)}</td>
    <td data-label="end it"><form method="post" action="/sessions/end"><button name="id" value="${session.id}">End</button></form></td>
  </tr>`;
}

/** A page that is not there, or not for these eyes. */
export function missingPage(person: Person, problem: Problem): string {
  const body = markup`<body>${headMarkup(person, { skip: 'answer' })}<main id="answer" tabindex="-1">
    <h1>Not found</h1>${problemMarkup(problem)}
    <p><a href="/">To the open incidents</a></p></main></body>`;
  return documentMarkup('Not found · Firebreak', body);
}

/** A page that could not be made, and what to say to whoever can look into it. */
export function troublePage(problem: Problem): string {
  const body = markup`<body class="entrance"><main><h1>Firebreak</h1>${problemMarkup(problem)}
    <p>From a shell it may still work: <code>npm run -s firebreak -- ir status</code></p>
    <p><a href="/">Try again</a></p></main></body>`;
  return documentMarkup('Firebreak has trouble', body);
}

/** An answer alone, for the script to put on the page. */
export function answerFragment(line: string, reply: Reply, page = ''): string {
  return textOf(answerMarkup(line, reply, page));
}

function panelsMarkup(panels: readonly Panel[], ids: readonly string[]): readonly Markup[] {
  return ids
    .flatMap((id) => panels.find((panel) => panel.id === id) ?? [])
    .map(({ id, html }) => panelMarkup(id, raw(html)));
}
