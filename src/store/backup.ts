import { open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { sql } from 'drizzle-orm';

import { UserError } from '../errors.ts';
import { Tally, backupVersion, manifestLine, rowLine } from './backup-file.ts';
import type { BackupHeader } from './backup-file.ts';
import { tablesInOrder } from './backup-tables.ts';
import type { BackupTable } from './backup-tables.ts';
import type { Db } from './database.ts';
import { errorCode, rowsOf } from './database.ts';
import { unlessDiskFull } from './disk-full.ts';
import { keyIdOf } from './seal.ts';
import type { Backup } from './store.ts';
import { instance } from './tables/instance.ts';

type Making = { readonly key: Uint8Array; readonly now: Date };

/** Rows fetched at a time; a piece of evidence may be megabytes. */
const rowsAtOnce = 500;
const bigRowsAtOnce = 4;
const bigTables = new Set(['evidence']);

/**
 * Writes everything that the database holds, as it was at one instant, into a new file that only
 * its owner may read. pg-boss's tables are left out: what was under way is not taken up again.
 *
 * The file appears whole or not at all.
 *
 * @param made.key seals the manifest, so that a restore takes only what this instance has made
 * @throws UserError `conflict` when the file exists already, `not_ready` when the disk is full
 */
export async function writeBackup(db: Db, path: string, made: Making): Promise<Backup> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const exists = errorCode(error) === 'EEXIST';
    throw new UserError(
      exists ? 'conflict' : 'bad_input',
      exists ? `${path} exists already; nothing was written.` : `${path} cannot be written.`,
      { hint: 'Name another file.' },
    );
  });
  try {
    const backup = await db.transaction(
      async (tx) => {
        const writing = new Writing(tx, made);
        await pipeline(Readable.from(writing.lines()), createGzip(), async (chunks) => {
          // It goes on where the last one ended.
          for await (const chunk of chunks) await file.writeFile(bytesOf(chunk));
        });
        return writing.done();
      },
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    );
    await file.sync();
    await file.close();
    return backup;
  } catch (error) {
    await file.close();
    await unlink(path);
    throw unlessDiskFull(error, dirname(path));
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('Compression gives bytes.');
}

class Writing {
  readonly #tx: Db;
  readonly #made: Making;
  readonly #tally = new Tally();
  #header: BackupHeader | undefined;

  constructor(tx: Db, made: Making) {
    this.#tx = tx;
    this.#made = made;
  }

  async *lines(): AsyncGenerator<string> {
    // What text a value has must not depend on how this server or session is set up.
    await this.#tx.execute(sql`set local timezone to 'UTC'`);
    await this.#tx.execute(sql`set local bytea_output to 'hex'`);
    const header = await headerOf(this.#tx, this.#made);
    this.#header = header;
    const first = JSON.stringify(header);
    yield `${first}\n`;
    for (const table of await tablesInOrder(this.#tx)) {
      this.#tally.begin(table.name);
      yield `${JSON.stringify({ table: table.name })}\n`;
      for await (const rows of pagesOf(this.#tx, table)) {
        for (const row of rows) this.#tally.take(row);
        yield rows.map(rowLine).join('');
      }
    }
    this.#tally.end();
    yield manifestLine(this.#made.key, first, this.#tally.parts);
  }

  done(): Backup {
    if (this.#header === undefined) throw new Error('The backup was not written.');
    return {
      takenAt: new Date(this.#header.taken_at),
      keyId: this.#header.sealing_key,
      rows: this.#tally.parts.reduce((sum, part) => sum + part.rows, 0),
    };
  }
}

async function headerOf(tx: Db, { key, now }: Making): Promise<BackupHeader> {
  const keyId = keyIdOf(key);
  const [own] = await tx.select({ id: instance.id, key: instance.sealingKeyId }).from(instance);
  const [state] = await rowsOf<{ count: number; last: string; version: string }>(
    tx,
    sql`select count(*)::int as count, max(created_at)::text as last,
      current_setting('server_version') as version from drizzle.__drizzle_migrations`,
  );
  if (own === undefined || state === undefined) {
    throw new UserError('not_ready', 'There is nothing to back up yet.', {
      hint: 'The first start makes the instance: npm start',
    });
  }
  if (own.key !== keyId) {
    throw new UserError('not_ready', 'The encryption key does not open this database.');
  }
  return {
    firebreak_backup: backupVersion,
    taken_at: now.toISOString(),
    instance: own.id,
    sealing_key: keyId,
    migrations: state.count,
    last_migration: Number(state.last),
    postgres: state.version,
  };
}

/** A table's rows as JSON texts, through a cursor, so that memory stays flat. */
async function* pagesOf(tx: Db, { name, columns }: BackupTable): AsyncGenerator<readonly string[]> {
  const from = sql.identifier(name);
  const shown = sql.join(
    columns.map((column) => sql.identifier(column)),
    sql`, `,
  );
  const size = sql.raw(String(bigTables.has(name) ? bigRowsAtOnce : rowsAtOnce));
  await tx.execute(sql`declare backup_rows no scroll cursor for
    select row_to_json(each)::text as row from (select ${shown} from ${from}) as each`);
  for (;;) {
    const rows = await rowsOf<{ row: string }>(tx, sql`fetch ${size} from backup_rows`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await tx.execute(sql`close backup_rows`);
}
