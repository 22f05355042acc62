import { describe, it } from 'node:test';

import { killAtEveryPoint } from './every-point.ts';
import { deeds } from './planned-night.ts';

/** More than processors, because a plan mostly waits for the platform to settle. */
const atOnce = 5;

describe('a plan whose process is killed at every single point', () => {
  for (const deed of deeds) {
    it(`to ${deed} ends as it would have, on the embedded database`, async (t) => {
      await killAtEveryPoint('pglite', deed, { atOnce, tell: (text) => t.diagnostic(text) });
    });
  }
});
