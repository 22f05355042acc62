import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';

import type { Db, RunNamed } from './database.ts';
import { databaseFailure, errorCode } from './database.ts';
import { notOpened } from './not-opened.ts';
import { Precedence } from './precedence.ts';

/** Connections that one process holds to PostgreSQL, besides those of the job queue. */
const poolSize = 10;
const connectMs = 10_000;

/** A PostgreSQL server, through a pool of connections. */
export type Postgres = {
  readonly db: Db;
  readonly runNamed: RunNamed;
  readonly precedence: Precedence;
  readonly close: () => Promise<void>;
};

/** A pool of connections that answers. @throws UserError `not_ready` without the address in it */
export async function connectPostgres(
  databaseUrl: string,
  warn: (message: string, error: unknown) => void,
): Promise<Postgres> {
  const precedence = new Precedence();
  const pool = new GivingWay(precedence, {
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    application_name: 'firebreak',
  });
  pool.on('error', (error) => {
    warn('A connection to PostgreSQL broke', error);
  });
  try {
    const client = await pool.connect();
    client.release();
  } catch (error) {
    await pool.end();
    // What the driver says may quote the address, which holds a password.
    const code = databaseFailure(error)?.code ?? errorCode(error) ?? 'no answer';
    throw notOpened(code);
  }
  const dialect = new PgDialect();
  const runNamed: RunNamed = async (name, statement) => {
    const { sql: text, params: values } = dialect.sqlToQuery(statement);
    return (await pool.query({ name, text, values })).rows;
  };
  return { db: drizzle(pool), runNamed, precedence, close: () => pool.end() };
}

type Connected = Parameters<pg.Pool['connect']>[0];

/** A pool whose connections are given out when it is their turn: every statement begins with one. */
class GivingWay extends pg.Pool {
  readonly #precedence: Precedence;

  constructor(precedence: Precedence, config: pg.PoolConfig) {
    super(config);
    this.#precedence = precedence;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    const turn = this.#precedence.turn();
    if (callback !== undefined) {
      if (turn === undefined) super.connect(callback);
      else void this.#connectAfter(turn, callback);
      return;
    }
    return turn === undefined ? super.connect() : turn.then(() => super.connect());
  }

  async #connectAfter(turn: Promise<unknown>, callback: Connected): Promise<void> {
    await turn;
    super.connect(callback);
  }
}
