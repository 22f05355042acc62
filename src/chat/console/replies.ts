import type { Problem, Reply, ReplyOutcome, View } from '../../domain/reply.ts';
import { shown } from '../shown.ts';
import { blockMarkup, withLines } from './blocks.ts';
import { lineLink, nextMarkup } from './lines.ts';
import type { Markup } from './markup.ts';
import { markup } from './markup.ts';

/**
 * A sign for what is not done yet, or not as wished. What is done has none: before the title of a
 * plan that was only made, a green tick would say that its workflows are off.
 */
const outcomeWords: Readonly<Record<Exclude<ReplyOutcome, 'done'>, readonly [string, string]>> = {
  open: ['◑', 'under way'],
  unverified: ['?', 'not verified'],
  failed: ['✗', 'failed'],
};

/** An answer to a line. Nothing is silent: a problem has its hint, candidates and reference. */
export function replyMarkup(reply: Reply): Markup {
  switch (reply.kind) {
    case 'problem':
      return problemMarkup(reply);
    case 'view':
      return viewMarkup(reply);
  }
}

/** A problem, to be seen at once. */
export function problemMarkup(problem: Problem): Markup {
  const { message, hint, candidates, reference } = problem;
  // What was meant is put into the input as the whole line that says it.
  const lines = new Map(problem.picks?.map(({ label, line }) => [label, line]));
  return markup`<div class="problem" role="alert">
    <p><strong><span class="sign" aria-hidden="true">✗</span> Not done:</strong> ${shown(message)}</p>
    ${hint === undefined ? '' : markup`<p class="hint">${withLines(hint)}</p>`}
    ${candidates.length === 0 ? '' : markup`<ul class="candidates">${candidates.map((one) => markup`<li>${lineLink(lines.get(one) ?? one, one)}</li>`)}</ul>`}
    ${reference === undefined ? '' : markup`<p class="reference">Reference <code>${shown(reference)}</code></p>`}
  </div>`;
}

function viewMarkup(view: View): Markup {
  return markup`<div class="view" tabindex="0">
    <h2>${outcomeMarkup(view.outcome)}${shown(view.title)}</h2>
    ${view.blocks.map(blockMarkup)}
    ${nextMarkup(view.next)}
  </div>`;
}

function outcomeMarkup(outcome: ReplyOutcome): Markup {
  if (outcome === 'done') return markup``;
  const [sign, word] = outcomeWords[outcome];
  return markup`<span class="outcome ${outcome}"><span class="sign" aria-hidden="true">${sign}</span><span class="spoken">${word}:</span></span> `;
}

/** The same line again, with a code that goes beside it and never into it. */
function codeMarkup(line: string, page: string): Markup {
  return markup`<form class="code" method="post" action="/say">
    <input type="hidden" name="line" value="${line}"><input type="hidden" name="page" value="${page}">
    <label>Code of your authenticator app <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required></label>
    <button>Say it with the code</button>
  </form>`;
}

/**
 * A line with its answer, which can be folded away.
 *
 * @param page the incident whose page it stands on; empty on the home page
 */
export function answerMarkup(line: string, reply: Reply, page = ''): Markup {
  return markup`<details class="answer" open>
    <summary><code>${shown(line)}</code></summary>
    ${replyMarkup(reply)}
    ${reply.kind === 'problem' && reply.asks === 'code' ? codeMarkup(line, page) : ''}
  </details>`;
}
