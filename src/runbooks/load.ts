import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.ts';
import { readRunbook } from './parse.ts';
import type { RunbookFile, Runbooks } from './runbook.ts';

/** Runbooks are the markdown files of one folder, read anew each time, so that an edit counts at once. */
export function runbooksIn(folder: string, sha256: (text: string) => string): Runbooks {
  return {
    list: () => readRunbooks(folder, sha256),
    read: readRunbook,
  };
}

/** @throws UserError `bad_input` when the folder cannot be read */
async function readRunbooks(
  folder: string,
  sha256: (text: string) => string,
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
      return { file, content, sha256: sha256(content), read: readRunbook(content, file) };
    }),
  );
}
