import type { JobContext } from '../jobs/job.ts';
import type { Change, JobData, JobKind, JobStore, Store } from '../store/store.ts';

/**
 * Told of each point between two effects of a job, where a process may die: what was done just then,
 * and to what. It may hold the job there, or end it by throwing.
 */
export type Passed = (step: string, about: string) => Promise<void>;

/** What a job needs, with a point behind each thing that it does to the world or to the store. */
export function withCrashPoints(context: JobContext, passed: Passed): JobContext {
  return {
    ...context,
    store: storeWithPoints(context.store, passed),
    platformOf: async (...asked) => {
      const { connection, platform } = await context.platformOf(...asked);
      return { connection, platform: withPointsBehind(platform, passed) };
    },
    revokers: {
      ...context.revokers,
      at: (connection, credential) => {
        const revoker = context.revokers.at(connection, credential);
        return revoker && withPointsBehind(revoker, passed);
      },
    },
  };
}

/**
 * The same, for a process that does nothing more once it is dead: what went on beside the effect
 * behind which it died would otherwise still be done.
 *
 * @param assertAlive throws once it is dead
 */
export function untilDead(context: JobContext, assertAlive: () => void): JobContext {
  return {
    ...context,
    store: {
      ...context.store,
      save: async (change) => {
        assertAlive();
        return await context.store.save(change);
      },
    },
    platformOf: async (...asked) => {
      const { connection, platform } = await context.platformOf(...asked);
      return { connection, platform: withGuardBefore(platform, assertAlive) };
    },
  };
}

function withGuardBefore<Called extends object>(called: Called, guard: () => void): Called {
  return new Proxy(called, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        guard();
        const answer: unknown = await Reflect.apply(value, target, args);
        return answer;
      };
    },
  });
}

function workedAt(data: JobData<JobKind>): string {
  if ('plan' in data) return data.plan;
  return 'connection' in data ? data.connection : data.incident;
}

function storeWithPoints(store: Store, passed: Passed): Store {
  const { jobs } = store;
  const work: JobStore['work'] = (kind, options, handler) =>
    jobs.work(kind, options, async (data, signal) => {
      const about = workedAt(data);
      await passed(`take ${kind}`, about);
      await handler(data, signal);
      await passed(`finish ${kind}`, about);
    });
  return {
    ...store,
    jobs: { ...jobs, work },
    save: async (change) => {
      const saved = await store.save(change);
      for (const step of savedSteps(change)) await passed(...step);
      return saved;
    },
  };
}

/** What a job has just stored: each line of the journal, which may have come together, or else the rest. */
function savedSteps(change: Change): readonly Parameters<Passed>[] {
  const { actions = [], journal = [] } = change;
  if (journal.length === 0) return [savedStep(change)];
  const targets = new Map(actions.map(({ id, workflow }) => [id, workflow]));
  return journal.map(({ action, call, when }) => {
    const what = when === 'before' ? 'intend to' : 'know the answer to';
    return [`${what} ${call}`, targets.get(action) ?? ''];
  });
}

/** What is no call to the platform, by its first part. */
function savedStep({ plans, actions, jobs }: Change): Parameters<Passed> {
  const [action] = actions ?? [];
  const [plan] = plans ?? [];
  const [job] = jobs ?? [];
  if (plan) return ['end the plan', plan.id];
  if (action) return [`judge ${action.lever}`, action.workflow];
  return job ? [`ask for ${job.kind}`, job.id] : ['tell', ''];
}

/** The same, with a point behind each of its calls that succeeds. */
function withPointsBehind<Called extends object>(called: Called, passed: Passed): Called {
  return new Proxy(called, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(value, target, args);
        await passed(String(key), aboutOf(args[0]));
        return answer;
      };
    },
  });
}

/** The workflow, credential or user that a call is about, where it is one alone. */
function aboutOf(first: unknown): string {
  if (typeof first === 'string') return first;
  const { id, user = id }: { readonly id?: unknown; readonly user?: unknown } = Object(first);
  return typeof user === 'string' ? user : '';
}
