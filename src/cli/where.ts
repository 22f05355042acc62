import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { UserError } from '../errors.ts';

/** The file in the data directory that says where a running server listens. */
const serverFile = 'server.json';
const place = z.object({
  url: z.url(),
  instance: z.string(),
  database: z.string().exactOptional(),
});

/** How long a server on this machine may take to say that it is there, in ms. */
const helloMs = 2_000;

/** Leaves word for the command line that a server runs here, for its owner alone. */
export async function leaveWord(
  dataDir: string,
  server: {
    readonly url: string;
    readonly instance: string;
    /** Which one it uses, in words without secrets: `databaseWords` of its settings. */
    readonly database: string;
  },
): Promise<void> {
  await writeFile(join(dataDir, serverFile), JSON.stringify(server), { mode: 0o600 });
}

export async function takeWordBack(dataDir: string): Promise<void> {
  await rm(join(dataDir, serverFile), { force: true });
}

/** The server that left word here: it answers, does not answer in time, or is not there. */
export type Word =
  | {
      readonly kind: 'here' | 'silent';
      readonly url: string;
      /** Absent where an older version runs. */
      readonly database?: string;
    }
  | { readonly kind: 'none' };

/**
 * Asks the server that left word in this data directory.
 *
 * A file that a killed server left behind names an address where nobody answers, or somebody else.
 */
export async function askServer(
  dataDir: string,
  fetchIt: typeof fetch,
  waitMs: number = helloMs,
): Promise<Word> {
  const known = await wordOf(dataDir);
  if (!known) return { kind: 'none' };
  const { instance, ...server } = known;
  const bound = AbortSignal.timeout(waitMs);
  try {
    const answer = await fetchIt(`${known.url}/health`, { redirect: 'error', signal: bound });
    const health = z.object({ instance: z.string() }).parse(await answer.json());
    return health.instance === instance ? { kind: 'here', ...server } : { kind: 'none' };
  } catch {
    return bound.aborted ? { kind: 'silent', ...server } : { kind: 'none' };
  }
}

async function wordOf(dataDir: string): Promise<z.infer<typeof place> | undefined> {
  try {
    return place.parse(JSON.parse(await readFile(join(dataDir, serverFile), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The address of the server that runs on this data directory, if one really does. */
export async function findServer(
  dataDir: string,
  fetchIt: typeof fetch,
): Promise<string | undefined> {
  const word = await askServer(dataDir, fetchIt);
  return word.kind === 'here' ? word.url : undefined;
}

/**
 * Refuses to speak to a server about another database than the settings name: what is asked and
 * recorded would go where nobody looks for it.
 *
 * @param wanted undefined where the settings name none, so that the server's is meant
 * @throws UserError `conflict`
 */
export function assertSameDatabase(word: Word, wanted: string | undefined): void {
  if (word.kind === 'none' || word.database === undefined || wanted === undefined) return;
  if (word.database === wanted) return;
  throw new UserError(
    'conflict',
    `The server at ${word.url} uses ${word.database}, and DATABASE_URL names ${wanted}.`,
    {
      hint: 'Leave DATABASE_URL out to speak to that server, or stop it and start it with this one.',
    },
  );
}
