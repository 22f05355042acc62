import { describe, it } from 'node:test';

import { tellStorm } from '../chat-storm.ts';

describe('a storm in many rooms, with deaths, repeats and rate limits', () => {
  it('does every line once, and tells every room once and in order', async () => {
    await tellStorm({ rooms: 8, lines: 56, livesCalls: [50, 80, 60], calm: 32, together: 56 });
  });
});
