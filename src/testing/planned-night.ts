import assert from 'node:assert/strict';

import { sandboxKey } from '../domain/connection.ts';
import type { Connection } from '../domain/connection.ts';
import type { Incident } from '../domain/incident.ts';
import type { Credential, Workflow } from '../domain/inventory.ts';
import { isAboutNodes, userLevers } from '../domain/plan.ts';
import type { LockLever, NodeLever, Plan, PlanTarget } from '../domain/plan.ts';
import { credentialHash } from '../domain/revoking.ts';
import { Secret } from '../domain/secret.ts';
import { connectPlatform } from '../jobs/connect.ts';
import { contain } from '../jobs/contain.ts';
import { sync } from '../jobs/sync.ts';
import type { Estate } from '../platforms/sandbox/estate.ts';
import { Trouble } from '../platforms/sandbox/trouble.ts';
import type { PlanRig } from './plan-rig.ts';
import { deployedAt, mutingTargets } from './planned-muting.ts';
import { removalTargets } from './planned-removal.ts';
import type { RunningPlan } from './running-plan.ts';
import { declareOne, storeRunningPlan, workflowTarget } from './running-plan.ts';
import { orAskIn } from './two-admins.ts';

/** What the plans of these tests are for; `archive` contains where disabling does nothing. */
export const deeds = [
  'contain',
  'archive',
  'undo',
  'revoke',
  'block',
  'unblock',
  'overwrite',
  'delete',
  'remove',
  'mute',
  'unmute',
] as const;
export type Deed = (typeof deeds)[number];

/** One plan that is to be carried out, on an estate of its own. */
export type PlannedNight = {
  readonly deed: Deed;
  readonly plan: Plan;
  readonly incident: Incident;
  readonly baseUrl: string;
  /**
   * What ran on the estate before anything was contained there, without the targets of others; for
   * nodes each item of the flow file.
   */
  readonly before: readonly string[];
};

/** How many workflows one plan is about; credentials and users there are fewer. */
export const targetCount = 20;
/** Large enough for that many workflows without a schedule, which need no hour to be verified. */
const estateSize = 80;
const never = new AbortController().signal;

/**
 * Stores a running plan, whose job waits for whoever takes it.
 *
 * @param seed of the estate: each plan has its own
 */
export async function planNight(rig: PlanRig, deed: Deed, seed: number): Promise<PlannedNight> {
  const { store, jobs } = rig;
  if (isAboutNodes(deed)) return planNodes(rig, deed, seed);
  const baseUrl = baseUrlOf(seed);
  const connection = await connected(rig, { kind: 'sandbox', baseUrl, name: `shop-${seed}` });
  const incident = await declareOne(store, jobs.now());
  const before = await rig.estateAt(baseUrl).activations();
  const given = await givenFor(rig, deed, {
    incident: incident.id,
    connection,
    estate: rig.estateAt(baseUrl),
  });
  const plan = await storeRunningPlan(store, { ...given, withJob: true });
  return { deed, incident, baseUrl, before, plan };
}

/** The same for nodes, on a Node-RED of its own. */
async function planNodes(rig: PlanRig, deed: NodeLever, seed: number): Promise<PlannedNight> {
  const { store, jobs } = rig;
  const baseUrl = `http://127.0.0.1:1880/${seed}`;
  const connection = await connected(rig, { kind: 'node-red', baseUrl, name: `flows-${seed}` });
  const incident = await declareOne(store, jobs.now());
  const { flows } = await deployedAt(rig, baseUrl);
  const muting: RunningPlan = {
    incident: incident.id,
    connection,
    purpose: 'mute',
    levers: ['mute'],
    targets: await mutingTargets(rig, connection),
    now: jobs.now(),
  };
  const given: RunningPlan =
    deed === 'mute'
      ? muting
      : {
          ...muting,
          purpose: 'unmute',
          levers: ['unmute'],
          undoes: await carriedOut(rig, muting),
          now: jobs.now(),
        };
  const plan = await storeRunningPlan(store, { ...given, withJob: true });
  return { deed, incident, baseUrl, before: flows.map((item) => JSON.stringify(item)), plan };
}

type Around = Pick<RunningPlan, 'incident'> & {
  readonly connection: Connection;
  readonly estate: Estate;
};

/** What the plan is made of, once all that goes before it was done. */
async function givenFor(
  rig: PlanRig,
  deed: Exclude<Deed, NodeLever>,
  around: Around,
): Promise<RunningPlan> {
  const { estate, ...rest } = around;
  const { connection } = around;
  switch (deed) {
    case 'contain':
      return containing(rig, rest);
    case 'archive': {
      const does = { kind: 'lies', how: 'stays active' } as const;
      await new Trouble(estate).make('lie', { call: 'disable', does });
      return containing(rig, { ...rest, connection: { ...connection, fallbacks: ['archive'] } });
    }
    case 'undo': {
      const first = await containing(rig, rest);
      const undoes = await carriedOut(rig, first);
      const targets = await calleesFirst(rig, first.targets);
      const now = rig.jobs.now();
      return { ...rest, purpose: 'undo', levers: ['enable'], targets, now, undoes };
    }
    case 'unblock':
      await carriedOut(rig, await aboutCredentials(rig, rest, 'block'));
      return aboutCredentials(rig, rest, 'unblock');
    case 'revoke':
    case 'block':
    case 'overwrite':
    case 'delete':
      return aboutCredentials(rig, rest, deed);
    case 'remove': {
      const targets = await removalTargets(rig, connection, estate);
      return { ...rest, purpose: deed, levers: userLevers, targets, now: rig.jobs.now() };
    }
  }
}

async function containing(
  rig: PlanRig,
  around: Pick<RunningPlan, 'incident' | 'connection'>,
): Promise<RunningPlan> {
  const found = await workflowsOf(rig, around.connection);
  const targets = found.slice(0, targetCount).map(workflowTarget);
  assert.equal(targets.length, targetCount);
  return {
    ...around,
    purpose: 'contain',
    levers: ['disable', 'stop'],
    targets,
    now: rig.jobs.now(),
  };
}

async function aboutCredentials(
  rig: PlanRig,
  around: Pick<RunningPlan, 'incident' | 'connection'>,
  lever: LockLever | 'revoke',
): Promise<RunningPlan> {
  const found = await credentialsOf(rig, around.connection);
  const targets = lever === 'unblock' ? found.map((one) => ({ ...one, hosts: [] })) : found;
  return { ...around, purpose: lever, levers: [lever], targets, now: rig.jobs.now() };
}

/** Carries it out here and now. @returns the plan's id */
async function carriedOut({ store, jobs }: PlanRig, given: RunningPlan): Promise<string> {
  const { id } = await storeRunningPlan(store, given);
  await contain(jobs, { plan: id }, never);
  return id;
}

/**
 * Stores as many running plans about one workflow each, on one estate.
 *
 * @param seed of the estate
 */
export async function manyPlans(rig: PlanRig, seed: number): Promise<readonly PlannedNight[]> {
  const { store, jobs } = rig;
  const baseUrl = baseUrlOf(seed);
  const connection = await connected(rig, { kind: 'sandbox', baseUrl, name: `shop-${seed}` });
  const before = await rig.estateAt(baseUrl).activations();
  const nights: PlannedNight[] = [];
  const workflows = (await workflowsOf(rig, connection)).slice(0, targetCount);
  const names = new Set(workflows.map(({ name }) => name));
  for (const workflow of workflows) {
    const incident = await declareOne(store, jobs.now());
    const plan = await storeRunningPlan(store, {
      incident: incident.id,
      purpose: 'contain',
      levers: ['disable', 'stop'],
      targets: [workflowTarget(workflow)],
      connection,
      now: jobs.now(),
      withJob: true,
    });
    const own = before.filter((line) => !names.has(nameIn(line)) || nameIn(line) === workflow.name);
    nights.push({ deed: 'contain', plan, incident, baseUrl, before: own });
  }
  return nights;
}

/** The name of a workflow in a line of what ran: `Charge card` of `Charge card 7f21 on`. */
export function nameIn(activation: string): string {
  return activation.replace(/ \S+ \S+$/, '');
}

function baseUrlOf(seed: number): string {
  return `sandbox://shop/${seed}/${estateSize}`;
}

/** The estate of a night, as any process sees it. */
export function estateOf({ estateAt }: PlanRig, { baseUrl }: PlannedNight): Estate {
  return estateAt(baseUrl);
}

async function connected(
  rig: PlanRig,
  what: Pick<Connection, 'kind' | 'baseUrl' | 'name'>,
): Promise<Connection> {
  const { store, jobs, openPlatform } = rig;
  const by = await store.people.byId(store.instance.operator);
  assert.ok(by);
  const given = {
    ...what,
    privateHostAllowed: what.kind === 'node-red',
    environment: 'drill',
  } as const;
  const secret = new Secret(what.kind === 'sandbox' ? sandboxKey : 'token');
  await connectPlatform(
    { ...jobs, openPlatform, makeOrAsk: orAskIn(jobs) },
    { given, secret, by, source: 'cli' },
  );
  const connection = await store.connections.byName(what.name);
  assert.ok(connection);
  await sync(jobs, { connection: connection.id }, never);
  return connection;
}

/** Those of which quiet can be proved at once. */
async function workflowsOf(
  { store }: PlanRig,
  { id }: Pick<Connection, 'id'>,
): Promise<readonly Workflow[]> {
  const { hits } = await store.inventory.find({ kind: 'all' }, { limit: 10_000 });
  const own = hits
    .map(({ workflow }) => workflow)
    .filter((one) => one.connection === id && one.active && one.savesExecutions);
  const facts = await store.inventory.factsOf(own);
  return own.filter((one) => {
    const known = facts.get(`${one.connection}/${one.id}`);
    return known?.every(({ kind }) => kind !== 'schedule');
  });
}

/** As an undo has them; nobody here needs what needs another. */
async function calleesFirst(
  { store }: PlanRig,
  targets: readonly PlanTarget[],
): Promise<readonly PlanTarget[]> {
  const facts = [...(await store.inventory.factsOf(targets)).values()].flat();
  const needed = new Set(
    facts.flatMap(({ kind, value }) =>
      kind === 'calls' || kind === 'error_workflow' ? [value] : [],
    ),
  );
  const isNeeded = ({ id }: PlanTarget) => needed.has(id);
  return [...targets.filter(isNeeded), ...targets.filter((target) => !isNeeded(target))];
}

async function credentialsOf(
  { store, jobs }: PlanRig,
  { id }: Pick<Connection, 'id'>,
): Promise<readonly PlanTarget[]> {
  const credentials = await store.inventory.credentials();
  return credentials
    .filter((one) => one.connection === id && !one.onlyReferenced)
    .map((one) => credentialTarget(one, credentialHash(one, jobs.recorder), jobs.now()));
}

function credentialTarget(
  { connection, id, ref, name }: Credential,
  observedHash: string,
  observedAt: Date,
): PlanTarget {
  const nothing = { active: true, breaks: [], because: [] };
  return { connection, id, ref, name, observedHash, observedAt, ...nothing };
}
