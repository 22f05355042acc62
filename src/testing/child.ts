import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const quickly = new URL('quick-imports.ts', import.meta.url).href;

/** A process of ours under test, and the lines it has said so far. */
export type Child = {
  readonly lines: readonly string[];
  readonly errors: readonly string[];
  /** Resolves when it says a line for the first time, rejects when it ends before. */
  readonly said: (line: string) => Promise<void>;
  /** SIGKILL: no handler runs, nothing is flushed. */
  readonly kill: () => Promise<void>;
  /** Its exit code, once it has ended by itself. */
  readonly ended: () => Promise<number | null>;
};

/** Starts a TypeScript file of ours in a process of its own. */
export function startChild(file: URL, args: readonly string[]): Child {
  const child = spawn(process.execPath, ['--import', quickly, file.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const listener of listeners) listener();
  });
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  // `close`, not `exit`: what was still in the pipe must have been read.
  const closed = once(child, 'close');

  return {
    lines,
    errors,
    said: (line) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!lines.includes(line)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        child.once('close', () => {
          reject(new Error(`It ended before it said “${line}”: ${errors.join(' ')}`));
        });
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
    ended: async () => {
      await closed;
      return child.exitCode;
    },
  };
}
