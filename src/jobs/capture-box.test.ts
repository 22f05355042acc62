import assert from 'node:assert/strict';
import { it } from 'node:test';

import { PlatformError } from '../errors.ts';
import { estateBot } from '../testing/estate-bot.ts';

it('does not let evidence that cannot be had hold up each workflow of a plan', async () => {
  const { see, work, toy, clock, timeline } = await estateBot((platform) => {
    for (let number = 1; number <= 20; number += 1) platform.add(`a${number}`);
  });
  await see('declare First');
  await see('contain plan active:true');
  await see('contain approve P-1', 'bo');
  await see('contain run P-1');
  const later = new PlatformError('n8n', 'rate_limited', 'n8n asks us to come back later.', {
    retryAfterMs: 20_000,
  });
  toy.fail = (call) => (call.startsWith('capture') ? later : undefined);
  const began = clock.now().getTime();
  await work('P-1');
  const tookMs = clock.now().getTime() - began;
  assert.ok(tookMs < 3 * 60_000, `${tookMs} ms`);
  const skipped = (await timeline()).filter(({ kind }) => kind === 'evidence_skipped');
  assert.equal(skipped.length, 20);
  assert.equal(
    skipped.filter(({ text }) => text?.includes('From here on evidence of a workflow gets')).length,
    1,
  );
  assert.match(
    skipped.map(({ text }) => text).join('\n'),
    /Firebreak waits for 1 min at most\. From here on evidence of a workflow gets 10 s\./,
  );
  assert.ok([...toy.workflows.values()].every(({ active }) => !active));
});
