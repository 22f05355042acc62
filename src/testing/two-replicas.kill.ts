import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { assertCarriedOut } from './carried-out.ts';
import { newMigratedDatabase } from './database.ts';
import { openPlanRig } from './plan-rig.ts';
import type { PlannedNight } from './planned-night.ts';
import { manyPlans, targetCount } from './planned-night.ts';
import { startWorker } from './start-worker.ts';
import { until } from './until.ts';

const planCount = 200;
const withinMs = 600_000;

describe('two replicas on one PostgreSQL', () => {
  it(`carry out ${planCount} plans and act on no workflow twice`, async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fb-replicas-'));
    const place = { dataDir, databaseUrl: await newMigratedDatabase(), clockFrom: Date.now() };
    const rig = await openPlanRig(place);
    const replicas = [1, 2].map(() => startWorker(place, { plansAtOnce: 4 }));
    try {
      await Promise.all(replicas.map((replica) => replica.did('ready')));
      const nights: PlannedNight[] = [];
      for (let seed = 1; nights.length < planCount; seed += 1) {
        nights.push(...(await manyPlans(rig, seed)));
        assert.equal(nights.length, seed * targetCount);
      }
      const ended = () =>
        replicas.flatMap((one) => one.steps().filter(({ step }) => step === 'finish contain'));
      await until('all plans have ended', () => ended().length >= planCount, withinMs);
      assert.deepEqual(
        replicas.flatMap(({ errors }) => errors),
        [],
      );
      const steps = replicas.flatMap((replica) => replica.steps());
      for (const night of nights) await assertCarriedOut(rig, night, { steps });
      const shares = replicas.map(
        (one) => one.steps().filter(({ step }) => step === 'take contain').length,
      );
      assert.ok(
        shares.every((share) => share > 0),
        'both worked',
      );
      t.diagnostic(`${shares.join(' and ')} plans`);
    } finally {
      await Promise.all(replicas.map((replica) => replica.kill()));
      await rig.store.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
