// Ways to go on, below the line.

const line = document.getElementById('line');
const suggestions = document.getElementById('suggestions');

let offered = [];
let offeredFor = '';
let chosen = 0;
let asked = 0;

/** Puts text into the line, the cursor where something is missing. */
export function fill(text, cursor = text.length) {
  line.value = text;
  line.setSelectionRange(cursor, cursor);
}

/** Asks the server how the line may go on. */
export async function suggest() {
  const number = (asked += 1);
  const begun = line.value;
  const query = new URLSearchParams({ line: begun, page: document.body.dataset.page });
  const answer = await fetch(`/complete?${query}`, {
    headers: { accept: 'application/json' },
  }).catch(() => undefined);
  if (!answer?.ok || number !== asked) return;
  const found = begun === '' ? [] : await answer.json();
  if (number !== asked) return;
  offered = found;
  offeredFor = begun;
  show();
}

function show() {
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
    if (number === index) item.scrollIntoView({ block: 'nearest' });
  }
  if (offered.length > 0) line.setAttribute('aria-activedescendant', `suggestion-${index}`);
}

export function closeSuggestions() {
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

/** What was offered for fewer letters must not take back those that were typed since. */
async function acceptWhenOffered() {
  await suggest();
  if (offered.length > 0 && offeredFor === line.value) accept(0);
}

/** Takes a key that is for the suggestions. Answers whether it was. */
export function suggestionKey(event, recalling) {
  if (offered.length === 0) return false;
  const isTab = event.key === 'Tab' && !event.shiftKey;
  if (isTab && offeredFor !== line.value) void acceptWhenOffered();
  else if (isTab) accept(chosen);
  else if (event.key === 'Escape') closeSuggestions();
  else if (event.key === 'ArrowDown' && !recalling) choose((chosen + 1) % offered.length);
  else if (event.key === 'ArrowUp' && chosen > 0) choose(chosen - 1);
  else return false;
  event.preventDefault();
  return true;
}
