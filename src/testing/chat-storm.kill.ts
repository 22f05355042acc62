import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { tellStorm } from './chat-storm.ts';

describe('a storm of 10,000 lines from 200 rooms', () => {
  it('loses none, does none twice and keeps the order, over three deaths', async (test) => {
    const { deaths, repeats, refusals, sends, doneUnseen } = await tellStorm({
      rooms: 200,
      lines: 10_000,
      livesCalls: [8_000, 16_000, 12_000],
      calm: 6_000,
      together: 400,
    });
    assert.equal(deaths, 3);
    test.diagnostic(
      `${repeats} lines heard twice, ${refusals} sends refused, ${sends} sends tried, ` +
        `${doneUnseen} lines done by a process that died before it answered`,
    );
  });
});
