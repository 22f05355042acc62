import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { kindsOfPoints } from './kill-points.ts';
import type { PreparedNight } from './plan-kills.ts';
import { killOnCopy, prepareNight } from './plan-kills.ts';
import type { Deed } from './planned-night.ts';

/** More than processors, because a plan mostly waits for the platform to settle. */
const atOnce = 4;

describe('a plan on the embedded database whose process is killed', { concurrency: atOnce }, () => {
  const prepared = new Map<Deed, Promise<PreparedNight>>();
  const preparedFor = (deed: Deed) => {
    const known = prepared.get(deed) ?? prepareNight('pglite', deed);
    prepared.set(deed, known);
    return known;
  };
  after(async () => {
    for (const night of prepared.values()) await (await night).remove();
  });

  for (const { deed, hold } of kindsOfPoints) {
    it(`to ${deed}, just after “${hold.step}”, ends as it would have`, async (t) => {
      const { died, afterMs } = await killOnCopy(await preparedFor(deed), hold);
      assert.equal(died?.step, hold.step);
      t.diagnostic(`taken up ${afterMs} ms after the next start`);
    });
  }
});
