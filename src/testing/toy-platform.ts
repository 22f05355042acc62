import { randomUUID } from 'node:crypto';

import type { Coverage } from '../domain/connection.ts';
import type { NotHad } from '../domain/evidence.ts';
import type { HolderNow } from '../domain/holders.ts';
import type { Fact, Inventory, WorkflowRecord } from '../domain/inventory.ts';
import type { Json } from '../domain/json.ts';
import type { Structure } from '../domain/structure.ts';
import type { Proof, Reading } from '../domain/verification.ts';
import { PlatformError } from '../errors.ts';
import type { JobContext } from '../jobs/job.ts';
import { capturedGaps } from '../platforms/captured.ts';
import type {
  Accepted,
  Captured,
  Check,
  Observation,
  Pace,
  Platform,
  ProbeResult,
  Stopped,
} from '../platforms/platform.ts';
import { makeRecorder } from '../record/recorder.ts';
import type { Revokers } from '../revokers/revoker.ts';
import type { Store } from '../store/store.ts';
import { byHandOnly } from './by-hand-only.ts';
import { allCapabilities } from './nouns.ts';
import type { TestClock } from './store.ts';

/** One workflow of the toy platform, as it really is. */
export type ToyWorkflow = {
  id: string;
  name: string;
  active: boolean;
  version: number;
  running: number;
  facts: Fact[];
  /** Looks that still see it alive after it was disabled: the platform is slow. */
  slowLooks: number;
  /** It answers "accepted" and stays alive. */
  lies: boolean;
  /** Runs that appear after each of so many stops. */
  respawns: number;
  doubts: string[];
  /** Who has its address just now, by id. */
  heldBy?: string;
  notBefore?: Date;
  /** What it is made of. */
  structure?: Structure;
  changedBy?: string;
};

/**
 * The smallest platform there is, in memory and without HTTP, for tests of the engine alone. It
 * counts what it is asked, and can be told to fail at any call.
 */
export class ToyPlatform implements Platform {
  readonly kind = 'n8n';
  pace: Pace = { burst: 3, atOnce: 1, settleMs: 60_000 };
  readonly workflows = new Map<string, ToyWorkflow>();
  readonly calls: string[] = [];
  /** What it does not give out of any workflow that is captured. */
  notHad: readonly NotHad[] = [];
  /** Asked before each call: what it returns is thrown instead of the call's effect. */
  fail: (call: string) => Error | undefined = () => undefined;
  /** What it says that it does not show. */
  gaps: readonly string[] = [];
  /** What happens before a call answers. */
  meanwhile: (call: string) => Promise<unknown> | undefined = () => undefined;
  /** Asked after a call had its effect: what it returns is thrown instead of the answer. */
  cut: (call: string) => Error | undefined = () => undefined;
  /** What it says that the account is and may do. */
  account: ProbeResult = {
    identity: 'toy',
    capabilities: allCapabilities,
    missing: [],
    excess: [],
  };
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  add(id: string, overrides: Partial<ToyWorkflow> = {}): ToyWorkflow {
    const workflow: ToyWorkflow = {
      id,
      name: `Workflow ${id}`,
      active: true,
      version: 1,
      running: 0,
      facts: [],
      slowLooks: 0,
      lies: false,
      respawns: 0,
      doubts: [],
      ...overrides,
    };
    this.workflows.set(id, workflow);
    return workflow;
  }

  probe(): Promise<ProbeResult> {
    return this.#call('probe', () => this.account);
  }

  takeInventory(): Promise<Inventory> {
    return this.#call('inventory', () => ({
      takenAt: this.#now(),
      workflows: [...this.workflows.values()].map(recordOf),
      credentials: [],
      users: [],
      coverage: this.#coverage(),
    }));
  }

  observe(id: string): Promise<Observation> {
    return this.#call(`observe ${id}`, () => {
      const workflow = this.#get(id);
      return {
        hash: hashOf(workflow),
        contentHash: `v${workflow.version}`,
        name: workflow.name,
        active: workflow.active,
        memo: { version: workflow.version },
        byHand: ['The editor can still run it by hand.'],
        ...(workflow.structure ? { structures: [workflow.structure] } : {}),
      };
    });
  }

  capture(id: string): Promise<readonly Captured[]> {
    return this.#call(`capture ${id}`, () => [
      {
        title: 'live-version.json',
        mediaType: 'application/json',
        bytes: Buffer.from(JSON.stringify({ id, version: this.#get(id).version })),
      },
      ...capturedGaps(this.notHad),
    ]);
  }

  disable(id: string): Promise<Accepted> {
    return this.#call(`disable ${id}`, () => {
      const workflow = this.#get(id);
      const answer = workflow.active ? 'accepted' : 'already';
      if (!workflow.lies) workflow.active = false;
      return { at: this.#now(), answer };
    });
  }

  stop(id: string): Promise<Stopped> {
    return this.#call(`stop ${id}`, () => {
      const workflow = this.#get(id);
      const stopped = workflow.running;
      workflow.running = workflow.respawns > 0 ? 1 : 0;
      workflow.respawns = Math.max(0, workflow.respawns - 1);
      const wereRunning = Array.from({ length: stopped }, (_, run) => `${id}-run${run}`);
      return { at: this.#now(), stopped, wereRunning, wereIdle: [] };
    });
  }

  enable(id: string, memo: Json): Promise<Accepted> {
    return this.#call(`enable ${id} ${JSON.stringify(memo)}`, () => {
      const workflow = this.#get(id);
      workflow.active = true;
      return { at: this.#now(), answer: 'accepted' };
    });
  }

  checkDisabled(targets: readonly Check[]): Promise<readonly Reading[]> {
    return this.#look('check-disabled', targets, (workflow) => {
      const slow = workflow.slowLooks > 0;
      if (slow) workflow.slowLooks -= 1;
      return !slow && !workflow.active;
    });
  }

  checkStopped(targets: readonly Check[]): Promise<readonly Reading[]> {
    return this.#look('check-stopped', targets, (workflow) => workflow.running === 0);
  }

  checkEnabled(targets: readonly Check[]): Promise<readonly Reading[]> {
    return this.#look('check-enabled', targets, (workflow) => workflow.active);
  }

  #look(
    call: string,
    targets: readonly Check[],
    holds: (workflow: ToyWorkflow) => boolean,
  ): Promise<readonly Reading[]> {
    return this.#call(call, () =>
      targets.map((target) => {
        const workflow = this.#get(target.workflow);
        const agrees = holds(workflow);
        const proof: Proof = {
          method: 'toy',
          finding: agrees ? 'agrees' : 'contradicts',
          text: agrees ? 'It holds.' : 'It does not hold.',
          at: this.#now(),
        };
        const { notBefore } = workflow;
        const holders = this.#holdersOf(workflow, target);
        return {
          workflow: target.workflow,
          proofs: [proof],
          doubts: workflow.doubts,
          ...(holders.length > 0 ? { holders } : {}),
          ...(notBefore ? { notBefore: { at: notBefore, why: 'It fires next then.' } } : {}),
        };
      }),
    );
  }

  #holdersOf({ heldBy }: ToyWorkflow, { holders = [] }: Check): readonly HolderNow[] {
    const there = heldBy === undefined ? [] : [{ id: heldBy, at: this.#now() }];
    return [
      ...there.map(({ id, at }): HolderNow => {
        const { name } = this.#get(id);
        return { id, name, how: 'answered', at, stands: 'there' };
      }),
      ...holders
        .filter(({ id }) => id !== heldBy)
        .map((one): HolderNow => ({
          ...one,
          stands: this.workflows.has(one.id) ? 'can_return' : 'gone',
        })),
    ];
  }

  #call<T>(name: string, effect: () => T): Promise<T> {
    this.calls.push(name);
    const failure = this.fail(name);
    if (failure) return Promise.reject(failure);
    try {
      const answer = effect();
      const cut = this.cut(name);
      const until = this.meanwhile(name) ?? Promise.resolve();
      return cut ? Promise.reject(cut) : until.then(() => answer);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error('not an error'));
    }
  }

  #get(id: string): ToyWorkflow {
    const workflow = this.workflows.get(id);
    if (!workflow) throw new PlatformError('n8n', 'not_found', 'The platform does not know it.');
    return workflow;
  }

  #coverage(): Coverage {
    return {
      workflows: this.workflows.size,
      credentials: 0,
      users: 0,
      runtimeHosts: { nodes: 0, workflows: 0 },
      gaps: this.gaps,
    };
  }
}

function hashOf(workflow: ToyWorkflow): string {
  return `${workflow.id}-v${workflow.version}-${workflow.active ? 'on' : 'off'}`;
}

function recordOf(workflow: ToyWorkflow): WorkflowRecord {
  return {
    id: workflow.id,
    name: workflow.name,
    active: workflow.active,
    archived: false,
    tags: [],
    hash: hashOf(workflow),
    contentHash: `v${workflow.version}`,
    draftDiffers: false,
    savesExecutions: true,
    facts: workflow.facts,
    ...(workflow.structure ? { structures: [workflow.structure] } : {}),
    ...(workflow.changedBy === undefined ? {} : { changedBy: workflow.changedBy }),
  };
}

/** What jobs need, on a store and a toy; the clock moves when they wait. */
export function toyJobs(
  store: Store,
  clock: TestClock,
  toy: Platform,
  revokers: Revokers = byHandOnly,
): JobContext {
  return {
    store,
    revokers,
    recorder: makeRecorder(),
    platformOf: async (id) => {
      const known = await store.connections.byId(id);
      if (!known) throw new Error('The test has no such connection.');
      return { connection: known, platform: toy };
    },
    now: clock.now,
    newId: randomUUID,
    wait: (ms, signal) => {
      signal.throwIfAborted();
      clock.forward(ms);
      return Promise.resolve();
    },
  };
}
