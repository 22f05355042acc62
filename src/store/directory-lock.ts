import { realpath, stat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '../errors.ts';
import { errorCode } from './database.ts';

const lockName = 'firebreak.lock';
/** What every unix takes as the path of a socket, in bytes; Linux takes 107, macOS 103. */
const longestPath = 100;
const turnTries = 100;
const turnMs = 20;

/** A data directory that this process has for itself. */
export type DirectoryLock = { readonly release: () => Promise<void> };

/**
 * Takes a data directory for this process alone, or says who has it.
 *
 * The lock is a listening socket, which dies with its process however that ends; only its name
 * stays, and a name at which nobody answers is taken over.
 *
 * @throws UserError `conflict` when another process has the directory
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const real = await realpath(dir);
  const path = join(real, lockName);
  if (Buffer.byteLength(path) > longestPath) {
    throw new UserError('bad_input', `The path of the data directory is too long: ${dir}`, {
      hint: `Choose a directory whose path has at most ${longestPath - lockName.length - 1} bytes.`,
    });
  }
  // Two processes that both find a dead name must not both take it over: the second would unlink
  // the socket of the first. So they take turns.
  const turn = await takeTurn(real);
  try {
    const server = await listen(path, dir);
    return { release: () => close(server) };
  } finally {
    await turn?.release();
  }
}

async function listen(path: string, dir: string): Promise<Server> {
  const server = await tryListen(path);
  if (server !== undefined) return server;
  if (await somebodyAnswers(path)) throw taken(dir);
  await unlink(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  const second = await tryListen(path);
  if (second === undefined) throw taken(dir);
  return second;
}

function taken(dir: string): UserError {
  return new UserError(
    'conflict',
    `Another Firebreak process has the data directory ${dir} open.`,
    {
      hint: 'Start `npm start` once and let every shell speak through it, or wait for that process to end.',
    },
  );
}

/** Undefined when the name is in use. */
async function tryListen(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      // A lock alone does not keep a process alive.
      server.unref();
      resolve(server);
    });
  });
}

async function somebodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? '')) resolve(false);
      else if (['EAGAIN', 'ECONNRESET', 'EPIPE'].includes(errorCode(error) ?? '')) resolve(true);
      else reject(error);
    });
  });
}

/**
 * A turn at looking at and replacing the lock. It is a socket in Linux's abstract namespace, which
 * has no file that could be left behind. Elsewhere there is none, and two starts within the same
 * millisecond after a crash remain possible.
 */
async function takeTurn(dir: string): Promise<DirectoryLock | undefined> {
  const { dev, ino } = await stat(dir, { bigint: true });
  for (let tries = 0; tries < turnTries; tries += 1) {
    try {
      const server = await tryListen(`\0firebreak-turn-${dev}-${ino}`);
      if (server !== undefined) return { release: () => close(server) };
    } catch {
      return undefined;
    }
    await delay(turnMs);
  }
  throw taken(dir);
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
