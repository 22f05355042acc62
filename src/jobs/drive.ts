import type { Connection } from '../domain/connection.ts';
import { workflowOf } from '../domain/evidence.ts';
import type { Action, Lever, Plan, PlanState, PlanTarget } from '../domain/plan.ts';
import { isFinal } from '../domain/verification.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Change } from '../store/store.ts';
import { Aside } from './aside.ts';
import { Beside } from './beside.ts';
import { CaptureBox } from './capture-box.ts';
import type { JobContext } from './job.ts';
import { Patience } from './patience.ts';
import { SharedRead } from './shared-read.ts';
import { Together } from './together.ts';
import type { Step } from './together.ts';

/** Evidence that a process sealed before it died is not collected again for so long, in ms. */
const sealedForMs = 60 * 60_000;
/** Whoever pauses or cancels a plan that waits is heard so soon, in ms. */
const noticesWithinMs = 2_000;

/**
 * One plan being carried out on one connection: the actions as they are stored, and the one way to
 * change them. Each `record` is stored as a whole, so a crash leaves what was done and no more.
 */
export class Drive {
  readonly context: JobContext;
  readonly plan: Plan;
  readonly connection: Connection;
  readonly platform: Platform;
  readonly signal: AbortSignal;
  readonly patience = new Patience(this);
  readonly aside = new Aside(this);
  readonly beside = new Beside(this);
  readonly captureBox = new CaptureBox();
  /** Ids of stops of which something was seen running while the plan was paused. */
  readonly seenRunning = new Set<string>();
  readonly #actions: Map<string, Action>;
  /** By lever and workflow. */
  readonly #ids: ReadonlyMap<string, string>;
  /** Verdicts above all, many in one transaction. */
  readonly #told: Together;
  /** Intents above all: a call waits for its own. What it must not wait for goes with the next one. */
  readonly #asked: Together;
  readonly #state: SharedRead<PlanState | undefined>;
  #sealed: Promise<ReadonlySet<string>> | undefined;

  constructor(options: {
    context: JobContext;
    plan: Plan;
    connection: Connection;
    platform: Platform;
    actions: readonly Action[];
    signal: AbortSignal;
  }) {
    this.context = options.context;
    this.plan = options.plan;
    this.connection = options.connection;
    this.platform = options.platform;
    this.signal = options.signal;
    this.#state = new SharedRead(() => options.context.store.plans.state(options.plan.id));
    const save = (change: Change) => options.context.store.save(change);
    const wait = (ms: number) => options.context.wait(ms, options.signal);
    this.#told = new Together(save, wait);
    this.#asked = new Together(save, wait);
    this.#actions = new Map(options.actions.map((action) => [action.id, action]));
    this.#ids = new Map(
      options.actions.map(({ id, lever, workflow }) => [`${lever} ${workflow}`, id]),
    );
  }

  get actions(): readonly Action[] {
    return [...this.#actions.values()];
  }

  /** Targets in the order of the plan, each with its actions in the order of levers. */
  get targets(): readonly (readonly Action[])[] {
    const targets = new Map<string, Action[]>();
    for (const action of this.actions.toSorted((a, b) => a.ordinal - b.ordinal)) {
      targets.set(action.workflow, [...(targets.get(action.workflow) ?? []), action]);
    }
    return [...targets.values()];
  }

  /** What was frozen of the workflow that an action is about. */
  targetOf({ connection, workflow }: Action): PlanTarget | undefined {
    return this.plan.targets.find((one) => one.id === workflow && one.connection === connection);
  }

  of(workflow: string, lever: Lever): Action | undefined {
    return this.#actions.get(this.#ids.get(`${lever} ${workflow}`) ?? '');
  }

  /** The action as it is stored now. */
  current(action: Action): Action {
    return this.#actions.get(action.id) ?? action;
  }

  /** What has been asked for and is not settled. */
  get unsettled(): readonly Action[] {
    return this.actions.filter((action) => !isFinal(action) && action.state !== 'planned');
  }

  /** Stores changed actions with their journal lines, evidence and events. */
  async record(step: Step): Promise<void> {
    const { events = [], evidence = [] } = step;
    const isToldOf = events.length > 0 || evidence.length > 0;
    await (isToldOf ? this.#told : this.#asked).store(step);
    this.#keep(step);
  }

  /** The same, for what may wait a moment for the next intent, where one is expected. */
  async recordWithNext(step: Step): Promise<void> {
    await this.#asked.storeWithNext(step);
    this.#keep(step);
  }

  /** Intents are to come, so that others may go with them. */
  expectIntents(): void {
    this.#asked.expectMore();
  }

  /** No more are to come. Resolves once nothing waits for one. */
  async expectNoIntents(): Promise<void> {
    await this.#asked.expectNoMore();
  }

  #keep({ actions }: Step): void {
    for (const action of actions) {
      this.#actions.set(action.id, { ...action, revision: action.revision + 1 });
    }
  }

  /** True for a workflow of which this plan has sealed evidence before, and not too long ago. */
  async hasSealed(workflow: string): Promise<boolean> {
    this.#sealed ??= this.#sealedLately();
    return (await this.#sealed).has(workflow);
  }

  async #sealedLately(): Promise<ReadonlySet<string>> {
    const { context, plan, connection } = this;
    const since = context.now().getTime() - sealedForMs;
    const sealed = await context.store.evidence.ofPlan(plan.incident, plan.id);
    const lately = sealed
      .filter(({ collectedAt }) => collectedAt.getTime() >= since)
      .flatMap((evidence) => workflowOf(evidence) ?? []);
    return new Set(lately.filter((key) => key.connection === connection.id).map(({ id }) => id));
  }

  /** What this plan is in now; undefined when it is no longer stored. */
  async state(): Promise<PlanState | undefined> {
    return this.#state.read();
  }

  /** True once nobody wants this plan any more; read while the platform puts us off. */
  async isCancelled(): Promise<boolean> {
    return (await this.state()) === 'cancelled';
  }

  /** True while somebody may let this plan go on later. */
  async isPaused(): Promise<boolean> {
    return (await this.#state.read()) === 'paused';
  }

  /** Waits so long, or until this plan is no longer in the state in which it is now, or was. */
  async waitUnlessChanged(
    ms: number,
    {
      signal = this.signal,
      from,
    }: { readonly signal?: AbortSignal; readonly from?: PlanState } = {},
  ): Promise<void> {
    const { now, wait } = this.context;
    const until = now().getTime() + ms;
    const before = ms > noticesWithinMs ? (from ?? (await this.state())) : undefined;
    for (let leftMs = ms; leftMs > 0;) {
      if (leftMs < ms && (await this.state()) !== before) return;
      await wait(Math.min(leftMs, noticesWithinMs), signal);
      leftMs = Math.min(leftMs - noticesWithinMs, until - now().getTime());
    }
  }

  /** True while somebody wants this plan to go on; read before each target. */
  async mayGoOn(): Promise<boolean> {
    this.signal.throwIfAborted();
    return (await this.#state.read()) === 'running';
  }
}
