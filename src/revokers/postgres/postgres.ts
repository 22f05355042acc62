import pg from 'pg';
import { z } from 'zod';

import type { Provider } from '../../domain/provider.ts';
import type { Liveness } from '../../domain/revocation.ts';
import { PlatformError } from '../../errors.ts';
import type { Revoker, SecretsOf } from '../revoker.ts';
import { guardedSocket } from './guarded-socket.ts';
import { failureOf } from './refusal.ts';

const rightsRow = z.object({ is_there: z.boolean(), own: z.boolean(), may_end: z.boolean() });
const seenRow = z.object({ may_log_in: z.boolean(), sessions: z.number() });

/** Bounds on a sign-in and on each question, in ms. */
const connectMs = 10_000;
const questionMs = 15_000;
/** How long a session may take to end once it is told to, in ms. */
const endMs = 2_000;
/** Somebody may sign in while sessions are ended, until the lock is seen everywhere. */
const sweeps = 5;

/**
 * A PostgreSQL server on which a role is locked, by another role that may do so.
 *
 * A lock leaves open sessions alone, so they are ended as well; dead is only who may not log in and
 * has no session.
 */
export class PostgresRevoker implements Revoker {
  readonly #provider: Provider;
  readonly #secretsOf: SecretsOf;

  constructor(options: { readonly provider: Provider; readonly secretsOf: SecretsOf }) {
    this.#provider = options.provider;
    this.#secretsOf = options.secretsOf;
  }

  /** As a rehearsal: the role is locked inside of a transaction that never ends well. */
  async assertCanRevoke(credential: string, signal: AbortSignal): Promise<void> {
    await this.#as(credential, signal, async (client) => {
      await assertMayLock(client, this.#role);
      await client.query('begin');
      await client.query(lockStatement(client, this.#role));
      await client.query('rollback');
    });
  }

  async probe(credential: string, signal: AbortSignal): Promise<Liveness> {
    return await this.#as(credential, signal, async (client) => {
      const [row] = await seen(client, this.#role);
      // Dropped, or renamed, and then it lives on with its password and its sessions.
      if (row === undefined) return 'unknown';
      return row.may_log_in || row.sessions > 0 ? 'alive' : 'dead';
    });
  }

  async revoke(credential: string, signal: AbortSignal): Promise<void> {
    await this.#as(credential, signal, async (client) => {
      await assertMayLock(client, this.#role);
      await client.query(lockStatement(client, this.#role));
      for (let sweep = 0; sweep < sweeps; sweep += 1) {
        const ended = await client.query(
          'select pg_terminate_backend(pid, $2) from pg_stat_activity where usename = $1',
          [this.#role, endMs],
        );
        if (ended.rowCount === 0) return;
      }
    });
  }

  get #role(): string {
    return this.#provider.account ?? '';
  }

  /** Signs in anew each time: what is read afterwards is not read by who wrote it. */
  async #as<T>(
    credential: string,
    signal: AbortSignal,
    work: (client: pg.Client) => Promise<T>,
  ): Promise<T> {
    const { baseUrl, privateHostAllowed } = this.#provider;
    const url = new URL(baseUrl);
    const socket = await guardedSocket(url.hostname, privateHostAllowed);
    const { secret } = await this.#secretsOf(credential);
    let lastError: unknown;
    for (const ssl of socket.tls) {
      signal.throwIfAborted();
      const client = new pg.Client({
        host: socket.host,
        ssl,
        port: Number(url.port || '5432'),
        user: decodeURIComponent(url.username),
        database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
        password: secret.reveal(),
        connectionTimeoutMillis: connectMs,
        query_timeout: questionMs,
        application_name: 'firebreak',
      });
      const giveUp = () => void client.end().catch(() => undefined);
      // Without a listener, a server that goes away between two questions would end this process.
      client.on('error', giveUp);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        await client.connect();
        return await work(client);
      } catch (error) {
        if (!hasNoTls(error)) throw failureOf(error, signal.aborted);
        lastError = error;
      } finally {
        signal.removeEventListener('abort', giveUp);
        await client.end().catch(() => undefined);
      }
    }
    throw failureOf(lastError, signal.aborted);
  }
}

/** True when a server refused TLS before anything was said to it. */
function hasNoTls(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections';
}

function lockStatement(client: pg.Client, role: string): string {
  return `alter role ${client.escapeIdentifier(role)} nologin password null valid until 'now'`;
}

/** Both halves or none: a lock without an end of its sessions would leave the thief inside. */
async function assertMayLock(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select current_user = $1 as own, exists (select 1 from pg_roles where rolname = $1) as is_there,
      pg_has_role('pg_signal_backend', 'member') or exists (
        select 1 from pg_roles where rolname = $1 and pg_has_role(oid, 'member')
      ) as may_end`,
    [role],
  );
  const [may] = z.array(rightsRow).parse(rows);
  if (may?.own === true) {
    const message = 'This is the role that Firebreak signs in with; give it another one.';
    throw new PlatformError('postgres', 'refused', message);
  }
  if (may?.is_there !== true) {
    const message =
      'There is no such role: it was dropped, or renamed and lives on under another name. Look by `\\du`.';
    throw new PlatformError('postgres', 'not_found', message);
  }
  if (!may.may_end) {
    const message =
      'The role that Firebreak signs in with may not end sessions; grant it pg_signal_backend.';
    throw new PlatformError('postgres', 'refused', message);
  }
}

async function seen(client: pg.Client, role: string): Promise<readonly z.output<typeof seenRow>[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select rolcanlogin as may_log_in,
      (select count(*)::int from pg_stat_activity where usename = rolname) as sessions
      from pg_roles where rolname = $1`,
    [role],
  );
  return z.array(seenRow).parse(rows);
}
