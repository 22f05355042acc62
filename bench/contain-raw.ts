/**
 * The best script that an engineer would write to switch many n8n workflows off and to know that
 * they are: no Firebreak code, no database, no journal, nothing to take up after a crash. It does
 * what Firebreak does of the platform: a list to read all of them again, a snapshot of each before it is
 * touched, the switch-off, a stop of what runs, and a read-back by other paths than the write.
 *
 * A process of its own: the first line on its input is the order, each line that it prints is what
 * happened and when. `contain.ts` starts it; by hand:
 *
 *   echo '{"baseUrl":"http://127.0.0.1:5678","key":"…","folder":"/tmp/snapshots","burst":100,
 *     "hooks":[{"id":"…","path":"…"}]}' | node bench/contain-raw.ts
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

const hook = z.object({ id: z.string(), path: z.string() });
const order = z.object({
  baseUrl: z.string(),
  key: z.string(),
  /** Where snapshots are kept, a file each. */
  folder: z.string(),
  /** So many are switched off before they are read back. */
  burst: z.number().int().positive(),
  hooks: z.array(hook),
});
type Hook = z.infer<typeof hook>;

tell('ready');
const { baseUrl, key, folder, burst, hooks } = order.parse(JSON.parse(await text(process.stdin)));
const api = `${baseUrl}/api/v1`;
const probesAtOnce = 4;
const lookAgainMs = 100;

const page = z.object({ data: z.array(z.unknown()), nextCursor: z.string().nullish() });
const listed = z.object({ id: z.string(), active: z.boolean(), versionId: z.string() });
const execution = z.object({ workflowId: z.string(), startedAt: z.string().nullish() });

/** Told line by line, so that whoever started this can ask from outside at once. */
function tell(what: 'ready' | 'wrote' | 'verified' | 'drifted' | 'done', id = ''): void {
  process.stdout.write(`${JSON.stringify({ what, id, at: Date.now() })}\n`);
}

async function call(method: string, path: string, body?: unknown): Promise<string> {
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: {
      'x-n8n-api-key': key,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return said;
}

async function list(path: string, onlyFirst = false): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const glue = path.includes('?') ? '&' : '?';
  let next = '';
  for (;;) {
    const { data, nextCursor } = page.parse(
      JSON.parse(await call('GET', `${path}${glue}limit=250${next}`)),
    );
    items.push(...data);
    if (!nextCursor || onlyFirst) return items;
    next = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

async function workflows(): Promise<ReadonlyMap<string, z.infer<typeof listed>>> {
  const items = (await list('/workflows')).map((item) => listed.parse(item));
  return new Map(items.map((item) => [item.id, item]));
}

/** What has not ended, by workflow. */
async function unended(): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(
    ['running', 'waiting', 'new'].map((status) => list(`/executions?status=${status}`)),
  );
  return new Set(lists.flat().map((item) => execution.parse(item).workflowId));
}

/** The live version with its publishing log, versions and executions: n8n drops some of it. */
async function snapshot({ id }: Hook, shared: readonly unknown[]): Promise<void> {
  const [workflow, history, executions] = await Promise.all([
    call('GET', `/workflows/${id}`),
    call('GET', `/workflows/${id}/history`),
    call('GET', `/executions?workflowId=${id}&limit=250`),
  ]);
  const kept = { workflow: JSON.parse(workflow), history: JSON.parse(history), executions, shared };
  await writeFile(join(folder, `${id}.json`), JSON.stringify(kept, undefined, 2));
}

/** n8n lists the methods that a path is registered for; nothing runs by it. */
async function isDead({ path }: Hook): Promise<boolean> {
  const answer = await fetch(`${baseUrl}/webhook/${path}`, {
    method: 'OPTIONS',
    headers: { origin: baseUrl, 'access-control-request-method': 'GET' },
  });
  await answer.arrayBuffer();
  return !answer.headers.get('access-control-allow-methods')?.includes('GET');
}

async function someAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: probesAtOnce }, lane));
}

/** Each of these is off by every path; the second such look counts, as with Firebreak. */
const looksWanted = 2;

async function readBack(some: readonly Hook[], since: Date): Promise<void> {
  const looks = new Map(some.map(({ id }) => [id, 0]));
  const open = () => some.filter(({ id }) => (looks.get(id) ?? 0) < looksWanted);
  for (let left = open(); left.length > 0; left = open()) {
    const dead = new Set<string>();
    // What was seen dead once stays so: n8n registers nothing by itself.
    const silent = (one: Hook) => looks.get(one.id) === 1 || dead.has(one.id);
    const unsure = left.filter((one) => !silent(one));
    await someAtOnce(unsure, async (one) => void ((await isDead(one)) && dead.add(one.id)));
    const isFirst = unsure.length > 0;
    const [all, running, ended] = await Promise.all([
      isFirst ? workflows() : undefined,
      unended(),
      isFirst ? list('/executions', true) : [],
    ]);
    const started = ended
      .map((item) => execution.parse(item))
      .filter((one) => one.startedAt && new Date(one.startedAt) > since);
    const busy = new Set([...running, ...started.map((one) => one.workflowId)]);
    for (const one of left) {
      const isOff = looks.get(one.id) === 1 || all?.get(one.id)?.active === false;
      const isQuiet = silent(one) && isOff && !busy.has(one.id);
      const seen = isQuiet ? (looks.get(one.id) ?? 0) + 1 : 0;
      looks.set(one.id, seen);
      if (seen === looksWanted) tell('verified', one.id);
    }
    if (open().length > 0) await delay(lookAgainMs);
  }
}

async function stopAll(some: readonly Hook[]): Promise<void> {
  const open = await unended();
  for (const { id } of some) {
    if (!open.has(id)) continue;
    const status = ['running', 'waiting', 'queued'];
    await call('POST', '/executions/stop', { status, workflowId: id });
  }
}

const before = await workflows();
const credentials = await list('/credentials');
const planned = hooks.filter(({ id }) => {
  const isAsPlanned = before.get(id)?.active === true;
  if (!isAsPlanned) tell('drifted', id);
  return isAsPlanned;
});
for (let start = 0; start < planned.length; start += burst) {
  const some = planned.slice(start, start + burst);
  const since = new Date();
  // The next snapshot is taken while n8n is busy with the last switch-off: seen to be quickest.
  let taken = snapshotOf(some[0]);
  for (const [index, one] of some.entries()) {
    await taken;
    taken = snapshotOf(some[index + 1]);
    await call('POST', `/workflows/${one.id}/deactivate`);
    tell('wrote', one.id);
  }
  await stopAll(some);
  await readBack(some, since);
}
tell('done');

async function snapshotOf(one: Hook | undefined): Promise<void> {
  if (one) await snapshot(one, credentials);
}
