import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { z } from 'zod';

import { UserError } from '../errors.ts';
import { errorCode } from './database.ts';

/**
 * The file of a backup: gzip over lines of JSON. First the header, then for each table its name and
 * its rows, at the end the manifest, which holds counts and hashes of all that came before and is
 * sealed with a key derived from the encryption key.
 */
export const backupVersion = 1;

const header = z.strictObject({
  firebreak_backup: z.literal(backupVersion),
  taken_at: z.iso.datetime({ precision: 3 }),
  instance: z.uuid(),
  /** Which encryption key opens what is sealed inside. The key itself is never in the file. */
  sealing_key: z.string().regex(/^[0-9a-f]{16}$/),
  /** How many migrations the database had, and when the last of them was made (ms). */
  migrations: z.int().positive(),
  last_migration: z.int().positive(),
  postgres: z.string().max(200),
});
const name = z.string().regex(/^[a-z_][a-z0-9_]*$/);
const table = z.strictObject({ table: name });
const part = z.strictObject({ table: name, rows: z.int().nonnegative(), sha256: z.string() });
const manifest = z.strictObject({
  manifest: z.strictObject({ tables: z.array(part), seal: z.string() }),
});

/** What a backup says of itself. */
export type BackupHeader = z.infer<typeof header>;
/** One table of it: how many rows, and SHA-256 (hex) over their lines. */
export type BackupPart = z.infer<typeof part>;

/** Hears what is in a backup, in the order of the file. */
export type BackupReader = {
  readonly header: (header: BackupHeader) => void | Promise<void>;
  readonly table: (table: string) => void | Promise<void>;
  /** @param row the JSON text of one row */
  readonly row: (row: string) => void | Promise<void>;
};

/** How a row's line begins and ends; cut off by hand, so that no row is parsed twice. */
const rowStart = '{"row":';
const rowEnd = '}';

/** Counts and hashes what is written or read, so that both sides agree on it. */
export class Tally {
  readonly parts: BackupPart[] = [];
  #table: string | undefined;
  #rows = 0;
  #hash: Hash = createHash('sha256');

  begin(next: string): void {
    this.end();
    this.#table = next;
  }

  take(row: string): void {
    this.#rows += 1;
    this.#hash.update(row).update('\n');
  }

  end(): void {
    if (this.#table !== undefined) {
      const sha256 = this.#hash.digest('hex');
      this.parts.push({ table: this.#table, rows: this.#rows, sha256 });
    }
    this.#table = undefined;
    this.#rows = 0;
    this.#hash = createHash('sha256');
  }
}

/** The line of one row. */
export function rowLine(row: string): string {
  return `${rowStart}${row}${rowEnd}\n`;
}

/** The last line. @param headerLine the first line, without its end */
export function manifestLine(
  key: Uint8Array,
  headerLine: string,
  tables: readonly BackupPart[],
): string {
  return `${JSON.stringify({ manifest: { tables, seal: sealOf(key, headerLine, tables) } })}\n`;
}

function sealOf(key: Uint8Array, headerLine: string, tables: readonly BackupPart[]): string {
  const own = Buffer.from(hkdfSync('sha256', key, '', 'firebreak backup manifest', 32));
  return createHmac('sha256', own)
    .update(`${headerLine}\n${JSON.stringify(tables)}`)
    .digest('hex');
}

/**
 * Reads a backup from its first to its last byte, with flat memory, and checks it as it goes.
 *
 * Whoever writes what it hears must be able to take it back: only the end proves that it was whole.
 *
 * @param keyOf the encryption key for a key id; it throws when there is none
 * @throws UserError `not_ready` when the file is empty, cut off or changed, `bad_input` when it is
 *   no backup or cannot be read
 */
export async function readBackup(
  path: string,
  keyOf: (header: BackupHeader) => Uint8Array,
  reader: BackupReader,
): Promise<BackupHeader> {
  const reading = new Reading(keyOf, reader);
  try {
    await pipeline(createReadStream(path), createGunzip(), async (bytes) => {
      for await (const line of linesOf(bytes)) await reading.line(line);
    });
  } catch (error) {
    const code = errorCode(error);
    if (code?.startsWith('Z_') === true) {
      throw (await stat(path)).size === 0
        ? refusedFile('This backup is empty.')
        : damaged('its compression does not hold');
    }
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
      throw new UserError('bad_input', `The backup ${path} cannot be read (${code}).`, {
        hint: 'Check the path.',
      });
    }
    throw error;
  }
  return reading.end();
}

class Reading {
  readonly #keyOf: (header: BackupHeader) => Uint8Array;
  readonly #reader: BackupReader;
  readonly #tally = new Tally();
  #header: { readonly value: BackupHeader; readonly line: string } | undefined;
  #over = false;

  constructor(keyOf: (header: BackupHeader) => Uint8Array, reader: BackupReader) {
    this.#keyOf = keyOf;
    this.#reader = reader;
  }

  async line(line: string): Promise<void> {
    if (this.#over) throw damaged('something follows its end');
    if (this.#header === undefined) {
      const value = parsed(header, line);
      if (value === undefined) throw notOne();
      this.#header = { value, line };
      await this.#reader.header(value);
    } else if (line.startsWith(rowStart)) {
      const row = line.slice(rowStart.length, -rowEnd.length);
      this.#tally.take(row);
      await this.#reader.row(row);
    } else {
      await this.#other(line, this.#header);
    }
  }

  end(): BackupHeader {
    if (this.#header === undefined) throw notOne();
    if (!this.#over) throw damaged('its end is missing');
    return this.#header.value;
  }

  async #other(line: string, head: { readonly value: BackupHeader; readonly line: string }) {
    const next = parsed(table, line);
    if (next !== undefined) {
      this.#tally.begin(next.table);
      await this.#reader.table(next.table);
      return;
    }
    const last = parsed(manifest, line);
    if (last === undefined) throw damaged('a line is none of ours');
    this.#tally.end();
    const { tables, seal } = last.manifest;
    if (JSON.stringify(tables) !== JSON.stringify(this.#tally.parts)) {
      throw damaged('its tables are not what its manifest says');
    }
    if (!isSame(seal, sealOf(this.#keyOf(head.value), head.line, tables))) {
      throw damaged('its manifest was not sealed by this instance');
    }
    this.#over = true;
  }
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function parsed<T>(shape: z.ZodType<T>, line: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function damaged(how: string): UserError {
  return refusedFile(`This backup was changed or cut off: ${how}.`);
}

/** It was typed rightly: no usage error, but nothing that can be restored. */
function refusedFile(message: string): UserError {
  return new UserError('not_ready', message, {
    hint: 'Nothing of it was restored. Take another copy of it, or an older backup.',
  });
}

function notOne(): UserError {
  return new UserError('bad_input', 'This file is no backup that this version knows.', {
    hint: 'Make one with: firebreak backup FILE',
  });
}

/** Lines without their ends. A line may be as long as one piece of evidence, so it is joined once. */
async function* linesOf(source: AsyncIterable<unknown>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  for await (const chunk of source) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('Decompression gives bytes.');
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      pieces.push(chunk.subarray(from, at));
      yield Buffer.concat(pieces).toString('utf8');
      pieces = [];
      from = at + 1;
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
  if (pieces.length > 0) throw damaged('its last line is not whole');
}
