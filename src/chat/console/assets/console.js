// The console's script: it says lines without loading the page anew, and keeps those that were said.
// Without it every form still works.

import { closeSuggestions, fill, suggest, suggestionKey } from './complete.js';
import { forget, signInAgain, takeBack } from './kept.js';
import { follow } from './live.js';
import { elementsOf } from './markup.js';
import { watchHands } from './panels.js';

const page = document.body.dataset.page;
const line = document.getElementById('line');
const answers = document.getElementById('answers');
const earlierAnswers = document.getElementById('earlier');
const answersKept = 12;

function enterByLink() {
  const code = document.getElementById('code');
  if (!code || location.hash.length < 2) return;
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  code.form.requestSubmit();
}

async function say(text, via) {
  const typed = text.trim();
  if (typed === '') return;
  remember(typed);
  closeSuggestions();
  if (via === line) line.value = '';
  const waiting = elementsOf(
    '<details class="answer waiting" open><summary><code></code></summary><p>…</p></details>',
  ).firstElementChild;
  waiting.querySelector('code').textContent = typed;
  const heldFocus = answers.contains(document.activeElement);
  putAside();
  answers.prepend(waiting);
  if (heldFocus) focusOnAnswer();
  try {
    const answer = await fetch('/say', {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ line: typed, page }),
      redirect: 'error',
    });
    if (answer.status === 401) return signInAgain(typed);
    const { html, go } = await answer.json();
    if (go) return location.assign(go);
    const isFocused = waiting.contains(document.activeElement);
    waiting.replaceWith(elementsOf(html));
    if (isFocused) focusOnAnswer();
  } catch {
    waiting.querySelector('p').textContent =
      'No answer came. It may have happened all the same: look at the timeline before you repeat it.';
    waiting.classList.replace('waiting', 'problem');
  }
}

/** Whoever pressed a button of an answer goes on from the next one, not from the top of the page. */
function focusOnAnswer() {
  answers.querySelector('summary')?.focus();
}

/** One answer is open; those before it are one press away. */
function putAside() {
  for (let older = answers.lastElementChild; older; older = answers.lastElementChild) {
    older.open = false;
    earlierAnswers.querySelector('summary').after(older);
    earlierAnswers.hidden = false;
  }
  while (earlierAnswers.children.length > answersKept) earlierAnswers.lastElementChild.remove();
}

// Earlier lines, of this tab alone.
const earlier = JSON.parse(sessionStorage.getItem('lines') ?? '[]');
let at = earlier.length;
let unsaid = '';

function remember(typed) {
  if (earlier.at(-1) !== typed) earlier.push(typed);
  while (earlier.length > 100) earlier.shift();
  sessionStorage.setItem('lines', JSON.stringify(earlier));
  at = earlier.length;
  unsaid = '';
}

function recall(step) {
  if (at === earlier.length) unsaid = line.value;
  at = Math.min(Math.max(at + step, 0), earlier.length);
  fill(earlier[at] ?? unsaid);
}

function onKey(event) {
  if (suggestionKey(event, at !== earlier.length)) return;
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  event.preventDefault();
  closeSuggestions();
  recall(event.key === 'ArrowUp' ? -1 : 1);
}

function listen() {
  document.body.classList.add('live');
  document.getElementById('say').addEventListener('submit', (event) => {
    event.preventDefault();
    void say(line.value, line);
  });
  document.getElementById('quick').addEventListener('submit', (event) => {
    event.preventDefault();
    void say(event.submitter?.value ?? '', event.submitter);
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-fill]');
    if (!link) return;
    event.preventDefault();
    line.focus();
    fill(link.dataset.fill, Number(link.dataset.at));
    void suggest();
  });
  document.addEventListener('keydown', (event) => {
    const writing = event.target.matches?.('input, select, textarea');
    if (event.key !== '/' || writing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    line.focus();
  });
  line.addEventListener('keydown', onKey);
  line.addEventListener('input', () => {
    at = earlier.length;
    void suggest();
  });
  line.addEventListener('blur', closeSuggestions);
  const kept = takeBack();
  if (kept !== '') fill(kept);
  watchHands();
  follow();
}

document.querySelector('form[action="/leave"]')?.addEventListener('submit', forget);
if (line) {
  listen();
} else {
  enterByLink();
  // The link was opened in a tab that shows this page already.
  addEventListener('hashchange', enterByLink);
}
