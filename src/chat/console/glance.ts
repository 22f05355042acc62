import type { Json } from '../../domain/json.ts';
import { purposeWords, seenOtherwise } from '../../domain/plan-words.ts';
import { isAboutNodes } from '../../domain/plan.ts';
import type { Reply, View } from '../../domain/reply.ts';
import { listed } from '../../domain/wording.ts';
import { shown } from '../shown.ts';
import { signMarkup } from './blocks.ts';
import { lineLink } from './lines.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';
import { objectsIn } from './reply-data.ts';

/** How bad one line of the glance is; the worst colour wins. */
type Tone = 'good' | 'wait' | 'doubt' | 'bad';

const tones: Readonly<Record<string, Tone>> = {
  verified: 'good',
  contradicted: 'bad',
  failed: 'bad',
  unverifiable: 'doubt',
  skipped: 'doubt',
};
const worstFirst: readonly Tone[] = ['bad', 'doubt', 'wait', 'good'];

/**
 * What a commander must know without reading: how much of each plan is verified, what is not, what
 * waits for whom, and whether the runbook's step is overdue.
 *
 * @param status the answer of `status`, @param runbook that of `runbook show`
 */
export function glanceMarkup(status: View, runbook: Reply | undefined): Markup {
  const plans = objectsIn(status.data['plans']).map((plan) => planLine(plan, status));
  const none = markup`<li class="wait"><strong>Nothing is contained yet.</strong></li>`;
  return markup`<ul class="glance" aria-label="At a glance">
    ${plans.length === 0 ? none : plans}
    ${runbook === undefined ? '' : stepLine(runbook)}
  </ul>`;
}

const purposes: ReadonlyMap<string, string> = new Map([
  ['undo', 'undo'],
  ['revoke', 'revocation'],
  ['block', 'block'],
  ['unblock', 'unblock'],
  ['overwrite', 'overwrite'],
  ['delete', 'deletion'],
  ['remove', 'deletion'],
  ['mute', 'switch-off'],
  ['unmute', 'undo'],
]);

function planLine(plan: Readonly<Record<string, Json>>, status: View): Markup {
  const name = wordIn(plan, 'name');
  const counts = countsIn(wordIn(plan, 'states'));
  const link = lineLink(`contain status ${name}`, name);
  const purpose = purposes.get(wordIn(plan, 'purpose')) ?? 'containment';
  if (counts.length === 0) {
    return markup`<li class="wait">${link} <strong>${shown(stateOf(name, status))}</strong>
      <span>${purpose} of ${shown(wordIn(plan, 'states'))}; nothing was done yet</span></li>`;
  }
  const all = counts.reduce((sum, [amount]) => sum + amount, 0);
  const verified = counts.find(([, state]) => state === 'verified')?.[0] ?? 0;
  const rest = counts.filter(([, state]) => state !== 'verified');
  const leftOn = textsIn(plan['leftOn']);
  const tone =
    leftOn.length > 0
      ? 'bad'
      : (worstFirst.find((one) => counts.some(([, state]) => toneOf(state, purpose) === one)) ??
        'wait');
  // Of single nodes it is told which, because the rest of their workflow goes on.
  const isPart = isAboutNodes(wordIn(plan, 'purpose'));
  const about = isPart ? shown(wordIn(plan, 'going')) : purpose;
  const undone = counts.find(([, state]) => state === 'undone')?.[0] ?? 0;
  if (purpose === 'containment' && undone === all) {
    return markup`<li class="wait">${link}
    <strong>${signMarkup('undone')} Nothing of it is contained any more.</strong>
    <span class="state undone">${all} of ${all} undone</span>
    <span>${purpose}, ${shown(stateOf(name, status))}</span></li>`;
  }
  return markup`<li class="${tone}">${link}
    ${doneMarkup(verified, all, purpose)}
    ${rest.map(([amount, state]) => markup`<span class="state ${state}">${signMarkup(state)} ${amount} ${stateWords(state, purpose)}</span> `)}
    ${notHeldMarkup(plan)}
    ${copiesOnMarkup(plan)}
    ${notDoneMarkup(plan, 'notDisabled', 'could not be disabled')}
    ${notDoneMarkup(plan, 'notStopped', 'what runs could not be stopped')}
    ${leftOn.length === 0 ? '' : markup`<strong>▲ ${shown(listed(leftOn))} NOT contained, still on</strong>`}
    <span>${about}, ${shown(stateOf(name, status))}</span></li>`;
}

/** How much is as the plan is to have it: nobody may take an undo's for what is contained. */
function doneMarkup(verified: number, all: number, purpose: string): Markup {
  if (purpose === 'undo') {
    return markup`<strong>${signMarkup('undone')} ${verified} of ${all} on again</strong>`;
  }
  const sign = signMarkup(verified === all ? 'verified' : 'pending');
  return markup`<strong>${sign} ${verified} of ${all} verified</strong>`;
}

function stateWords(state: string, purpose: string): string {
  return state === 'undone' && purpose === 'undo' ? 'let go of' : state;
}

/** What was contradicted, by name: what was left on is named too, and would seem to be all. */
function notHeldMarkup(plan: Readonly<Record<string, Json>>): Markup {
  const refs = textsIn(plan['contradicted']);
  if (refs.length === 0) return markup``;
  const purpose = wordIn(plan, 'purpose');
  const words = Object.entries(purposeWords).find(([one]) => one === purpose)?.[1];
  const held = (words ?? purposeWords.contain).held;
  return markup`<strong>▲ ${shown(listed(refs))} NOT ${held}: ${seenOtherwise(purpose)}</strong>`;
}

/** What the platform would not do, by name. */
function notDoneMarkup(plan: Readonly<Record<string, Json>>, field: string, why: string): Markup {
  const refs = textsIn(plan[field]);
  return refs.length === 0
    ? markup``
    : markup`<strong>▲ ${shown(listed(refs))} NOT contained: ${why}</strong>`;
}

/** `w45, a copy of w9,` is on: what was contained is off, and goes on under another name. */
function copiesOnMarkup(plan: Readonly<Record<string, Json>>): Markup {
  const copies = textsIn(plan['copiesOn']);
  if (copies.length === 0) return markup``;
  const are = copies.length === 1 ? 'is' : 'are';
  return markup`<strong>▲ ${shown(listed(copies))} ${are} on and NOT contained</strong>`;
}

function toneOf(state: string, purpose: string): Tone {
  // What is on again, or off in part, is as it was to be, but it is not contained.
  if (state === 'verified' && ['undo', 'switch-off'].includes(purpose)) return 'wait';
  return Object.hasOwn(tones, state) ? (tones[state] ?? 'wait') : 'wait';
}

/** `9 verified, 2 pending` as it is counted; a plan that was not run counts nothing. */
export function countsIn(states: string): readonly (readonly [number, string])[] {
  return states.split(', ').flatMap((part) => {
    const [, amount, state] = /^(\d+) ([a-z]+)$/.exec(part) ?? [];
    if (amount === undefined || state === undefined || /^(?:workflow|credential)s?$/.test(state))
      return [];
    return [[Number(amount), state] as const];
  });
}

/** The state of a plan in the words of the answer: `waits for a yes (asked by @ana)`. */
function stateOf(name: string, { blocks }: View): string {
  const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));
  return rows.find(([plan]) => plan === name)?.[2] ?? '';
}

/** The step where the runbook stands, who has it, and how much time is left. */
function stepLine(runbook: Reply): Markup {
  if (runbook.kind === 'problem' || runbook.data['step'] === undefined) return markup``;
  const fields = new Map(
    runbook.blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : [])),
  );
  const time = fields.get('time');
  const late = time?.endsWith(' over') === true;
  const owner = fields.get('owner');
  return markup`<li class="${late ? 'bad' : 'wait'}"><strong>${shown(runbook.title)}</strong>
    ${owner === undefined ? '' : markup`<span>${shown(owner)}</span>`}
    ${time === undefined ? '' : markup`<strong>${late ? '▲ overdue: ' : ''}${shown(time)}</strong>`}</li>`;
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function wordIn(record: Readonly<Record<string, Json>>, name: string): string {
  const value = record[name];
  return typeof value === 'string' ? value : '';
}
