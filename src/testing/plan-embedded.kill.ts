import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, describe, it } from 'node:test';

import type { EmbeddedNight } from './plan-kills.ts';
import { embeddedNight, killEmbedded, kindsOfPoints } from './plan-kills.ts';
import type { Deed } from './planned-night.ts';

describe('a plan on the embedded database whose process is killed', { concurrency: 2 }, () => {
  const prepared = new Map<Deed, Promise<EmbeddedNight>>();
  const preparedFor = (deed: Deed) => {
    const known = prepared.get(deed) ?? embeddedNight(deed);
    prepared.set(deed, known);
    return known;
  };
  after(async () => {
    for (const night of prepared.values()) {
      await rm((await night).dataDir, { recursive: true, force: true });
    }
  });

  for (const { deed, hold } of kindsOfPoints) {
    it(`to ${deed}, just after “${hold.step}”, ends as it would have`, async (t) => {
      const { died, afterMs } = await killEmbedded(await preparedFor(deed), hold);
      assert.equal(died?.step, hold.step);
      t.diagnostic(`taken up ${afterMs} ms after the next start`);
    });
  }
});
