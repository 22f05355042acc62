import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { shippedPolicy } from '../approval-policy.ts';
import type { Dispatch } from '../commands/command.ts';
import type { Failure } from '../commands/dispatch.ts';
import { makeDispatch } from '../commands/dispatch.ts';
import { registry } from '../commands/registry.ts';
import type { Permission, Person } from '../domain/person.ts';
import type { ApprovalPolicy } from '../domain/policy.ts';
import { makeRedactor } from '../domain/redaction.ts';
import type { Problem, Reply, View } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { instanceChain } from '../domain/timeline.ts';
import { scenariosIn, shippedScenarios } from '../drills/load.ts';
import { parseQuery } from '../query/parse.ts';
import type { Revokers } from '../revokers/revoker.ts';
import { runbooksIn } from '../runbooks/load.ts';
import type { Runbooks } from '../runbooks/runbook.ts';
import type { StepUp } from '../step-up.ts';
import { makeStepUp } from '../step-up.ts';
import type { Store } from '../store/store.ts';
import { byHandOnly } from './by-hand-only.ts';
import { shown } from './replies.ts';
import type { TestClock, TestStore } from './store.ts';
import { openTestStore } from './store.ts';

/** The people of every bot, and what they may do. `operator` is there too, and may everything. */
export const cast = {
  root: ['admin'],
  ana: ['responder'],
  bo: ['responder'],
  cy: ['responder', 'approver'],
  aud: ['auditor'],
  vic: ['viewer'],
  nil: [],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

/** When every bot's story begins: a Sunday night. */
export const storyBegins = new Date('2026-11-22T03:00:00.000Z');

/** An instance of its own on a real embedded database, spoken to in chat lines. */
export type Bot = {
  readonly store: Store;
  /** The store with its database and directory, to look at when the story is over. */
  readonly opened: TestStore;
  readonly clock: TestClock;
  readonly dispatch: Dispatch;
  /** What was logged as platform failure or bug. */
  readonly failures: readonly Failure[];
  /** @param as a handle of `cast`, or of a person added since; `ana` unless told */
  readonly say: (line: string, as?: string, code?: Secret) => Promise<Reply>;
  /** Like `say`, for lines that must be answered by a view. */
  readonly see: (line: string, as?: string, code?: Secret) => Promise<View>;
  /** Like `say`, for lines that must be refused. */
  readonly refused: (line: string, as?: string, code?: Secret) => Promise<Problem>;
  readonly stepUp: StepUp;
  readonly person: (handle: string) => Promise<Person>;
  /** Events of the newest incident, or of the instance's own chain. */
  readonly timeline: (chain?: typeof instanceChain) => Promise<readonly TimelineEvent[]>;
};

/** The runbooks that ship, unless a test brings its own. */
const shipped = join(import.meta.dirname, '../../runbooks');

/** Starts a bot; it is put away when the test file ends. */
export async function bot(
  given: {
    readonly runbooks?: Runbooks;
    readonly revokers?: Revokers;
    /** By which it is decided; the one that ships unless told. */
    readonly policyNow?: () => ApprovalPolicy;
  } = {},
): Promise<Bot> {
  const opened = await openTestStore();
  const { store, clock, options } = opened;
  clock.set(storyBegins);
  await hire(store);

  const stepUp = makeStepUp({ store, newId: randomUUID });
  const failures: Failure[] = [];
  const dispatch = makeDispatch({
    commands: registry,
    context: {
      store,
      recorder: options.recorder,
      parseQuery,
      get policy() {
        return given.policyNow?.() ?? shippedPolicy;
      },
      prove: stepUp.prove,
      wayOf: (given.revokers ?? byHandOnly).wayOf,
      scenarios: scenariosIn(shippedScenarios),
      runbooks: given.runbooks ?? runbooksIn(shipped, (text) => options.recorder.sha256(text)),
      now: clock.now,
      newId: randomUUID,
      newNonce: () => randomBytes(32).toString('base64url'),
    },
    log: (failure) => failures.push(failure),
    redact: makeRedactor(store.fingerprint).redact,
  });
  const person = async (handle: string) => {
    const found = await store.people.byHandle(handle);
    if (found === undefined) throw new Error(`Nobody is called ${handle}.`);
    return found;
  };
  const say = async (line: string, as = 'ana', code?: Secret) => {
    const caller = { person: await person(as), room: `cli:${as}`, source: 'cli' } as const;
    return dispatch(code === undefined ? caller : { ...caller, code }, line);
  };
  return {
    store,
    opened,
    clock,
    dispatch,
    failures,
    person,
    stepUp,
    say,
    see: async (line, as, code) => viewOf(line, await say(line, as, code)),
    refused: async (line, as, code) => problemOf(line, await say(line, as, code)),
    timeline: async (chain) => store.timeline.latest(chain ?? (await newest(store)), 1_000),
  };
}

/** Kinds of the newest incident's events, in order. */
export async function kindsOf({ timeline }: Pick<Bot, 'timeline'>): Promise<readonly string[]> {
  return (await timeline()).map(({ kind }) => kind);
}

export { shown };

async function hire(store: Store): Promise<void> {
  const people = Object.entries(cast).map(([handle, permissions]) => ({
    id: randomUUID(),
    handle,
    name: handle.toUpperCase(),
    permissions,
    addedAt: storyBegins,
    revision: 0,
  }));
  await store.save({ people });
}

async function newest(store: Store): Promise<string> {
  const declared = await Promise.all(
    (await store.people.list()).map(({ id }) =>
      store.incidents.list(id, { closed: true, limit: 1 }),
    ),
  );
  const [last] = declared
    .flat()
    .toSorted((a, b) => b.declaredAt.getTime() - a.declaredAt.getTime());
  if (last === undefined) throw new Error('No incident was declared.');
  return last.id;
}

function viewOf(line: string, reply: Reply): View {
  if (reply.kind === 'view') return reply;
  throw new Error(`“${line}” was refused: ${reply.code}: ${reply.message}`);
}

function problemOf(line: string, reply: Reply): Problem {
  if (reply.kind === 'problem') return reply;
  throw new Error(`“${line}” was not refused: ${reply.title}`);
}
