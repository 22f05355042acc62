import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import type { Connection } from '../../domain/connection.ts';
import { sandboxKey } from '../../domain/connection.ts';
import { Secret } from '../../domain/secret.ts';
import type { JobContext } from '../../jobs/job.ts';
import { startJobs } from '../../jobs/start.ts';
import { sync } from '../../jobs/sync.ts';
import { aConnection } from '../containment.ts';
import { withCrashPoints } from '../crash-points.ts';
import { newMigratedDatabase } from '../database.ts';
import { never } from '../guarded.ts';
import { startFakeN8n } from '../n8n/fake-n8n.ts';
import { N8nApi } from '../n8n/n8n-api.ts';
import { chain, nothing, webhook } from '../n8n/nodes.ts';
import { openPlanRig } from '../plan-rig.ts';
import { declareOne, storeRunningPlan, workflowTarget } from '../running-plan.ts';
import { until } from '../until.ts';

/** All that was done, in order; `look` for a call of a look. */
let done: string[] = [];
/** Told when a look is about to make a call, before it gives way. */
let aboutToLook: () => Promise<void> = async () => {};

const dataDir = await mkdtemp(join(tmpdir(), 'fb-beside-'));
const { store, jobs } = await openPlanRig({
  dataDir,
  databaseUrl: await newMigratedDatabase(),
  clockFrom: Date.now(),
});
after(async () => {
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});
await startJobs(watched(jobs));

function watched(context: JobContext): JobContext {
  const points = withCrashPoints(context, async (step) => void done.push(step));
  return {
    ...points,
    platformOf: (id, giveWay) => {
      const told = async () => {
        await aboutToLook();
        await giveWay?.();
        done.push('look');
      };
      return points.platformOf(id, giveWay && told);
    },
  };
}

/** Stored and looked at once. */
async function connected(
  given: Pick<Connection, 'kind' | 'baseUrl' | 'name'>,
  key: string,
): Promise<Connection> {
  const id = randomUUID();
  const { syncedAt: _syncedAt, ...connection } = aConnection({
    ...given,
    id,
    privateHostAllowed: true,
    revision: 0,
  });
  const connectionSecrets = [{ connection: id, secret: new Secret(key) }];
  await store.save({ connections: [connection], connectionSecrets });
  await sync(jobs, { connection: id }, never);
  const stored = await store.connections.byId(id);
  assert.ok(stored);
  return stored;
}

/** Stores a plan that runs, and its job, about as many workflows of which quiet is proved at once. */
async function planOn(connection: Connection, count: number): Promise<string> {
  const { hits } = await store.inventory.find({ kind: 'all' }, { limit: 10_000 });
  const own = hits
    .map(({ workflow }) => workflow)
    .filter((one) => one.connection === connection.id && one.active && one.savesExecutions);
  const facts = await store.inventory.factsOf(own);
  const targets = own
    .filter(({ id }) =>
      facts.get(`${connection.id}/${id}`)?.every((one) => one.kind !== 'schedule'),
    )
    .slice(0, count)
    .map(workflowTarget);
  assert.equal(targets.length, count);
  const now = jobs.now();
  const plan = await storeRunningPlan(store, {
    incident: (await declareOne(store, now)).id,
    purpose: 'contain',
    levers: ['disable', 'stop'],
    targets,
    connection,
    now,
    withJob: true,
  });
  return plan.id;
}

/** A look is taken, and just before one of its calls a plan is set going. */
async function planBesideLook(
  connection: Connection,
  { call, targets }: { readonly call: number; readonly targets: number },
): Promise<void> {
  done = [];
  let calls = 0;
  let plan = '';
  aboutToLook = async () => {
    calls += 1;
    if (calls !== call) return;
    plan = await planOn(connection, targets);
    done.push('plan');
  };
  const data = { connection: connection.id };
  await store.save({ jobs: [{ kind: 'sync', id: randomUUID(), data }] });
  await until('the look has ended', () => done.includes('finish sync'));
  await until('the plan has ended', () => done.includes('finish contain'));

  const last = done.lastIndexOf('know the answer to disable');
  const meanwhile = done.slice(done.indexOf('plan'), last);
  assert.equal(meanwhile.filter((step) => step === 'disable').length, targets);
  assert.ok(!meanwhile.includes('look'), 'no call of the look beside the plan');
  assert.ok(done.slice(last).includes('look'), 'it was taken after that');
  const actions = await store.plans.actions(plan);
  assert.ok(actions.every(({ state }) => state === 'verified'));
}

describe('a plan that comes upon a look at the same connection', () => {
  it('has the sandbox for itself until all was asked', async () => {
    const baseUrl = 'sandbox://shop/1/240';
    const shop = await connected({ kind: 'sandbox', baseUrl, name: 'shop' }, sandboxKey);
    await planBesideLook(shop, { call: 2, targets: 40 });
  });

  it('has n8n for itself until all was asked, though the look was half done', async (test) => {
    const fake = await startFakeN8n({ settleMs: 0 });
    test.after(() => fake.stop());
    const { baseUrl } = fake;
    const targets = 60;
    const key = fake.apiKey();
    const api = new N8nApi(baseUrl, key);
    for (let number = 0; number < targets; number += 1) {
      const nodes = [webhook(`hook-${number}`), nothing()];
      const { id } = await api.createWorkflow(chain(`Flow ${number}`, nodes));
      await api.publish(id);
    }
    const prod = await connected({ kind: 'n8n', baseUrl, name: 'prod' }, key);
    await planBesideLook(prod, { call: 3, targets });
  });
});
