/**
 * The best script that an engineer would write to switch many tabs of Node-RED off and to know that they
 * are: no Firebreak code, no database, no journal. The flow file is read once more, each tab is kept in a
 * file, one deploy switches all of them off, and then it is read back by other paths than the write.
 *
 * A process of its own as `contain-raw.ts`, whose order and lines these are; `key` is the token.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

const order = z.object({
  baseUrl: z.string(),
  key: z.string(),
  folder: z.string(),
  hooks: z.array(z.object({ id: z.string(), path: z.string() })),
});
const item = z.looseObject({ id: z.string(), type: z.string() });
const flowFile = z.object({ flows: z.array(item), rev: z.string() });

tell('ready');
const { baseUrl, key, folder, hooks } = order.parse(JSON.parse(await text(process.stdin)));
const v2 = { 'Node-RED-API-Version': 'v2' };
const probesAtOnce = 4;
const lookAgainMs = 100;
/** As in `contain-raw.ts`: the second look at which all is quiet counts. */
const looksWanted = 2;

function tell(what: 'ready' | 'wrote' | 'verified' | 'drifted' | 'done', id = ''): void {
  process.stdout.write(`${JSON.stringify({ what, id, at: Date.now() })}\n`);
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...v2,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'Node-RED-Deployment-Type': 'nodes' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return JSON.parse(said);
}

const flowsNow = async () => flowFile.parse(await call('GET', '/flows'));

/** Whether the address is registered, and whether the runtime knows the node that serves it. */
async function isDead({ id, path }: { id: string; path: string }): Promise<boolean> {
  const answer = await fetch(`${baseUrl}/${path}`, { method: 'OPTIONS' });
  await answer.arrayBuffer();
  const lives = await call('GET', `/context/node/${id}-1/raw-asks`);
  return answer.status === 404 && Object.keys(z.looseObject({}).parse(lives)).length === 0;
}

const { flows, rev } = await flowsNow();
const wanted = new Set(hooks.map(({ id }) => id));
const before = Map.groupBy(flows, (one) => z.string().catch(one.id).parse(one['z']));
for (const { id } of hooks) {
  const own = before.get(id) ?? [];
  if (own.some((one) => one.id === id && one['disabled'] === true)) tell('drifted', id);
  await writeFile(join(folder, `${id}.json`), JSON.stringify(own, undefined, 2));
}
const changed = flows.map((one) => (wanted.has(one.id) ? { ...one, disabled: true } : one));
await call('POST', '/flows', { flows: changed, rev });
for (const { id } of hooks) tell('wrote', id);

const looks = new Map<string, number>();
let open = hooks;
while (open.length > 0) {
  const dead = new Set<string>();
  const rest = [...open];
  const lane = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      if (await isDead(next)) dead.add(next.id);
    }
  };
  await Promise.all(Array.from({ length: probesAtOnce }, lane));
  const listed = new Map((await flowsNow()).flows.map((one) => [one.id, one]));
  for (const { id } of open) {
    const isOff = dead.has(id) && listed.get(id)?.['disabled'] === true;
    const seen = isOff ? (looks.get(id) ?? 0) + 1 : 0;
    looks.set(id, seen);
    if (seen === looksWanted) tell('verified', id);
  }
  open = open.filter(({ id }) => (looks.get(id) ?? 0) < looksWanted);
  if (open.length > 0) await delay(lookAgainMs);
}
tell('done');
