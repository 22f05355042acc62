import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { availableMemory } from 'node:process';

/** What is kept from one run to the next: what Node compiled, a database that is migrated. */
export const keptFolder = join(import.meta.dirname, '../../node_modules/.cache/tests');

/** Where Linux keeps a file system in memory. */
const inMemory = '/dev/shm';
/** About twice what the whole suite leaves there until its end. */
const neededBytes = 8 * 1024 ** 3;

/** A folder for all that the test files of a run write; it vanishes with the run. */
export type Scratch = { readonly dir: string; readonly remove: () => Promise<void> };

/**
 * A folder in memory, where copying a database is ten times quicker than on a disk; undefined where
 * there is too little of it. Nothing is lost for tests that kill processes: memory outlives those.
 *
 * A shell removes it when its pipe to this process breaks, so that a killed run leaves no gigabytes.
 */
export async function openScratch(): Promise<Scratch | undefined> {
  const room = await statfs(inMemory).catch(() => undefined);
  if (room === undefined || room.bavail * room.bsize < neededBytes) return undefined;
  if (availableMemory() < neededBytes) return undefined;
  const dir = await mkdtemp(join(inMemory, 'fb-run-'));
  // As open as the system's own: PostgreSQL runs under another account.
  await chmod(dir, 0o1777);
  const keeper = spawn('/bin/sh', ['-c', 'cat >/dev/null; rm -rf "$0"', dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  keeper.unref();
  return {
    dir,
    remove: async () => {
      if (keeper.exitCode === null && keeper.signalCode === null) {
        const gone = once(keeper, 'exit');
        keeper.ref();
        keeper.stdin.end();
        await gone;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}
