import { chmod, mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Config } from './config.ts';
import { UserError } from './errors.ts';

/**
 * Makes the data directory, or says in one sentence why it cannot be used.
 *
 * Done before anything is opened in it: what comes later would speak of keys and sockets.
 *
 * @param warn told when others could look into it and no longer will: the embedded database closes it
 * @throws UserError `not_ready`
 */
export async function prepareDataDirectory(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
  warn: (message: string) => void = () => undefined,
): Promise<void> {
  const { dataDir } = config;
  await make(dataDir).catch((error: unknown) => {
    throw unusable(`${dataDir} cannot be made`, error);
  });
  const found = await stat(dataDir).catch((error: unknown) => {
    throw unusable(`${dataDir} cannot be looked into`, error);
  });
  if (!found.isDirectory()) throw unusable(`${dataDir} is a file, not a directory`);
  if (config.databaseUrl === undefined) {
    // The embedded database closes its directory to others, which only the owner may do.
    await chmod(dataDir, found.mode & 0o7777).catch((error: unknown) => {
      throw unusable(`${dataDir} belongs to another user`, error);
    });
  }
  if (config.databaseUrl === undefined && (found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8);
    warn(
      `Others on this machine could look into ${dataDir} (mode ${mode}). It is closed now; ask who had access since.`,
    );
  }
  await tryWriting(dataDir).catch((error: unknown) => {
    throw unusable(`Nothing can be written into ${dataDir}`, error);
  });
}

/** One directory after another: `mkdir` with `recursive` never ends below /proc (node, Linux). */
async function make(dir: string): Promise<void> {
  const first = await makeOne(dir);
  if (first === 'there') return;
  await make(dirname(dir));
  if ((await makeOne(dir)) === 'no parent') {
    throw Object.assign(new Error('A directory cannot be made there.'), { code: 'ENOENT' });
  }
}

async function makeOne(dir: string): Promise<'there' | 'no parent'> {
  try {
    await mkdir(dir, { mode: 0o700 });
    return 'there';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'there';
    if (codeOf(error) === 'ENOENT' && dirname(dir) !== dir) return 'no parent';
    throw error;
  }
}

/** Rights do not tell: a file system may be read-only, full or none at all. */
async function tryWriting(dir: string): Promise<void> {
  await rmdir(await mkdtemp(join(dir, '.try-')));
}

function unusable(why: string, error?: unknown): UserError {
  const code = codeOf(error);
  const shown = code === undefined ? '' : ` (${code})`;
  return new UserError('not_ready', `The data directory is no use: ${why}${shown}.`, {
    hint: 'Set DATA_DIR to a directory of your own, e.g. DATA_DIR=./data, or run as its owner.',
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
