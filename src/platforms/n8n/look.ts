import type { N8nExecution, N8nWorkflow } from './answers.ts';
import type { N8nClient } from './client.ts';

/** One look at everything, which serves the checks of many workflows at once. */
export type Look = {
  readonly at: Date;
  readonly workflows: ReadonlyMap<string, N8nWorkflow>;
};

/** Every workflow by a fresh listing: another path than the write, and than its answer. */
export async function lookAtWorkflows(client: N8nClient, signal: AbortSignal): Promise<Look> {
  const { items } = await client.workflows(signal);
  return { at: client.api.now(), workflows: new Map(items.map((item) => [item.id, item])) };
}

/** Executions by workflow. */
export type ByWorkflow = ReadonlyMap<string, readonly N8nExecution[]>;

/** Up to this many workflows are asked for one by one; for more, one list of all is cheaper. */
const fewWorkflows = 3;
const unended = ['running', 'waiting', 'new'] as const;
const unendedStatuses: ReadonlySet<string> = new Set(unended);

/** True while it runs, waits or is queued. */
export function isUnended({ status }: N8nExecution): boolean {
  return unendedStatuses.has(status);
}

/** True while an execution waits for a worker: it has no beginning yet, and will have one. */
export function isQueued({ status, startedAt }: N8nExecution): boolean {
  return status === 'new' && !startedAt;
}

/** What had not ended of all workflows, and when n8n was asked for it. */
type Sweep = { readonly at: Date; readonly executions: ByWorkflow };

/** How long a sweep may serve another look, in ms. */
const sweptForMs = 1_000;

/**
 * The sweep that is part of looking whether something is off, for the look beside it whether
 * anything still runs. Handed on once: two empty sweeps must be two.
 */
export class Swept {
  #last: Sweep | undefined;

  keep(sweep: Sweep): void {
    this.#last = sweep;
  }

  /** @param since it must have been begun after that, and a moment ago at the most before `now` */
  take(since: Date, now: Date): Sweep | undefined {
    const last = this.#last;
    this.#last = undefined;
    if (!last || last.at <= since) return undefined;
    return now.getTime() - last.at.getTime() <= sweptForMs ? last : undefined;
  }
}

/** What of these workflows has not ended: running, waiting and queued (`new`) executions. */
export async function unendedExecutions(
  client: N8nClient,
  workflows: readonly string[],
  signal: AbortSignal,
): Promise<ByWorkflow> {
  const wanted = new Set(workflows);
  const lists = await Promise.all(
    wanted.size <= fewWorkflows
      ? [...wanted].flatMap((workflow) =>
          unended.map((status) => client.executions({ status, workflow }, signal)),
        )
      : unended.map((status) => client.executions({ status }, signal)),
  );
  return byWorkflow(lists.flatMap(({ items }) => items));
}

/** Executions that were stopped after an instant on n8n's clock, by whomever. */
export async function canceledSince(
  client: N8nClient,
  workflows: readonly string[],
  since: Date,
  signal: AbortSignal,
): Promise<ByWorkflow> {
  const wanted = new Set(workflows);
  const isBefore = ({ stoppedAt }: N8nExecution) => stoppedAt instanceof Date && stoppedAt < since;
  const only = wanted.size === 1 ? workflows[0] : undefined;
  // Listed by their beginning, not their end: a page is the last only when all of it is older.
  const { items } = await client.executions(
    { status: 'canceled', ...(only === undefined ? {} : { workflow: only }) },
    signal,
    { until: (page) => page.every(isBefore) },
  );
  return byWorkflow(items.filter((one) => wanted.has(one.workflowId) && !isBefore(one)));
}

/** Executions that began while another was queued are listed after it, hence not quite by time. */
const disorderMs = 60_000;

/**
 * Executions that began after an instant on n8n's clock, and those that are queued to begin.
 *
 * @param swept is given what it lists of those that have not ended
 */
export async function executionsSince(
  client: N8nClient,
  since: Date,
  signal: AbortSignal,
  swept: Swept,
): Promise<ByWorkflow> {
  const before = since.getTime() - disorderMs;
  const at = client.api.now();
  const ended = client.executions({}, signal, {
    until: (page) => page.some(({ startedAt }) => startedAt && startedAt.getTime() < before),
  });
  const open = unended.map((status) => client.executions({ status }, signal));
  const [first, ...others] = await Promise.all([ended, ...open]);
  const unendedOnes = others.flatMap(({ items }) => items);
  swept.keep({ at, executions: byWorkflow(unendedOnes) });
  return byWorkflow(
    [...first.items, ...unendedOnes].filter(
      (one) => isQueued(one) || (one.startedAt && one.startedAt > since),
    ),
  );
}

function byWorkflow(executions: readonly N8nExecution[]): ByWorkflow {
  const groups = new Map<string, N8nExecution[]>();
  // One that ends between two lists is in both.
  for (const execution of new Map(executions.map((one) => [one.id, one])).values()) {
    const group = groups.get(execution.workflowId);
    if (group) group.push(execution);
    else groups.set(execution.workflowId, [execution]);
  }
  return groups;
}
