import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOfPoints } from './kill-points.ts';
import { killReplicas } from './plan-kills.ts';

describe('plans on PostgreSQL whose replicas are killed', () => {
  it('are ended by another one as they would have been, at each kind of point', async (t) => {
    const ended = await killReplicas(kindsOfPoints);
    for (const [index, { hold }] of kindsOfPoints.entries()) {
      assert.ok(
        ended.some(({ died }) => died?.step === hold.step),
        `${index} ${hold.step}`,
      );
    }
    const after = ended.map(({ afterMs }) => afterMs / 1000).toSorted((a, b) => a - b);
    t.diagnostic(
      `taken up ${after.at(0)} s to ${after.at(-1)} s after the kill, ${after.length} plans`,
    );
  });
});
