import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { PlatformError } from '../../errors.ts';
import type { Changes } from './model.ts';
import { changesSchema, unchanged } from './model.ts';

/** Where an estate keeps what happened to it. */
export interface Storage {
  read(): Promise<Changes>;
  /** Changes what is stored, alone: nobody else changes it meanwhile. */
  update<Result>(change: (changes: Changes) => Result): Promise<Result>;
}

/** Remembers as long as the process lives. */
export function memoryStorage(bornAt: Date): Storage {
  const kept = unchanged(bornAt);
  return {
    read: () => Promise.resolve(kept),
    update: async (change) => change(kept),
  };
}

/** How long another process may hold the file before its lock counts as left behind, in ms. */
const staleMs = 5_000;
const retryMs = 15;
const retriesAtMost = 600;

/**
 * One JSON file, which a server and the command line may share: each reads it again when somebody
 * else has written it, and writes it whole, under a lock.
 *
 * Only changes are kept, so it stays small however large the estate is.
 */
export class FileStorage implements Storage {
  readonly #file: string;
  readonly #now: () => Date;
  readonly #wait: (ms: number) => Promise<void>;
  #seen: { readonly mark: string; readonly changes: Changes } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: {
    readonly file: string;
    readonly now: () => Date;
    readonly wait: (ms: number) => Promise<void>;
  }) {
    this.#file = options.file;
    this.#now = options.now;
    this.#wait = options.wait;
  }

  async read(): Promise<Changes> {
    const mark = await this.#mark();
    if (mark === undefined) return this.update((changes) => changes);
    if (this.#seen?.mark === mark) return this.#seen.changes;
    const changes = await this.#load();
    this.#seen = { mark, changes };
    return changes;
  }

  async update<Result>(change: (changes: Changes) => Result): Promise<Result> {
    const mine = this.#last.then(async () => this.#locked(change));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #locked<Result>(change: (changes: Changes) => Result): Promise<Result> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    const release = await this.#lock();
    try {
      const exists = (await this.#mark()) !== undefined;
      const known = exists ? await this.read() : undefined;
      const changes = known ? structuredClone(known) : unchanged(this.#now());
      const result = change(changes);
      const text = JSON.stringify(changes);
      if (known && text === JSON.stringify(known)) return result;
      await this.#write(text);
      const mark = await this.#mark();
      this.#seen = mark === undefined ? undefined : { mark, changes };
      return result;
    } finally {
      await release();
    }
  }

  async #write(text: string): Promise<void> {
    const next = `${this.#file}.${randomUUID()}`;
    await writeFile(next, `${text}\n`, { mode: 0o600 });
    await rename(next, this.#file);
  }

  async #lock(): Promise<() => Promise<void>> {
    const lock = `${this.#file}.lock`;
    for (let tries = 0; tries < retriesAtMost; tries += 1) {
      try {
        const handle = await open(lock, 'wx', 0o600);
        await handle.close();
        return () => rm(lock, { force: true });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        const since = await stat(lock).catch(() => undefined);
        // By the file system's clock on both sides, for the injected one may be another.
        if (since && Date.now() - since.mtimeMs > staleMs) await rm(lock, { force: true });
        else await this.#wait(retryMs);
      }
    }
    throw new PlatformError('sandbox', 'unavailable', 'Another process holds the sandbox’s file.');
  }

  /** Another one for each version of the file, because each is a file of its own. */
  async #mark(): Promise<string | undefined> {
    try {
      const { ino, mtimeNs, size } = await stat(this.#file, { bigint: true });
      return `${ino} ${mtimeNs} ${size}`;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #load(): Promise<Changes> {
    try {
      return changesSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch {
      throw new PlatformError(
        'sandbox',
        'unreadable',
        `The sandbox’s file ${resolve(this.#file)} cannot be read. Delete it to begin anew.`,
      );
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
