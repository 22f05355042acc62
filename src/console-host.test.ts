import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';

import { localConsole } from './console-host.ts';
import { makeRecorder } from './record/recorder.ts';
import { bot } from './testing/bot.ts';

it('makes links only while browsers can open them', async () => {
  const { store, dispatch, stepUp, clock } = await bot();
  const console = localConsole({
    store,
    recorder: makeRecorder(),
    dispatch,
    runbooks: { list: () => Promise.resolve([]), read: () => ({ kind: 'bad', findings: [] }) },
    stepUp,
    now: clock.now,
    newNonce: randomUUID,
  });
  assert.throws(() => console.newLink(), { code: 'not_ready', hint: /npm start/ });
  console.opensAt('https://firebreak.example');
  assert.match(console.newLink().reveal(), /^https:\/\/firebreak\.example\/enter#[0-9a-f-]{36}$/);
});
