import type { Block, Reply, View } from '../../domain/reply.ts';
import { shown } from '../shown.ts';
import { blockMarkup, withLines } from './blocks.ts';
import { countsIn, glanceMarkup } from './glance.ts';
import { nextMarkup } from './lines.ts';
import type { Markup } from './markup.ts';
import { markup, textOf } from './markup.ts';
import { problemMarkup } from './replies.ts';
import { objectsIn } from './reply-data.ts';

/** Says a line for the person who looks, about the incident they look at. */
export type Say = (line: string) => Promise<Reply>;

/** A part of a page that stays up to date. The id is ours and safe in HTML. */
export type Panel = { readonly id: string; readonly html: string };

/** Plans that a page follows at once; older ones are in the answer of `status`. */
const followedPlans = 4;
const shownEvents = 40;

/** What the home page follows. */
export async function homePanels(say: Say): Promise<readonly Panel[]> {
  return [
    panel('incidents', 'Open incidents', await say('list')),
    panel('me', 'You', await say('me')),
  ];
}

/**
 * What the page of an incident follows.
 *
 * @param knows which commands there are
 * @param isDue whether the picture is to be drawn, by how far the plans have come
 */
export async function incidentPanels(
  name: string,
  say: Say,
  knows: (command: string) => boolean,
  isDue: (plans: string) => boolean = () => true,
): Promise<readonly Panel[]> {
  const about = (line: string) => say(`${line} in:${name}`);
  const status = await about('status');
  const shownRunbook = knows('runbook show') ? await about('runbook show') : undefined;
  const runs = await runsIn(shownRunbook, about);
  // The glance tells of the run that was started last, when there are several.
  const runbook = runs.at(-1) ?? shownRunbook;
  const panels = [statusPanel(status, runbook)];
  const plans = [];
  for (const plan of plansIn(status).slice(0, followedPlans)) {
    plans.push(await about(`contain status ${plan}`));
  }
  panels.push(plansPanel(plans));
  if (runs.length > 0) panels.push(runsPanel(runs));
  else if (runbook !== undefined) panels.push(panel('runbook', 'Runbook', runbook));
  if (knows('scope graph') && isDue(standOf(status))) {
    panels.push(panel('graph', 'What hangs together', await about('scope graph')));
  }
  const timeline = newestFirst(await about(`log show ${shownEvents}`));
  panels.push(panel('timeline', 'Timeline, newest first', timeline));
  panels.push(panel('roles', 'Roles', await about('role list')));
  panels.push(panel('people', 'People', await say('person list')));
  return panels;
}

/** The card of the incident: how it stands, before everything else on the page. */
function statusPanel(status: Reply, runbook: Reply | undefined): Panel {
  if (status.kind === 'problem') {
    return { id: 'status', html: textOf(markup`<h1>Status</h1>${calmly(status)}`) };
  }
  // Its tables are the plans, which the glance tells of, and the timeline, which is a panel.
  const blocks = status.blocks.filter((block) => block.kind !== 'table');
  const made = markup`<h1>${shown(status.title)}</h1>${glanceMarkup(status, runbook)}
    ${blocks.map(blockMarkup)}${nextMarkup(nextOf('status', status))}`;
  return { id: 'status', html: textOf(made) };
}

function panel(id: string, title: string, reply: Reply): Panel {
  return { id, html: textOf(panelMarkup(id, title, reply)) };
}

function panelMarkup(id: string, title: string, reply: Reply): Markup {
  if (reply.kind === 'problem') {
    const all = id === 'runbook' ? markup`<p><a href="/runbooks">All runbooks</a></p>` : '';
    return markup`<h2>${title}</h2>${calmly(reply)}${all}`;
  }
  const next = nextMarkup(nextOf(id, reply));
  if (id !== 'runbook') return markup`<h2>${title}</h2>${reply.blocks.map(blockMarkup)}${next}`;
  return markup`<h2>${title}</h2>${runMarkup(reply)}`;
}

/** The status card keeps its next lines for the one who reads it; tables have panels of their own. */
function nextOf(id: string, view: View): readonly string[] {
  return id === 'people' || id === 'me' ? [] : view.next.filter((line) => line !== 'log show');
}

/** Each run with its own buttons, where several are running and `runbook show` asks which is meant. */
async function runsIn(runbook: Reply | undefined, about: Say): Promise<readonly View[]> {
  if (runbook?.kind !== 'problem' || runbook.code !== 'ambiguous') return [];
  const views = [];
  for (const candidate of runbook.candidates) {
    const [, name] = /^run:(R-\d+) /.exec(candidate) ?? [];
    const reply = name === undefined ? undefined : await about(`runbook show ${name}`);
    if (reply?.kind === 'view') views.push(reply);
  }
  return views.toSorted((a, b) => a.title.localeCompare(b.title, 'en', { numeric: true }));
}

function runsPanel(runs: readonly View[]): Panel {
  const shownRuns = runs.map((run) => markup`<article class="plan">${runMarkup(run)}</article>`);
  return { id: 'runbook', html: textOf(markup`<h2>Runbooks</h2>${shownRuns}`) };
}

function runMarkup(run: View): Markup {
  // What to press stands with the step, above the list of all steps.
  const steps = run.blocks.filter((block) => block.kind === 'table');
  const step = run.blocks.filter((block) => block.kind !== 'table');
  return markup`<h3>${shown(run.title)}</h3>
    ${runbookLink(run)}
    ${step.map(blockMarkup)}${nextMarkup(run.next)}${steps.map(blockMarkup)}`;
}

/** To the page of the runbook, at the step where the run stands: the whole way is drawn there. */
function runbookLink({ data }: View): Markup {
  const [id] = objectsIn([data['run'] ?? null]).map(({ runbook }) => runbook);
  const [step] = objectsIn([data['step'] ?? null]).map((one) => one['id']);
  if (typeof id !== 'string') return markup``;
  const place = typeof step === 'string' ? `#step-${encodeURIComponent(step)}` : '';
  return markup`<p class="quiet"><a href="/runbooks/${encodeURIComponent(id)}${place}">The whole of ${shown(id)}</a>, as its file is now · <a href="/runbooks">all runbooks</a></p>`;
}

/** There is no plan or runbook yet: that is no failure of the page. */
function calmly(problem: Extract<Reply, { kind: 'problem' }>): Markup {
  if (problem.code !== 'not_found' && problem.code !== 'not_ready') return problemMarkup(problem);
  return markup`<p class="quiet">${withLines(problem.message)} ${problem.hint === undefined ? '' : withLines(problem.hint)}</p>`;
}

function plansPanel(plans: readonly Reply[]): Panel {
  const cards = plans.map((plan) => markup`<article class="plan">${planMarkup(plan)}</article>`);
  const none = markup`<p class="quiet">Nothing is contained, and no plan is open. ${withLines('`contain plan …` makes one; nothing is done before somebody runs it.')}</p>`;
  return {
    id: 'plans',
    html: textOf(markup`<h2>Containment</h2>${cards.length === 0 ? none : cards}`),
  };
}

function planMarkup(reply: Reply): Markup {
  if (reply.kind === 'problem') return calmly(reply);
  const facts = reply.blocks.filter((block) => block.kind === 'fields');
  const rest = reply.blocks.filter((block) => block.kind !== 'fields');
  return markup`<h3>${shown(reply.title)}</h3>
    ${barMarkup(reply)}
    ${nextMarkup(reply.next.filter((line) => !line.startsWith('contain status')))}
    ${facts.map(blockMarkup)}
    ${rest.map(blockMarkup)}`;
}

/** Order in which states stand in the bar: what is certain first. */
const barStates = [
  'verified',
  'pending',
  'accepted',
  'requested',
  'planned',
  'undone',
  'skipped',
  'unverifiable',
  'failed',
  'contradicted',
] as const;

/**
 * A stripe for each state, as wide as so many workflows; the words below it say the same. What an
 * undo has switched on is as it was to be, but no green may say that it is contained.
 */
function barMarkup({ data }: View): Markup {
  const isUndo = objectsIn([data['plan'] ?? null]).some(({ purpose }) => purpose === 'undo');
  const counts = typeof data['states'] === 'string' ? countsIn(data['states']) : [];
  if (counts.every(([, state]) => state === 'planned')) return markup``;
  let all = 0;
  const stripes = [];
  for (const state of barStates) {
    const amount = counts.find(([, one]) => one === state)?.[0] ?? 0;
    if (amount === 0) continue;
    stripes.push(
      markup`<rect class="${isUndo && state === 'verified' ? 'undone' : state}" x="${all}" y="0" width="${amount}" height="1"></rect>`,
    );
    all += amount;
  }
  return markup`<svg class="bar" viewBox="0 0 ${all} 1" preserveAspectRatio="none" aria-hidden="true">${stripes}</svg>`;
}

function newestFirst(reply: Reply): Reply {
  if (reply.kind === 'problem') return reply;
  const blocks = reply.blocks.map((block): Block =>
    block.kind === 'table' ? { ...block, rows: block.rows.toReversed() } : block,
  );
  return { ...reply, blocks };
}

/** Differs as soon as more of a plan is verified, undone or contradicted. */
function standOf(status: Reply): string {
  if (status.kind === 'problem') return '';
  return JSON.stringify(objectsIn(status.data['plans']).map(({ name, states }) => [name, states]));
}

/** Names of the plans that the answer of `status` tells of. */
function plansIn(reply: Reply): readonly string[] {
  if (reply.kind === 'problem') return [];
  return objectsIn(reply.data['plans']).flatMap(({ name }) =>
    typeof name === 'string' ? [name] : [],
  );
}
