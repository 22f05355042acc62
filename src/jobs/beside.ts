import type { Action } from '../domain/plan.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { span } from '../domain/wording.ts';
import type { Drive } from './drive.ts';

/** So long the others wait for one call where its platform says nothing else, in ms. */
const holdsUpMs = 3_000;
/**
 * So much is left beside the others at once: a platform that answers nothing is not flooded. Where
 * many leave in one write there is no such bound: all of them are asked already.
 */
const besideAtMost = 8;
/** Of so many is told one by one; after that it is no longer about each of them. */
const toldOneByOne = 3;

/**
 * What nobody waits for: a call that takes long is not cut, for a slow yes is a yes, but the others
 * go on beside it. Nothing else is done about an action while that lasts, so no second call is ever
 * made while the first one is open.
 */
export class Beside {
  readonly #drive: Drive;
  /** Ids of actions one of whose calls takes long. */
  readonly #slow = new Set<string>();
  /** Of calls that are made at once: ids of their actions, by call. */
  readonly #queued = new Map<symbol, string>();
  #sinceAnswer: NodeJS.Timeout | undefined;
  /** By id, what tells whoever waits that this one takes long. */
  readonly #held = new Map<string, () => void>();
  /** By id; they never reject. */
  readonly #open = new Map<string, Promise<void>>();
  /** Workflows of what has ended beside the others. */
  #ended = new Set<string>();
  #failure: { readonly error: unknown } | undefined;
  /** Refs of targets of which it was told that no answer came. */
  readonly #told = new Set<string>();
  #isUsed: boolean | undefined;

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  /** True while work on this action goes on beside the others. */
  has({ id }: Action): boolean {
    return this.#open.has(id);
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  get hasEnded(): boolean {
    return this.#ended.size > 0;
  }

  /** Workflows of what has ended beside the others since this was last asked. */
  takeEnded(): ReadonlySet<string> {
    const ended = this.#ended;
    this.#ended = new Set();
    return ended;
  }

  /**
   * Works on an action, unless that goes on already, and resolves when it is done or one of its calls
   * takes long.
   *
   * @param work gets what resolves once nobody waits for it any more
   */
  async give(action: Action, work: (left: Promise<void>) => Promise<void>): Promise<void> {
    if (this.has(action)) return;
    const { id } = action;
    const isSlow = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    this.#held.set(id, isSlow.resolve);
    if (this.#slow.has(id)) isSlow.resolve();
    const under = work(left.promise).finally(() => this.#held.delete(id));
    await Promise.race([under, isSlow.promise]);
    const atMost = this.#isInOneWrite ? Infinity : besideAtMost;
    while (this.#held.has(id) && this.#open.size >= atMost) {
      await Promise.race([under, ...this.#open.values()]);
    }
    if (!this.#held.has(id)) return under;
    const afterMs = this.#boundMs;
    this.#leave(action, under);
    left.resolve();
    return this.#tell(action, afterMs);
  }

  /**
   * Makes a call about an action, and lets the others go on when it takes long. A write in which many
   * leave holds up none of them: each waits for the same answer.
   */
  async timed<T>(
    { id }: Action,
    { isWrite }: { readonly isWrite: boolean },
    call: () => Promise<T>,
  ): Promise<T> {
    if (!this.#mayLeave() || (isWrite && this.#isInOneWrite)) return call();
    const answered = this.#isInOneWrite ? this.#queue(id) : this.#time(id);
    try {
      return await call();
    } finally {
      answered();
      this.#slow.delete(id);
    }
  }

  #time(id: string): () => void {
    const timer = setTimeout(() => this.#takesLong(id), this.#boundMs);
    return () => clearTimeout(timer);
  }

  /** What waits behind others for its answer takes long only once none of them gets any. */
  #queue(id: string): () => void {
    const call = Symbol(id);
    this.#queued.set(call, id);
    this.#sinceAnswer ??= this.#untilAnswer();
    return () => {
      this.#queued.delete(call);
      clearTimeout(this.#sinceAnswer);
      this.#sinceAnswer = this.#queued.size > 0 ? this.#untilAnswer() : undefined;
    };
  }

  #untilAnswer(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#sinceAnswer = undefined;
      for (const id of this.#queued.values()) this.#takesLong(id);
    }, this.#boundMs);
  }

  #takesLong(id: string): void {
    this.#slow.add(id);
    this.#held.get(id)?.();
  }

  /** Resolves once one of them has ended, at once where one has, or where none is open. */
  async anyEnds(): Promise<void> {
    if (this.#ended.size === 0) await Promise.race(this.#open.values());
    if (this.#failure) throw this.#failure.error;
  }

  /**
   * Resolves once all have ended.
   *
   * @returns true when there were any
   */
  async settled(): Promise<boolean> {
    const wasOpen = this.isOpen;
    await this.over();
    if (this.#failure) throw this.#failure.error;
    return wasOpen;
  }

  /** As `settled`, whatever became of them. */
  async over(): Promise<void> {
    while (this.isOpen) await Promise.all(this.#open.values());
  }

  #leave({ id, workflow }: Action, under: Promise<void>): void {
    const ends = under
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#open.delete(id);
        this.#ended.add(workflow);
      });
    this.#open.set(id, ends);
  }

  /** One alone holds up nobody. */
  #mayLeave(): boolean {
    return (this.#isUsed ??= this.#drive.targets.length > 1);
  }

  get #isInOneWrite(): boolean {
    return this.#drive.platform.pace.inOneWrite === true;
  }

  /** Where one gives no answer, the next that gives none is no surprise. */
  get #boundMs(): number {
    const first = this.#drive.platform.pace.holdsUpMs ?? holdsUpMs;
    return this.isOpen ? first / 3 : first;
  }

  async #tell({ ref, workflow, workflowName }: Action, afterMs: number): Promise<void> {
    if (this.#told.has(ref) || this.#told.size > toldOneByOne) return;
    this.#told.add(ref);
    const { plan, connection, context } = this.#drive;
    const isOne = this.#told.size <= toldOneByOne;
    const text = isOne
      ? `no answer about ${ref} “${workflowName}” came within ${span(afterMs)}. Nobody waits for it: its answer is taken beside the others.`
      : 'no answer came in time about others, either; theirs are taken in the same way.';
    const event: NewTimelineEvent = {
      chain: plan.incident,
      kind: 'plan_put_off',
      actor: { kind: 'firebreak' },
      source: 'job',
      occurredAt: context.now(),
      text: `${plan.name}: ${text}`,
      data: { plan: plan.name, connection: connection.id, ...(isOne ? { ref, workflow } : {}) },
    };
    await this.#drive.record({ actions: [], events: [event] });
  }
}
