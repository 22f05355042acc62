import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const readyWithinMs = 180_000;
const endsWithinMs = 10_000;
const keptLogCharacters = 200_000;

/** A running n8n, with what it printed. */
export type ServerProcess = {
  readonly baseUrl: string;
  readonly pid: number;
  /** The newest part of what it printed, for failure messages. */
  log(): string;
  /** Ends it and whatever it started; resolves when they are gone. */
  stop(): Promise<void>;
};

/**
 * Starts the n8n of an installation on a free loopback port and waits until it answers.
 *
 * It ends with this process, also when this one is killed.
 *
 * @param options.userFolder where it keeps its database; must be there
 * @param options.env        further settings of n8n
 * @throws Error with the end of its log when it is not ready in time
 */
export async function launchServer(options: {
  readonly installation: string;
  readonly userFolder: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<ServerProcess> {
  const { port, brokerPort } = await freePorts();
  const baseUrl = `http://127.0.0.1:${port}`;
  const preload = fileURLToPath(new URL('end-with-parent.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', preload, join(options.installation, 'node_modules', 'n8n', 'bin', 'n8n'), 'start'],
    {
      cwd: options.userFolder,
      env: { ...settings(baseUrl, port, brokerPort, options.userFolder), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own, so that its task runner can be ended with it.
      detached: true,
    },
  );
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
    await ready(baseUrl, child);
  } catch (cause) {
    await stop();
    throw new Error(`n8n did not start. The end of its log:\n${printed.slice(-4000)}`, { cause });
  }
  if (child.pid === undefined) throw new Error('n8n has no process id.');
  return { baseUrl, pid: child.pid, log: () => printed, stop };
}

function settings(
  baseUrl: string,
  port: number,
  brokerPort: number,
  userFolder: string,
): Record<string, string> {
  const { PATH = '', LANG = 'C.UTF-8', TMPDIR } = process.env;
  return {
    PATH,
    LANG,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    HOME: userFolder,
    N8N_USER_FOLDER: userFolder,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    // Else webhook and resume addresses name localhost, which may mean ::1.
    N8N_WEBHOOK_URL: `${baseUrl}/`,
    N8N_EDITOR_BASE_URL: baseUrl,
    N8N_ENCRYPTION_KEY: 'firebreak-tests-only',
    N8N_SECURE_COOKIE: 'false',
    // The estate calls a counting server on loopback.
    N8N_SSRF_PROTECTION_ENABLED: 'false',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    GENERIC_TIMEZONE: 'UTC',
    TZ: 'UTC',
  };
}

async function freePorts(): Promise<{ port: number; brokerPort: number }> {
  // Held open together, so that they differ.
  const [first, second] = [createServer(), createServer()];
  try {
    return { port: await openPort(first), brokerPort: await openPort(second) };
  } finally {
    first.close();
    second.close();
  }
}

async function openPort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

async function ready(baseUrl: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('It ended.');
    // `/healthz` answers before the migrations have run; the settings come with the last routes.
    if (
      (await answers(`${baseUrl}/healthz/readiness`)) &&
      (await answers(`${baseUrl}/rest/settings`))
    )
      return;
    await delay(250);
  }
  throw new Error(`No answer within ${readyWithinMs / 1000} seconds.`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
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
