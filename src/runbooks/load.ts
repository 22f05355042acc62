import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.ts';
import { readRunbook } from './parse.ts';
import type { ReadRunbook, RunbookFile, Runbooks } from './runbook.ts';

/** Texts whose reading is kept, because every press of a run reads its text again. */
const keptReadings = 50;

/** Runbooks are the markdown files of one folder, read anew each time, so that an edit counts at once. */
export function runbooksIn(folder: string, sha256: (text: string) => string): Runbooks {
  const read = kept(readRunbook);
  return { list: () => readRunbooks(folder, sha256, read), read };
}

/** What a text reads as never changes, so it is worked out once. The oldest are forgotten. */
function kept(read: Runbooks['read']): Runbooks['read'] {
  const readings = new Map<string, ReadRunbook>();
  return (content, file) => {
    const key = `${file}\n${content}`;
    const known = readings.get(key);
    if (known) return known;
    const fresh = read(content, file);
    readings.set(key, fresh);
    const [oldest] = readings.keys();
    if (readings.size > keptReadings && oldest !== undefined) readings.delete(oldest);
    return fresh;
  };
}

/** @throws UserError `bad_input` when the folder cannot be read */
async function readRunbooks(
  folder: string,
  sha256: (text: string) => string,
  read: Runbooks['read'],
): Promise<readonly RunbookFile[]> {
  const names = await readdir(folder).catch(() => {
    throw new UserError('bad_input', 'The folder of runbooks cannot be read.', {
      hint: 'Check the path and its permissions.',
    });
  });
  const files = names.filter((name) => name.endsWith('.md') && name !== 'README.md').toSorted();
  return await Promise.all(
    files.map(async (file) => {
      const content = await readFile(join(folder, file), 'utf8');
      return { file, content, sha256: sha256(content), read: read(content, file) };
    }),
  );
}
