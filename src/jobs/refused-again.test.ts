import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import type { Call } from '../platforms/sandbox/model.ts';
import { Trouble } from '../platforms/sandbox/trouble.ts';
import { withCrashPoints } from '../testing/crash-points.ts';
import { newMigratedDatabase } from '../testing/database.ts';
import { openPlanRig } from '../testing/plan-rig.ts';
import type { Deed } from '../testing/planned-night.ts';
import { estateOf, planNight } from '../testing/planned-night.ts';
import { contain } from './contain.ts';

/** The process of a job that dies. */
class Death extends Error {}

const dataDir = await mkdtemp(join(tmpdir(), 'fb-refused-'));
const rig = await openPlanRig({
  dataDir,
  databaseUrl: await newMigratedDatabase(),
  clockFrom: Date.now(),
});
after(async () => {
  await rig.store.close();
  await rm(dataDir, { recursive: true, force: true });
});
const never = new AbortController().signal;
let nights = 0;

/** Dies just after this call took effect; the next process is refused the same call, once. */
async function refusedAfterDeath(deed: Deed, step: string, call: Call): Promise<readonly string[]> {
  nights += 1;
  const night = await planNight(rig, deed, nights);
  const dying = withCrashPoints(rig.jobs, async (passed) => {
    if (passed === step) throw new Death();
  });
  await assert.rejects(contain(dying, { plan: night.plan.id }, never), Death);
  const does = { kind: 'fails', code: 'refused' } as const;
  await new Trouble(estateOf(rig, night)).make('no', { call, does, times: 1 });
  await contain(rig.jobs, { plan: night.plan.id }, never);
  const actions = await rig.store.plans.actions(night.plan.id);
  return [...new Set(actions.map(({ lever, state }) => `${lever} ${state}`))];
}

describe('a call that is refused after a process died behind the same one', () => {
  it('to transfer what a user owns is read back, and they are deleted', async () => {
    const states = await refusedAfterDeath('remove', 'transfer', 'people');
    assert.deepEqual(states, ['transfer verified', 'remove verified']);
  });

  it('to delete a user is read back', async () => {
    const states = await refusedAfterDeath('remove', 'removeUser', 'people');
    assert.deepEqual(states, ['transfer verified', 'remove verified']);
  });

  it('to stop what runs is read back', async () => {
    const states = await refusedAfterDeath('contain', 'stop', 'stop');
    assert.deepEqual(states, ['disable verified', 'stop verified']);
  });

  for (const deed of ['block', 'overwrite', 'delete'] as const) {
    it(`to ${deed} a credential is read back`, async () => {
      const states = await refusedAfterDeath(deed, `${deed}Credential`, 'lock');
      assert.deepEqual(states, [`${deed} verified`]);
    });
  }
});
