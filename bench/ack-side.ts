/** One side of `ack.ts`: a process of its own, what it is told, and what it tells of itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { z } from 'zod';

/** What an app is told at its start. */
export const order = z.object({
  /** Its channels begin so, and are numbered. */
  prefix: z.string(),
  channels: z.int().positive(),
  apiUrl: z.string(),
  botToken: z.string(),
  appToken: z.string(),
  signingSecret: z.string(),
  /** A folder of its own, or one that it shares with the others on the same PostgreSQL. */
  dataDir: z.string(),
  /** Absent for the embedded database. */
  databaseUrl: z.string().exactOptional(),
  /** Of Firebreak: how many commands it knows. */
  commands: z.int().positive().exactOptional(),
  /** Of a bare app: whether it inserts a row before it acks. */
  inserts: z.boolean().exactOptional(),
});
export type Order = z.infer<typeof order>;

const ready = z.object({ port: z.number() });
const spent = z.object({ cpuMs: z.number() });

/** A process of ours, and the time on the processors that it has spent so far. */
export type Side = {
  readonly port: number;
  readonly cpuMs: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const endWithParent = new URL('../src/testing/end-with-parent.ts', import.meta.url).href;

/** Starts it and waits until it listens. */
export async function startSide(file: string, given: Order): Promise<Side> {
  const path = new URL(file, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', endWithParent, path, JSON.stringify(given)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const next = async (): Promise<unknown> => {
    const gone = ended.then(() => Promise.reject(new Error(`${file} has ended.`)));
    const [message]: unknown[] = await Promise.race([once(child, 'message'), gone]);
    return message;
  };
  const { port } = ready.parse(await next());
  return {
    port,
    cpuMs: async () => {
      const said = next();
      child.send('cpu');
      return spent.parse(await said).cpuMs;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In the process itself: its order. */
export function orderGiven(): Order {
  return order.parse(JSON.parse(process.argv[2] ?? ''));
}

/** In the process itself: says that it listens, and from then on tells what it has spent. */
export function tellReady(port: number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000 });
  });
  // It would keep the process alive, which ends with the one that started it.
  process.channel?.unref();
  process.send?.({ port });
}
