// Panels are put in their place as the server sends them, without taking anything out of the hands
// of the one who looks: the focus, a selection, a press that has begun, what was unfolded.

import { elementsOf } from './markup.js';

const heldBack = new Map();
const last = new Map();
let pressed;

/** Puts a panel in its place, now or once nobody holds it. */
export function update({ id, html }) {
  const panel = document.getElementById(`panel-${id}`);
  if (!panel || last.get(id) === html) return;
  if (isHeld(panel)) {
    heldBack.set(id, html);
    return;
  }
  heldBack.delete(id);
  last.set(id, html);
  const inFocus = panel.contains(document.activeElement) ? document.activeElement : undefined;
  const unfolded = [...panel.querySelectorAll('details[open] > summary')].map(textOf);
  const scrolled = [...panel.querySelectorAll('.picture')].map((one) => one.scrollLeft);
  panel.replaceChildren(elementsOf(html));
  for (const summary of panel.querySelectorAll('details > summary')) {
    if (unfolded.includes(textOf(summary))) summary.parentElement.open = true;
  }
  for (const [index, one] of panel.querySelectorAll('.picture').entries()) {
    one.scrollLeft = scrolled[index] ?? 0;
  }
  if (inFocus) focusAgain(panel, inFocus);
}

/** Somebody is about to copy from it, or has begun to press in it. */
function isHeld(panel) {
  if (pressed && panel.contains(pressed)) return true;
  const selected = getSelection();
  return Boolean(selected && !selected.isCollapsed && panel.contains(selected.anchorNode));
}

/**
 * The focus goes to the very same control, or to the panel when that is gone: never to another one,
 * whose press would do something else.
 */
function focusAgain(panel, before) {
  if (before === panel) return;
  const same = [...panel.querySelectorAll('button, a, summary, [tabindex]')].find(
    (one) => nameOf(one) === nameOf(before),
  );
  (same ?? panel).focus({ preventScroll: true });
}

function nameOf(one) {
  const what = one.value || one.dataset.fill || one.getAttribute('href') || one.className;
  return `${one.tagName} ${what} ${one.matches('[tabindex]') ? '' : textOf(one)}`;
}

function textOf(one) {
  return one.textContent.trim();
}

function release() {
  for (const [id, html] of heldBack) update({ id, html });
}

function letGo() {
  pressed = undefined;
  release();
}

/** Lets go of what was held back once it is no longer held. */
export function watchHands() {
  document.addEventListener('pointerdown', (event) => (pressed = event.target));
  for (const end of ['pointerup', 'pointercancel']) {
    // The press itself comes after this event.
    document.addEventListener(end, () => setTimeout(letGo));
  }
  document.addEventListener('selectionchange', () => {
    if (getSelection()?.isCollapsed) release();
  });
}
