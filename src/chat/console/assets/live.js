// The live stream, and what the head of the page says of it: whoever reads a state must know
// whether it is still so.

import { signInAgain } from './kept.js';
import { update } from './panels.js';

const line = document.getElementById('line');
const linkState = document.getElementById('link-state');

/** The server sends a sign of life every 15 s; without one for so long the line is dead. */
const silentMs = 40_000;
/** After a stream that the server refused. */
const againMs = 5_000;

let silence;
let liveUntil;

export function follow() {
  const page = document.body.dataset.page;
  const stream = new EventSource(`/live?${new URLSearchParams({ page })}`);
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      stream.close();
      lost('the server has gone silent; trying again');
      follow();
    }, silentMs);
  };
  const alive = () => {
    heard();
    told('live', false);
  };
  stream.addEventListener('open', alive);
  stream.addEventListener('alive', alive);
  stream.addEventListener('panel', (event) => {
    alive();
    update(JSON.parse(event.data));
  });
  stream.addEventListener('behind', () => {
    heard();
    lost('the server cannot look just now; its log says why');
  });
  stream.addEventListener('ended', () => {
    stream.close();
    signInAgain(line.value);
  });
  stream.addEventListener('gone', () => {
    stream.close();
    location.reload();
  });
  stream.addEventListener('error', () => {
    lost('the server does not answer; trying again');
    if (stream.readyState === EventSource.CLOSED) void askWhy();
  });
  heard();
}

/** A stream that was refused is not tried again by the browser. */
async function askWhy() {
  clearTimeout(silence);
  const headers = { accept: 'application/json' };
  const answer = await fetch('/complete', { headers }).catch(() => undefined);
  if (answer?.status === 401) return signInAgain(line.value);
  if (answer?.ok) lost('too many pages are open; close some');
  setTimeout(follow, againMs);
}

function lost(why) {
  liveUntil ??= new Date();
  const at = liveUntil.toLocaleTimeString([], { hour12: false });
  told(`Not live since ${at}: ${why}`, true);
}

function told(text, isLost) {
  if (!isLost) liveUntil = undefined;
  if (linkState.textContent !== text) linkState.textContent = text;
  linkState.classList.toggle('lost', isLost);
  document.body.classList.toggle('not-live', isLost);
}
