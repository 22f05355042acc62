/** Firebreak as it is installed, for measuring: store, jobs and commands in this process. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Person } from '../src/domain/person.ts';
import type { Action } from '../src/domain/plan.ts';
import type { View } from '../src/domain/reply.ts';
import { Secret } from '../src/domain/secret.ts';
import { connectPlatform } from '../src/jobs/connect.ts';
import type { JobContext } from '../src/jobs/job.ts';
import { startJobs } from '../src/jobs/start.ts';
import { sync } from '../src/jobs/sync.ts';
import { openPlatforms } from '../src/platforms/open.ts';
import { makeRecorder } from '../src/record/recorder.ts';
import type { Store } from '../src/store/store.ts';
import { byHandOnly } from '../src/testing/by-hand-only.ts';
import { orAskIn } from '../src/testing/two-admins.ts';
import { dispatchOn } from './commands.ts';

const never = new AbortController().signal;
const now = () => new Date();
const recorder = makeRecorder();

/** Told of each action that was stored, as soon as it was. */
export type Listener = (action: Action) => void;

/** An instance with two people, connected to one platform. */
export type Installed = {
  /** One line of a responder, or of who agrees with them. @throws Error when it is refused */
  readonly say: (line: string, as?: 'ana' | 'ben') => Promise<View>;
  /** Says the line that starts a plan, and waits until the plan has ended. */
  readonly untilEnded: (line: string, listener?: Listener) => Promise<void>;
  /** Takes the inventory anew. */
  readonly sync: () => Promise<void>;
};

/** Connects a platform and starts working. */
export async function install(
  store: Store,
  platform: {
    readonly kind: 'n8n' | 'node-red';
    readonly baseUrl: string;
    readonly secret: string;
  },
): Promise<Installed> {
  const { kind, baseUrl } = platform;
  const secret = new Secret(platform.secret);
  let listener: Listener = nobody;
  let ended = Promise.withResolvers<void>();
  const openPlatform = openPlatforms({ now, fingerprint: store.fingerprint, estateAt: noSandbox });
  const jobs: JobContext = {
    store: {
      ...store,
      async save(change) {
        const saved = await store.save(change);
        for (const action of change.actions ?? []) listener(action);
        if (change.plans?.some(({ finishedAt }) => finishedAt)) ended.resolve();
        return saved;
      },
    },
    recorder,
    platformOf: async (id) => {
      const connection = await store.connections.byId(id);
      if (!connection) throw new Error('The connection is gone.');
      return { connection, platform: openPlatform(connection, secret) };
    },
    revokers: byHandOnly,
    now,
    newId: randomUUID,
    wait: (ms, signal) => delay(ms, undefined, { signal }),
  };
  const operator = await store.people.byId(store.instance.operator);
  if (!operator) throw new Error('There is no operator.');
  const given = {
    kind,
    baseUrl,
    name: 'prod',
    privateHostAllowed: true,
    environment: 'production',
  };
  const say = await speaker(store);
  await connectPlatform(
    { store, openPlatform, makeOrAsk: orAskIn(jobs), now, newId: randomUUID },
    { given: { ...given, environment: 'production' }, secret, by: operator, source: 'cli' },
  );
  const [connection] = await store.connections.list();
  if (!connection) throw new Error('Nothing is connected.');
  await startJobs(jobs);
  return {
    say,
    sync: () => sync(jobs, { connection: connection.id }, never),
    untilEnded: async (line, toldOf) => {
      listener = toldOf ?? nobody;
      ended = Promise.withResolvers();
      await say(line);
      await ended.promise;
    },
  };
}

function nobody(): void {}

function noSandbox(): never {
  throw new Error('No sandbox is measured.');
}

function aPerson(handle: string): Person {
  const permissions = ['responder', 'approver'] as const;
  return { id: randomUUID(), handle, name: handle, permissions, addedAt: now(), revision: 0 };
}

/** Two people who may plan and agree, and what they say. */
export async function speaker(store: Store): Promise<Installed['say']> {
  await store.save({ people: [aPerson('ana'), aPerson('ben')] });
  const dispatch = dispatchOn(store);
  return async (line, as = 'ana') => {
    const person = await store.people.byHandle(as);
    if (!person) throw new Error(`Nobody is called ${as}.`);
    const reply = await dispatch({ person, room: `cli:${as}`, source: 'cli' }, line);
    if (reply.kind === 'view') return reply;
    throw new Error(`“${line}” was refused: ${reply.message}`);
  };
}
