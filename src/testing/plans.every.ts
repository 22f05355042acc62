import { rm } from 'node:fs/promises';
import { describe, it } from 'node:test';

import { embeddedNight, killEmbedded, killReplicas } from './plan-kills.ts';
import type { Takeover } from './plan-kills.ts';
import type { Deed } from './planned-night.ts';

const deeds: readonly Deed[] = ['contain', 'undo', 'revoke'];
/** Processes at once: two take turns on a small machine; replicas wait together for a heartbeat. */
const embeddedAtOnce = 2;
const replicasAtOnce = 12;

describe('a plan whose process is killed at every single point', () => {
  for (const deed of deeds) {
    it(`to ${deed} ends as it would have, on the embedded database`, async (t) => {
      const prepared = await embeddedNight(deed);
      try {
        await atEveryPoint(embeddedAtOnce, t.diagnostic.bind(t), async (points) =>
          Promise.all(points.map((nth) => killEmbedded(prepared, { nth }))),
        );
      } finally {
        await rm(prepared.dataDir, { recursive: true, force: true });
      }
    });

    it(`to ${deed} ends as it would have, on PostgreSQL by another replica`, async (t) => {
      await atEveryPoint(replicasAtOnce, t.diagnostic.bind(t), async (points) =>
        killReplicas(points.map((nth) => ({ deed, hold: { nth } }))),
      );
    });
  }
});

/** Goes from point to point, some at once, until a plan ends before it comes to its point. */
async function atEveryPoint(
  atOnce: number,
  tell: (text: string) => void,
  kill: (points: readonly number[]) => Promise<readonly Takeover[]>,
): Promise<void> {
  const after: number[] = [];
  for (let from = 1; ; from += atOnce) {
    const points = Array.from({ length: atOnce }, (_, index) => from + index);
    const ended = await kill(points);
    after.push(...ended.flatMap(({ died, afterMs }) => (died ? [afterMs] : [])));
    if (ended.some(({ died }) => died === undefined)) break;
  }
  const sorted = after.toSorted((a, b) => a - b);
  tell(`${after.length} points, taken up ${sorted.at(0)} to ${sorted.at(-1)} ms later`);
}
