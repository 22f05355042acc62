/** It is off already when it is to be contained: for how long, nobody may have seen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aNight } from '../sandbox-night.ts';

const what = 'w28 “Stripe import 2024”';
/** How long the sandbox may go on with what it lists as off, as a real n8n does. */
const settleMs = 180_000;

async function offForMs(ms: number) {
  const night = await aNight('Address cleanup');
  night.clock.forward(ms);
  const began = night.clock.now().getTime();
  await night.see('contain plan w28');
  await night.carryOut('contain run P-2', 'P-2');
  const words = await night.wordsFrom('P-2: w28');
  assert.equal(words.at(-1), 'P-2 has ended for 1 workflow: 1 verified.');
  return { words, tookMs: night.clock.now().getTime() - began };
}

describe('a workflow that is off already', () => {
  it('is given the time that the platform takes from when it was first seen so', async () => {
    const { words, tookMs } = await offForMs(60_000);

    assert.match(
      words.find((text) => text.includes(': disabled is not')) ?? '',
      /is not verified yet\. It was off already, and nobody saw for how long: it may go on until/,
    );
    assert.ok(words.includes(`P-2: ${what} was off already, and is verified off.`));
    assert.ok(tookMs > settleMs - 61_000 && tookMs < settleMs, String(tookMs));
  });

  it('is verified at once where it was seen so for longer', async () => {
    const { words, tookMs } = await offForMs(settleMs + 1_000);

    assert.ok(words.includes(`P-2: ${what} was off already, and is verified off.`));
    assert.ok(!words.some((text) => text.includes('nobody saw')));
    assert.ok(tookMs < 30_000, String(tookMs));
  });
});
