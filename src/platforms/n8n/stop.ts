import type { Stopped } from '../platform.ts';
import type { N8nExecution } from './answers.ts';
import type { N8nClient } from './client.ts';
import { checkedId } from './ids.ts';
import { isQueued } from './look.ts';

/** So many queued executions are stopped at once. */
const queuedAtOnce = 10;
const pageOfExecutions = 100;

/**
 * Stops everything of one workflow that has not ended, and counts by reading back.
 *
 * The queued come first and the newest of them first, one call each: where n8n 2.40.7 limits how
 * many run at once, each that is taken out of the queue lets the oldest of the others begin, and so
 * does each that ends. So of 60 queued 30 began; when n8n was left to stop them all, 50 did, and
 * it said of all that they were stopped.
 */
export async function stop(client: N8nClient, id: string, signal: AbortSignal): Promise<Stopped> {
  checkedId('workflow', id);
  const found = await listOpen(client, id, signal).catch(async (error: unknown) => {
    // That it cannot be seen is no reason to let it run on. What it was is found out afterwards, by
    // what n8n lists as canceled since the stop was asked for.
    if (!signal.aborted) await client.stopAll(id, signal);
    throw error;
  });
  const wereQueued = found.queued;
  let open = found;
  if (wereQueued.length > 0) {
    await stopQueued(client, wereQueued, signal);
    open = await listOpen(client, id, signal);
  }
  const left = [...open.queued, ...open.running, ...open.waiting];
  if ((await client.stopAll(id, signal)) === undefined) await stopEach(client, left, signal);
  const met = [...new Set([...found.running, ...found.waiting, ...wereQueued, ...left])];
  const ended = await readBack(client, id, met, signal);
  const waited = new Set([...found.waiting, ...open.waiting]);
  const queued = new Set([...wereQueued, ...open.queued]);
  const neverBegan = (one: string): boolean => {
    const now = ended.get(one);
    return queued.has(one) && now?.status === 'canceled' && !now.startedAt;
  };
  const didEnd = (one: string): boolean =>
    !['canceled', undefined].includes(ended.get(one)?.status);
  const wereIdle = met.filter((one) => waited.has(one) || neverBegan(one));
  return {
    at: client.api.now(),
    stopped: met.filter((one) => ended.get(one)?.status === 'canceled').length,
    wereRunning: met.filter((one) => !waited.has(one) && !neverBegan(one) && !didEnd(one)),
    wereIdle,
    wereQueued: [...queued],
    neverBegan: met.filter(neverBegan).length,
  };
}

type Open = {
  readonly running: readonly string[];
  readonly waiting: readonly string[];
  readonly queued: readonly string[];
};

async function listOpen(client: N8nClient, id: string, signal: AbortSignal): Promise<Open> {
  const [running = [], waiting = [], queued = []] = await Promise.all(
    (['running', 'waiting', 'new'] as const).map(async (status) => {
      const { items } = await client.executions({ status, workflow: id }, signal);
      // The filter is n8n's; that it was applied is checked, because what is listed here is stopped.
      return items.filter((execution) => execution.workflowId === id).map((one) => one.id);
    }),
  );
  return { running, waiting, queued };
}

async function stopQueued(
  client: N8nClient,
  queued: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const rest = queued.toSorted((one, other) => Number(other) - Number(one));
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      await client.stopOne(next, signal);
    }
  };
  await Promise.all(Array.from({ length: queuedAtOnce }, worker));
}

async function stopEach(
  client: N8nClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const id of ids) await client.stopOne(id, signal);
}

/** What became of them; of what n8n does not list as ended, nothing. */
async function readBack(
  client: N8nClient,
  workflow: string,
  met: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, N8nExecution>> {
  if (met.length === 0) return new Map();
  const oldest = Math.min(...met.map(Number));
  // Without a status n8n lists all but the running, the highest id first.
  const { items } = await client.executions({ workflow }, signal, {
    size: pageOfExecutions,
    until: (page) => page.some(({ id }) => Number(id) <= oldest),
  });
  const ended = items.filter((one) => !isQueued(one) && one.status !== 'waiting');
  return new Map(ended.map((one) => [one.id, one]));
}
