import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Test files as they are handed to node's runner, which starts a process for each entry. */
export type Batches = {
  readonly entries: readonly string[];
  /** The test files that an entry imports; undefined for one that is a test file itself. */
  readonly heldBy: (entry: string) => readonly string[] | undefined;
  readonly remove: () => Promise<void>;
};

/** Tests of its own, by which it is heard of when it shares a process. */
const hasOwnTests = /^\s*(?:it|test)\(/m;
/** What it does to the process would be done to the others in it. */
const touchesProcess = /\bprocess\.|\bglobalThis\b|setGlobalDispatcher|\bmock\./;
/** What has servers or processes of its own may leave something open that keeps the others waiting. */
const opensOthers =
  /child_process|createServer|startServer|listen\(|from '[^']*(?:testing\/(?:instance|server-process|both-chats|slack\/|discord\/)|\/fake-(?:slack|discord))/;

/** Whether a test file with this text may share its process with others. */
export function maySharePlace(text: string): boolean {
  return hasOwnTests.test(text) && !touchesProcess.test(text) && !opensOthers.test(text);
}

/**
 * Puts so many test files at most into one process, because a store's imports cost half a second
 * each time. Files of one folder are spread, so that the slow ones do not end up in one batch.
 */
export async function batchFiles(files: readonly string[], together: number): Promise<Batches> {
  const sharing = together > 1 ? files.filter((file) => maySharePlace(textOf(file))) : [];
  const count = Math.ceil(sharing.length / together);
  if (count === 0) return { entries: files, heldBy: () => undefined, remove: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), 'fb-batches-'));
  const held = new Map<string, readonly string[]>();
  for (let at = 0; at < count; at += 1) {
    const some = sharing.filter((_, index) => index % count === at);
    const entry = join(dir, `batch-${at + 1}.mjs`);
    const lines = some.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)});`);
    await writeFile(entry, `${lines.join('\n')}\n`);
    held.set(entry, some);
  }
  const shared = new Set(sharing);
  return {
    // The long ones first: one that starts last would be waited for with a processor idle.
    entries: [...held.keys(), ...files.filter((file) => !shared.has(file))],
    heldBy: (entry) => held.get(entry),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Says which files an entry that failed as a whole holds, so that each can be run alone. */
export function toldBatch(files: readonly string[]): string {
  const names = files.map((file) => `  ${relative('.', file)}\n`);
  return `\nOne of these crashed or did not end; run them one by one:\n${names.join('')}`;
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}
