import { cursorOf, cursorText, limitOf, Refused } from './fake-answers.ts';
import type { FakeVersion } from './fake-definitions.ts';
import { FakeQueue } from './fake-queue.ts';

/** The states in which n8n's executions can be. `new` is queued. */
export const fakeStatuses = [
  'canceled',
  'crashed',
  'error',
  'new',
  'running',
  'success',
  'unknown',
  'waiting',
] as const;
export type FakeStatus = (typeof fakeStatuses)[number];

/** What is left to do when a waiting execution goes on. */
export type Continuation = {
  readonly version: FakeVersion;
  readonly nodes: readonly string[];
  readonly items: readonly Item[];
};

/** What flows between nodes. */
export type Item = { readonly json: Readonly<Record<string, unknown>> };

export type FakeExecution = {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowVersionId: string;
  readonly mode: string;
  readonly createdAt: string;
  /** Null while it is queued. */
  startedAt: string | null;
  status: FakeStatus;
  stoppedAt: string | null;
  waitTill: string | null;
  rest?: Continuation;
};

/** What the fake ran, runs and has waiting. */
export class FakeExecutions {
  readonly all = new Map<string, FakeExecution>();
  /** Called for each execution that is stopped while it runs; n8n then starts the error workflow. */
  onStopped: (execution: FakeExecution) => void = () => undefined;
  readonly #now: () => Date;
  #count = 0;

  readonly #queue: FakeQueue;

  /** @param options.atOnce how many may run at once in production; absent is no limit */
  constructor(options: { readonly now: () => Date; readonly atOnce?: number }) {
    this.#now = options.now;
    this.#queue = new FakeQueue(options.atOnce);
  }

  /** Starts one as soon as there is a place for it; until then it is queued. */
  async begin(workflowId: string, workflowVersionId: string, mode: string): Promise<FakeExecution> {
    const execution = this.start(workflowId, workflowVersionId, mode);
    const turn = this.#queue.enter(execution.id, mode);
    if (!turn) return execution;
    execution.status = 'new';
    execution.startedAt = null;
    await turn;
    execution.status = 'running';
    execution.startedAt = this.#now().toISOString();
    return execution;
  }

  start(
    workflowId: string,
    workflowVersionId: string,
    mode: string,
    status: FakeStatus = 'running',
  ): FakeExecution {
    this.#count += 1;
    const createdAt = this.#now().toISOString();
    const execution: FakeExecution = {
      id: String(this.#count),
      workflowId,
      workflowVersionId,
      mode,
      createdAt,
      startedAt: status === 'new' ? null : createdAt,
      status,
      stoppedAt: null,
      waitTill: null,
    };
    this.all.set(execution.id, execution);
    return execution;
  }

  /** Ends it, unless it was stopped meanwhile: that state stays. */
  finish(execution: FakeExecution, status: FakeStatus, keep: boolean): void {
    if (execution.status === 'canceled') return;
    execution.status = status;
    execution.stoppedAt = this.#now().toISOString();
    if (!keep) this.all.delete(execution.id);
    this.#queue.leave(execution.id);
  }

  /** How often a workflow was started. Those that are not kept are not counted. */
  of(workflowId: string): readonly FakeExecution[] {
    return [...this.all.values()].filter((each) => each.workflowId === workflowId);
  }

  list(query: URLSearchParams): { readonly data: unknown[]; readonly nextCursor: string | null } {
    const status = query.get('status');
    if (status !== null && !fakeStatuses.some((known) => known === status)) {
      const known = fakeStatuses.map((each) => `'${each}'`).join(' | ');
      throw new Refused(
        400,
        `request/query/status Invalid enum value. Expected ${known}, received '${status}'`,
      );
    }
    const cursor = cursorOf(query);
    const limit = cursor?.limit ?? limitOf(query);
    // An empty id is no filter at all.
    const workflow = query.get('workflowId') || undefined;
    const after = instantOf(query, 'startedAfter');
    const before = instantOf(query, 'startedBefore');
    const found = [...this.all.values()]
      .filter((each) => workflow === undefined || each.workflowId === workflow)
      // Without a status n8n leaves out what is running.
      .filter((each) => (status === null ? each.status !== 'running' : each.status === status))
      .filter((each) => after === undefined || Date.parse(each.startedAt ?? '') > after)
      .filter((each) => before === undefined || Date.parse(each.startedAt ?? '') < before)
      .toSorted((one, other) => Number(other.id) - Number(one.id))
      .filter((each) => cursor?.lastId === undefined || Number(each.id) < Number(cursor.lastId));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const nextCursor =
      last && found.length > page.length ? cursorText({ lastId: last.id, limit }) : null;
    return { data: page.map(listed), nextCursor };
  }

  get(id: string): object {
    const found = this.all.get(id);
    if (!found) throw new Refused(404, 'Not Found');
    return {
      ...listed(found),
      createdAt: found.createdAt,
      deletedAt: null,
      workflowVersionId: found.workflowVersionId,
    };
  }

  stop(id: string): object {
    if (!/^\d+$/.test(id)) {
      throw new Refused(400, 'request/params/executionId must be a positive integer');
    }
    const found = this.all.get(id);
    if (!found) throw new Refused(404, 'Failed to find execution to stop');
    if (!isStoppable(found.status)) {
      throw new Refused(
        409,
        `Only running or waiting executions can be stopped and ${id} is currently ${found.status}`,
      );
    }
    this.#cancel(found);
    const { mode, startedAt, stoppedAt } = found;
    return { mode, startedAt, stoppedAt, finished: false, status: 'canceled' };
  }

  /** Stops all of these states: of one workflow, or of every workflow when no id is given. */
  stopMany(
    states: readonly string[],
    workflowId: string | undefined,
  ): { readonly stopped: number } {
    const wanted = new Set(states.map((state) => (state === 'queued' ? 'new' : state)));
    const found = [...this.all.values()].filter(
      (each) =>
        wanted.has(each.status) && (workflowId === undefined || each.workflowId === workflowId),
    );
    for (const each of found) this.#cancel(each);
    return { stopped: found.length };
  }

  #cancel(execution: FakeExecution): void {
    const wasRunning = execution.status === 'running';
    execution.status = 'canceled';
    execution.stoppedAt = this.#now().toISOString();
    execution.waitTill = null;
    delete execution.rest;
    if (wasRunning) this.onStopped(execution);
    if (!this.#queue.takeOut(execution.id)) this.#queue.leave(execution.id);
  }
}

function isStoppable(status: FakeStatus): boolean {
  return status === 'running' || status === 'waiting' || status === 'new';
}

function listed(execution: FakeExecution): object {
  const { id, mode, status, startedAt, stoppedAt, workflowId, waitTill } = execution;
  const finished = status === 'success';
  return {
    id,
    finished,
    mode,
    retryOf: null,
    retrySuccessId: null,
    status,
    startedAt,
    stoppedAt,
    workflowId,
    waitTill,
  };
}

function instantOf(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const at = Date.parse(given);
  if (Number.isNaN(at)) throw new Refused(400, `request/query/${name} Invalid datetime`);
  return at;
}
