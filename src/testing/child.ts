import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const preloaded = ['quick-imports.ts', 'end-with-parent.ts'].flatMap((file) => [
  '--import',
  new URL(file, import.meta.url).href,
]);

/** A process of ours under test, and the lines it has said so far. */
export type Child = {
  readonly lines: readonly string[];
  readonly errors: readonly string[];
  /** Resolves when it says such a line for the first time, rejects when it ends before. */
  readonly said: (line: string | ((line: string) => boolean)) => Promise<void>;
  /** SIGKILL: no handler runs, nothing is flushed. */
  readonly kill: () => Promise<void>;
  /** Its exit code, once it has ended by itself. */
  readonly ended: () => Promise<number | null>;
};

/** Starts a TypeScript file of ours in a process of its own. */
export function startChild(file: URL, args: readonly string[]): Child {
  const child = spawn(process.execPath, [...preloaded, file.pathname, ...args], {
    // The channel tells the child when this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.stdout === null || child.stderr === null) throw new Error('A child has no pipes.');
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
        const isIt = typeof line === 'string' ? (one: string) => one === line : line;
        const look = () => {
          if (!lines.some(isIt)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        child.once('close', () => {
          const what = typeof line === 'string' ? `“${line}”` : 'what was awaited';
          reject(new Error(`It ended before it said ${what}: ${errors.join(' ')}`));
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
