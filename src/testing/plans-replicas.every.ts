import { describe, it } from 'node:test';

import { killAtEveryPoint } from './every-point.ts';
import { deeds } from './planned-night.ts';

/** Most of the time they wait for a heartbeat that does not come. */
const atOnce = 12;

describe('a plan whose process is killed at every single point', () => {
  for (const deed of deeds) {
    it(`to ${deed} ends as it would have, on PostgreSQL by another replica`, async (t) => {
      await killAtEveryPoint('postgres', deed, { atOnce, tell: (text) => t.diagnostic(text) });
    });
  }
});
