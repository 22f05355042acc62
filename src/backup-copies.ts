import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Ends the name of the file that a backup is written to before it is handed over. */
const copyEnding = '.backup.tmp';
/** One that was not written to for so long, in ms, is of a process that died. */
const leftAfterMs = 60 * 60_000;

/** Everything that the instance holds, as it lies in the data directory for a moment. */
export type BackupCopy = {
  readonly path: string;
  readonly bytes: number;
  readonly writtenAt: Date;
};

/** Where a new copy is written to. */
export function copyPath(dataDir: string, id: string): string {
  return join(dataDir, `${id}${copyEnding}`);
}

/** The copies that are there: of backups under way, or left behind by a crash. */
export async function backupCopies(dataDir: string): Promise<readonly BackupCopy[]> {
  const names = (await readdir(dataDir)).filter((name) => name.endsWith(copyEnding));
  const copies = await Promise.all(
    names.toSorted().map(async (name) => {
      const path = join(dataDir, name);
      // It may be handed over and gone by now.
      const file = await stat(path).catch(() => undefined);
      return file ? [{ path, bytes: file.size, writtenAt: file.mtime }] : [];
    }),
  );
  return copies.flat();
}

/** Removes what a crash left behind: nobody will hand it over any more. */
export async function removeLeftCopies(dataDir: string, now: Date): Promise<void> {
  for (const { path, writtenAt } of await backupCopies(dataDir)) {
    if (now.getTime() - writtenAt.getTime() > leftAfterMs) await rm(path, { force: true });
  }
}
