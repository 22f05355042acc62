import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const readyWithinMs = 180_000;
const endsWithinMs = 10_000;
const keptLogCharacters = 200_000;

/** A running server, with what it printed. */
export type ServerProcess = {
  readonly baseUrl: string;
  readonly pid: number;
  /** The newest part of what it printed, for failure messages. */
  log(): string;
  /** Ends it and whatever it started; resolves when they are gone. */
  stop(): Promise<void>;
};

/**
 * Starts a server on loopback with this process's own Node and waits until it answers.
 *
 * It ends with this process, also when this one is killed.
 *
 * @param options.words what Node is to run
 * @param options.ready paths that answer well once it is ready
 * @throws Error with the end of its log when it is not ready in time
 */
export async function launchNode(options: {
  readonly name: string;
  readonly words: readonly string[];
  readonly baseUrl: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ready: readonly string[];
}): Promise<ServerProcess> {
  const { name, baseUrl } = options;
  const preload = fileURLToPath(new URL('end-with-parent.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', preload, ...options.words], {
    cwd: options.folder,
    env: { ...ownEnvironment(options.folder), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-keptLogCharacters);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const endNow = (): void => killGroup(child, 'SIGKILL');
  process.once('exit', endNow);
  const stop = async (): Promise<void> => {
    process.off('exit', endNow);
    await end(child);
  };
  try {
    await ready(options.ready, baseUrl, child);
  } catch (cause) {
    await stop();
    throw new Error(`${name} did not start. The end of its log:\n${printed.slice(-4000)}`, {
      cause,
    });
  }
  if (child.pid === undefined) throw new Error(`${name} has no process id.`);
  return { baseUrl, pid: child.pid, log: () => printed, stop };
}

function ownEnvironment(home: string): Record<string, string> {
  const { PATH = '', LANG = 'C.UTF-8', TMPDIR } = process.env;
  return { PATH, LANG, ...(TMPDIR === undefined ? {} : { TMPDIR }), HOME: home, TZ: 'UTC' };
}

/** Free ports on loopback, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  // Held open together, so that they differ.
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(servers.map(openPort));
  } finally {
    for (const server of servers) server.close();
  }
}

async function openPort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

async function ready(
  paths: readonly string[],
  baseUrl: string,
  child: ChildProcess,
): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('It ended.');
    let isReady = true;
    for (const path of paths) isReady &&= await answers(`${baseUrl}${path}`);
    if (isReady) return;
    await delay(100);
  }
  throw new Error(`No answer within ${readyWithinMs / 1000} seconds.`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    killGroup(child, 'SIGTERM');
    const patience = new AbortController();
    await Promise.race([ended, delay(endsWithinMs, undefined, { signal: patience.signal })]);
    patience.abort();
    if (child.exitCode === null && child.signalCode === null) {
      killGroup(child, 'SIGKILL');
      await ended;
    }
  }
  killGroup(child, 'SIGKILL');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
