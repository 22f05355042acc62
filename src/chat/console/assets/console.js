// The console's one script: it says lines without loading the page anew, completes them, and keeps
// the panels up to date. Without it every form still works.

const page = document.body.dataset.page;
const line = document.getElementById('line');
const suggestions = document.getElementById('suggestions');
const answers = document.getElementById('answers');
const earlierAnswers = document.getElementById('earlier');
const linkState = document.getElementById('link-state');
const answersKept = 12;

// The server has escaped every value in what it sends; nothing else is ever made into HTML.
const policy = globalThis.trustedTypes?.createPolicy('firebreak', { createHTML: (text) => text });

function elementsOf(html) {
  const holder = document.createElement('template');
  holder.innerHTML = policy ? policy.createHTML(html) : html;
  return holder.content;
}

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
  putAside();
  answers.prepend(waiting);
  try {
    const answer = await fetch('/say', {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ line: typed, page }),
      redirect: 'error',
    });
    if (answer.status === 401) return signedOut();
    const { html, go } = await answer.json();
    if (go) return location.assign(go);
    waiting.replaceWith(elementsOf(html));
  } catch {
    waiting.querySelector('p').textContent =
      'No answer came. It may have happened all the same: look at the timeline before you repeat it.';
    waiting.classList.replace('waiting', 'problem');
  }
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

function signedOut() {
  location.assign('/enter');
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

function fill(text, cursor = text.length) {
  line.value = text;
  line.setSelectionRange(cursor, cursor);
}

let offered = [];
let chosen = 0;
let asked = 0;

async function suggest() {
  const number = (asked += 1);
  const query = new URLSearchParams({ line: line.value, page });
  const answer = await fetch(`/complete?${query}`).catch(() => undefined);
  if (!answer?.ok || number !== asked) return;
  offered = line.value === '' ? [] : await answer.json();
  if (number === asked) showSuggestions();
}

function showSuggestions() {
  chosen = 0;
  suggestions.replaceChildren(
    ...offered.map(({ text, hint }, index) => {
      const item = document.createElement('li');
      item.id = `suggestion-${index}`;
      item.role = 'option';
      const word = document.createElement('code');
      word.textContent = text;
      const meaning = document.createElement('span');
      meaning.textContent = hint ?? '';
      item.append(word, meaning);
      item.addEventListener('mousedown', (event) => {
        event.preventDefault();
        accept(index);
      });
      return item;
    }),
  );
  choose(0);
  suggestions.hidden = offered.length === 0;
  line.setAttribute('aria-expanded', String(offered.length > 0));
}

function choose(index) {
  chosen = index;
  for (const [number, item] of [...suggestions.children].entries()) {
    item.setAttribute('aria-selected', String(number === index));
  }
  if (offered.length > 0) line.setAttribute('aria-activedescendant', `suggestion-${index}`);
}

function closeSuggestions() {
  asked += 1;
  offered = [];
  suggestions.hidden = true;
  line.setAttribute('aria-expanded', 'false');
  line.removeAttribute('aria-activedescendant');
}

function accept(index) {
  const taken = offered[index];
  closeSuggestions();
  fill(taken.line);
  void suggest();
}

function onKey(event) {
  const open = offered.length > 0;
  if (event.key === 'Tab' && !event.shiftKey && open) {
    event.preventDefault();
    accept(chosen);
  } else if (event.key === 'Escape' && open) {
    closeSuggestions();
  } else if (event.key === 'ArrowDown' && open && at === earlier.length) {
    event.preventDefault();
    choose((chosen + 1) % offered.length);
  } else if (event.key === 'ArrowUp' && open && chosen > 0) {
    event.preventDefault();
    choose(chosen - 1);
  } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    event.preventDefault();
    closeSuggestions();
    recall(event.key === 'ArrowUp' ? -1 : 1);
  }
}

const heldBack = new Map();

/** Puts a panel in its place, and the cursor back to the button it stood on. */
function update({ id, html }) {
  const panel = document.getElementById(`panel-${id}`);
  if (!panel) return;
  const selected = getSelection();
  if (selected && !selected.isCollapsed && panel.contains(selected.anchorNode)) {
    // Somebody is about to copy from it.
    heldBack.set(id, html);
    return;
  }
  heldBack.delete(id);
  const held = panel.contains(document.activeElement) ? document.activeElement : undefined;
  const key = held?.value ?? held?.dataset.fill;
  panel.replaceChildren(elementsOf(html));
  if (held) {
    const same = [...panel.querySelectorAll('button, a')].find(
      (one) => (one.value || one.dataset.fill) === key,
    );
    same?.focus();
  }
}

function follow() {
  const stream = new EventSource(`/live?${new URLSearchParams({ page })}`);
  stream.addEventListener('open', () => told('live', false));
  stream.addEventListener('panel', (event) => update(JSON.parse(event.data)));
  stream.addEventListener('ended', () => {
    stream.close();
    location.reload();
  });
  stream.addEventListener('error', () => {
    told(
      stream.readyState === EventSource.CLOSED
        ? 'Not live: reload the page'
        : 'Not live: the server does not answer; trying again',
      true,
    );
  });
}

function told(text, lost) {
  linkState.textContent = text;
  linkState.classList.toggle('lost', lost);
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
  document.addEventListener('selectionchange', () => {
    if (!getSelection()?.isCollapsed) return;
    for (const [id, html] of heldBack) update({ id, html });
  });
  line.addEventListener('keydown', onKey);
  line.addEventListener('input', () => {
    at = earlier.length;
    void suggest();
  });
  line.addEventListener('blur', closeSuggestions);
  follow();
}

if (line) listen();
else enterByLink();
