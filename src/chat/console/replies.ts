import type { Problem, Reply, ReplyOutcome, View } from '../../domain/reply.ts';
import { blockMarkup, withLines } from './blocks.ts';
import { lineLink, nextMarkup } from './lines.ts';
import type { Markup } from './markup.ts';
import { markup, shown } from './markup.ts';

const outcomeWords: Readonly<Record<ReplyOutcome, readonly [string, string]>> = {
  done: ['✓', 'done'],
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
export function problemMarkup({ message, hint, candidates, reference }: Problem): Markup {
  return markup`<div class="problem" role="alert">
    <p><strong><span class="sign" aria-hidden="true">✗</span> Not done:</strong> ${shown(message)}</p>
    ${hint === undefined ? '' : markup`<p class="hint">${withLines(hint)}</p>`}
    ${candidates.length === 0 ? '' : markup`<ul class="candidates">${candidates.map((one) => markup`<li>${lineLink(one)}</li>`)}</ul>`}
    ${reference === undefined ? '' : markup`<p class="reference">Reference <code>${shown(reference)}</code></p>`}
  </div>`;
}

function viewMarkup(view: View): Markup {
  const [sign, word] = outcomeWords[view.outcome];
  return markup`<div class="view" tabindex="0">
    <h3><span class="outcome ${view.outcome}"><span class="sign" aria-hidden="true">${sign}</span><span class="spoken">${word}:</span></span> ${shown(view.title)}</h3>
    ${view.blocks.map(blockMarkup)}
    ${nextMarkup(view.next)}
  </div>`;
}

/** A line with its answer, which can be folded away. */
export function answerMarkup(line: string, reply: Reply): Markup {
  return markup`<details class="answer" open>
    <summary><code>${shown(line)}</code></summary>
    ${replyMarkup(reply)}
  </details>`;
}
