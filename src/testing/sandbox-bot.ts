import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { z } from 'zod';

import { shippedPolicy } from '../approval-policy.ts';
import type { Desk } from '../cli/cli.ts';
import type { Dispatch } from '../commands/command.ts';
import { makeDispatch } from '../commands/dispatch.ts';
import { registry } from '../commands/registry.ts';
import type { Person } from '../domain/person.ts';
import type { Problem, Reply, View } from '../domain/reply.ts';
import { scenariosIn, shippedScenarios } from '../drills/load.ts';
import { addFirstSandbox } from '../first-sandbox.ts';
import { connectPlatform } from '../jobs/connect.ts';
import { contain } from '../jobs/contain.ts';
import { drill } from '../jobs/drill.ts';
import type { JobContext } from '../jobs/job.ts';
import { snapshot } from '../jobs/snapshot.ts';
import { sync } from '../jobs/sync.ts';
import { watch } from '../jobs/watch.ts';
import { openPlatforms } from '../platforms/open.ts';
import type { OpenPlatform, OpenStage } from '../platforms/platform.ts';
import type { Estate } from '../platforms/sandbox/estate.ts';
import { Issuer } from '../platforms/sandbox/issuer.ts';
import { sandboxEstates } from '../platforms/sandbox/open.ts';
import { openSandboxStage } from '../platforms/sandbox/stage.ts';
import { parseQuery } from '../query/parse.ts';
import { openProviders, openRevokers } from '../revokers/open.ts';
import type { Revokers } from '../revokers/revoker.ts';
import { runbooksIn } from '../runbooks/load.ts';
import { makeStepUp } from '../step-up.ts';
import type { Store } from '../store/store.ts';
import type { DatabaseKind } from './database.ts';
import type { TestClock, TestStore } from './store.ts';
import { openTestStore } from './store.ts';
import { orAskIn } from './two-admins.ts';

/** How long a test works at a plan before it gives up, in ms of the clock that it moves. */
const workForMs = 10 * 60_000;
const workEveryMs = 5_000;
const shipped = join(import.meta.dirname, '../../runbooks');
/** Bounds on one answer of the sandbox; low, because endless ones are tried. */
const limits = { withinMs: 60, bodyBytes: 64 * 1024 };
const never = new AbortController().signal;

/** What a newcomer has after `npm start`: an instance on which the sandbox was connected by itself. */
export type SandboxBot = {
  readonly clock: TestClock;
  readonly store: Store;
  readonly dispatch: Dispatch;
  /** What the terminal said of the sandbox. */
  readonly told: string | undefined;
  /** One line as the local operator, or as somebody else. */
  readonly say: (line: string, as?: string) => Promise<Reply>;
  /** Like `say`, for lines that must be answered by a view. */
  readonly see: (line: string, as?: string) => Promise<View>;
  /** Like `say`, for lines that must be refused. */
  readonly refused: (line: string, as?: string) => Promise<Problem>;
  /** Looks at both estates, as a worker would. */
  readonly look: () => Promise<void>;
  /** Looks again at what was contained, as a worker would at a tick of the clock. */
  readonly tick: () => Promise<void>;
  /** Works at a plan until it has ended, as a worker would; waits move the clock. */
  readonly work: (plan: string) => Promise<void>;
  /** Makes the estate of a drill ready, or puts it back, as a worker would. */
  readonly setStage: (incident: string) => Promise<void>;
  /** Seals what was last asked to be sealed in an incident, as a worker would. */
  readonly seal: (incident: string) => Promise<void>;
  /** An estate, opened by another process than the bot's. */
  readonly estate: (name: 'shop' | 'office') => Estate;
  /** Connects the sandbox as a start of the server does. */
  readonly startAgain: () => Promise<string | undefined>;
};

/**
 * Starts an instance on the sandbox; it is put away when the test file ends.
 *
 * @param around puts something between the jobs and the provider, e.g. a process that dies
 * @param folder where its runbooks are, instead of those that ship
 */
export async function sandboxBot(
  kind?: DatabaseKind,
  around: (revokers: Revokers) => Revokers = (revokers) => revokers,
  folder = shipped,
): Promise<SandboxBot> {
  const opened = await openTestStore(kind);
  const { store, clock, options } = opened;
  const directory = join(options.dataDir, 'sandbox');
  const wait = (ms: number): Promise<void> => {
    clock.forward(ms);
    return Promise.resolve();
  };
  const estateAt = sandboxEstates({ directory, now: clock.now, wait, limits });
  const open = openPlatforms({ now: clock.now, fingerprint: store.fingerprint, estateAt });
  const revokers = openRevokers({
    sandboxIssuerAt: (baseUrl) => new Issuer(estateAt(baseUrl)),
    openProvider: openProviders(),
    secretsOf: store.providers.secrets,
  });
  const jobs: JobContext = {
    store,
    revokers: around(revokers),
    platformOf: async (id) => {
      const connection = await store.connections.byId(id);
      const secret = await store.connections.secret(id);
      if (!connection || !secret) throw new Error('The test has no such connection.');
      return { connection, platform: open(connection, secret) };
    },
    now: clock.now,
    newId: randomUUID,
    recorder: options.recorder,
    wait,
  };
  const dispatch = dispatchOf(opened, jobs, folder);
  const desk = deskOf(dispatch, jobs, open);
  const operator = await store.people.byId(store.instance.operator);
  if (!operator) throw new Error('There is no operator.');
  const say = async (line: string, as?: string): Promise<Reply> => {
    const person = as === undefined ? operator : await store.people.byHandle(as);
    if (!person) throw new Error(`Nobody is called ${as}.`);
    return desk(person).say(line);
  };
  const startAgain = (): Promise<string | undefined> =>
    addFirstSandbox({ store, desk: () => Promise.resolve(desk(operator)) });
  const told = await startAgain();
  const look = async (): Promise<void> => {
    for (const { id } of await store.connections.list())
      await sync(jobs, { connection: id }, never);
  };
  await look();
  return {
    clock,
    store,
    dispatch,
    told,
    say,
    see: async (line, as) => viewOf(line, await say(line, as)),
    refused: async (line, as) => problemOf(line, await say(line, as)),
    look,
    tick: async () => {
      for (const connection of await store.watch.connections()) {
        await watch(jobs, { connection, at: clock.now().toISOString() }, never);
      }
    },
    work: (name) => workAt(jobs, clock, name),
    setStage: async (name) => {
      const incident = await store.incidents.byName(name, operator.id);
      if (!incident) throw new Error(`There is no incident ${name}.`);
      const stageOf: OpenStage = (connection) => openSandboxStage(connection, estateAt);
      await drill({ ...jobs, stageOf }, { incident: incident.id }, never);
    },
    seal: async (name) => {
      const incident = await store.incidents.byName(name, operator.id);
      if (!incident) throw new Error(`There is no incident ${name}.`);
      await sealAsked(jobs, incident.id, operator.id);
    },
    estate: (name) => sandboxEstates({ directory, now: clock.now, wait })(`sandbox://${name}`),
    startAgain,
  };
}

function dispatchOf(
  { store, options, clock }: TestStore,
  jobs: JobContext,
  folder: string,
): Dispatch {
  const { recorder } = options;
  return makeDispatch({
    commands: registry,
    context: {
      store,
      recorder,
      parseQuery,
      policy: shippedPolicy,
      prove: makeStepUp({ store, newId: randomUUID }).prove,
      wayOf: jobs.revokers.wayOf,
      scenarios: scenariosIn(shippedScenarios),
      runbooks: runbooksIn(folder, (text) => recorder.sha256(text)),
      now: clock.now,
      newId: randomUUID,
      newNonce: () => randomBytes(32).toString('base64url'),
    },
    log: ({ error }) => {
      throw error;
    },
  });
}

/** Lines and connections of one person, as the entrance gives them. */
function deskOf(
  dispatch: Dispatch,
  jobs: JobContext,
  openPlatform: OpenPlatform,
): (person: Person) => Pick<Desk, 'say' | 'connect'> {
  return (person) => ({
    say: (line) => dispatch({ person, room: `cli:${person.id}`, source: 'cli' }, line),
    connect: ({ secret, ...given }) =>
      connectPlatform(
        { ...jobs, openPlatform, makeOrAsk: orAskIn(jobs) },
        { given, secret, by: person, source: 'cli' },
      ),
  });
}

async function sealAsked(jobs: JobContext, incident: string, by: string): Promise<void> {
  const asked = await jobs.store.timeline.newest(incident, 'evidence_requested');
  for (const ref of z.array(z.string()).parse(asked?.data?.['workflows'])) {
    const [item] = await jobs.store.inventory.resolve('workflow', ref);
    if (!item) throw new Error(`There is no workflow ${ref}.`);
    const { connection, id } = item.key;
    await snapshot(jobs, { incident, connection, workflow: id, by }, never);
  }
}

async function workAt(jobs: JobContext, clock: TestClock, name: string): Promise<void> {
  const { store } = jobs;
  const plan = await store.plans.byName(name, store.instance.operator);
  if (!plan) throw new Error(`There is no plan ${name}.`);
  const until = clock.now().getTime() + workForMs;
  for (;;) {
    await contain(jobs, { plan: plan.id }, never);
    const { finishedAt } = (await store.plans.byId(plan.id)) ?? {};
    const open = (await store.plans.actions(plan.id)).some(({ state }) => state === 'pending');
    if (finishedAt && !open) return;
    if (clock.now().getTime() > until) throw new Error(`${name} does not end.`);
    clock.forward(workEveryMs);
  }
}

function viewOf(line: string, reply: Reply): View {
  if (reply.kind === 'view') return reply;
  throw new Error(`“${line}” was refused: ${reply.code}: ${reply.message}`);
}

function problemOf(line: string, reply: Reply): Problem {
  if (reply.kind === 'problem') return reply;
  throw new Error(`“${line}” was not refused: ${reply.title}`);
}
