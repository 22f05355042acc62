import { eq, inArray, isNull, or, sql } from 'drizzle-orm';

import { isUnsettled, voidPlan } from '../domain/plan-void.ts';
import type { Chain } from '../domain/timeline.ts';
import { instanceChain } from '../domain/timeline.ts';
import { span } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { Signer } from '../record/record.ts';
import { appendEvents } from './append-events.ts';
import { readBackup } from './backup-file.ts';
import type { BackupHeader } from './backup-file.ts';
import { filledTables, restartSequences, tablesInOrder } from './backup-tables.ts';
import type { Db } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { withoutValuesIn } from './failure.ts';
import { openInstance } from './first-start.ts';
import { applyMigrations, knowsMigration, shippedMigrations } from './migrate.ts';
import { sealingKeyOf } from './open.ts';
import type { StoreOptions } from './open.ts';
import { plansStore, writeActions, writePlans } from './plans.ts';
import { connectPostgres } from './postgres.ts';
import type { Scribe } from './scribe.ts';
import { makeSealer } from './seal.ts';
import type { Sealer } from './seal.ts';
import { voidSecurityRequests } from './security-requests.ts';
import { voidSessions } from './sessions.ts';
import type { Timeline } from './store.ts';
import { connections } from './tables/connections.ts';
import { signingKeys } from './tables/instance.ts';
import { personTokens } from './tables/people.ts';
import { actions, plans } from './tables/plans.ts';
import { chains } from './tables/timeline.ts';
import { timelineStore } from './timeline.ts';
import { voidChats } from './void-chats.ts';

/** Rows are put in when there are so many of them, or so many characters. */
const rowsAtOnce = 500;
const charactersAtOnce = 1_000_000;

export type RestoreOptions = Omit<StoreOptions, 'signer'> & {
  /** Asked for only when the backup has been read and opened, because it may make the key. */
  readonly signer: () => Promise<Signer>;
  /** Says what is wrong with a chain, or undefined when it holds from its genesis to its head. */
  readonly checkChain: (timeline: Timeline, chain: Chain) => Promise<string | undefined>;
};

/** What a restore brought back, and what it voided. */
export type Restored = {
  readonly instance: string;
  readonly takenAt: Date;
  readonly chains: number;
  readonly plans: number;
  readonly sessions: number;
  readonly tokens: number;
  /** Names of the simulated platforms, whose state is in no backup. */
  readonly simulated: readonly string[];
  /** Where another key signs from now on than before. */
  readonly resigned?: { readonly before: readonly string[]; readonly now: string };
};

/**
 * Fills an empty database from a backup, all of it or nothing.
 *
 * The file is checked to its end before anything is opened, and again while it is written. What
 * could act on the strength of what was true then is voided: plans, sessions, tokens, invitations.
 *
 * @throws UserError `not_ready` when the backup is damaged or its key is missing,
 *   `conflict` when the database is not empty or in use
 */
export async function restoreStore(options: RestoreOptions, path: string): Promise<Restored> {
  const key = await sealingKeyOf(options);
  const sealer = key && makeSealer(key, options.randomBytes);
  const keyOf = (header: BackupHeader): Uint8Array => {
    if (key !== undefined && sealer?.keyId === header.sealing_key) return key;
    throw new UserError(
      'not_ready',
      `This backup is opened by the encryption key ${header.sealing_key}, which is not here.`,
      {
        hint:
          `Put its secret.key into ${options.dataDir} (mode 600) or set FIREBREAK_KEY, ` +
          'then repeat. Nothing was changed.',
      },
    );
  };
  const header = await readBackup(path, keyOf, {
    header: (found) => void keyOf(found),
    table: ignore,
    row: ignore,
  });
  if (sealer === undefined) throw new Error('A backup was read without its key.');
  if (!knowsMigration(options.migrationsDir ?? shippedMigrations, header.last_migration)) {
    throw new UserError('not_ready', 'A newer Firebreak has made this backup.', {
      hint: 'Restore it with that version.',
    });
  }
  const fill = (db: Db) =>
    withoutValuesIn(() =>
      db.transaction((tx) => new Restoring(tx, options, sealer).run(path, keyOf)),
    );
  return options.databaseUrl === undefined
    ? intoEmbedded(options, fill)
    : intoPostgres(options.databaseUrl, options, fill);
}

const ignore = () => {};

async function intoPostgres(
  databaseUrl: string,
  { warn = ignore }: RestoreOptions,
  fill: (db: Db) => Promise<Restored>,
): Promise<Restored> {
  const { db, close } = await connectPostgres(databaseUrl, warn);
  try {
    return await fill(db);
  } finally {
    await close();
  }
}

/** A new one is filled before it gets its name, so that a broken off restore leaves none. */
async function intoEmbedded(
  { dataDir, warn = ignore }: RestoreOptions,
  fill: (db: Db) => Promise<Restored>,
): Promise<Restored> {
  const restored: Restored[] = [];
  const prepare = async (db: Db) => void restored.push(await fill(db));
  const opened = await openEmbedded(dataDir, prepare, warn);
  try {
    return restored[0] ?? (await fill(opened.guarded.db));
  } finally {
    await opened.close();
  }
}

class Restoring {
  readonly #tx: Db;
  readonly #options: RestoreOptions;
  readonly #sealer: Sealer;

  constructor(tx: Db, options: RestoreOptions, sealer: Sealer) {
    this.#tx = tx;
    this.#options = options;
    this.#sealer = sealer;
  }

  async run(path: string, keyOf: (header: BackupHeader) => Uint8Array): Promise<Restored> {
    const { migrationsDir = shippedMigrations } = this.#options;
    const rows = new Rows(this.#tx);
    const header = await readBackup(path, keyOf, {
      header: async ({ last_migration }) => {
        await applyMigrations(this.#tx, migrationsDir, last_migration);
        await this.#assertEmpty();
      },
      table: (name) => rows.begin(name),
      row: (row) => rows.take(row),
    });
    await rows.end();
    await restartSequences(this.#tx);
    await applyMigrations(this.#tx, migrationsDir);
    const before = await this.#signers();
    const scribe = await this.#scribe();
    const takenAt = new Date(header.taken_at);
    await voidChats(this.#tx, this.#options.now());
    await voidSecurityRequests(this.#tx, this.#options.now());
    const restored = {
      instance: header.instance,
      takenAt,
      plans: await this.#voidPlans(scribe, takenAt),
      sessions: await voidSessions(this.#tx, this.#options.now()),
      tokens: await this.#voidTokens(),
      simulated: await this.#simulated(),
      ...(before.includes(scribe.signer.keyId)
        ? {}
        : { resigned: { before, now: scribe.signer.keyId } }),
    };
    await this.#record(scribe, restored);
    return { ...restored, chains: await this.#checkChains(scribe) };
  }

  async #assertEmpty(): Promise<void> {
    const filled = await filledTables(this.#tx);
    if (filled.length === 0) return;
    throw new UserError('conflict', 'This database is not empty; nothing was restored.', {
      hint:
        this.#options.databaseUrl === undefined
          ? 'Restore into another data directory (DATA_DIR), with the keys copied there.'
          : 'Name an empty database in DATABASE_URL.',
    });
  }

  /** As at any start: another signing key than before is recorded, another encryption key refused. */
  async #scribe(): Promise<Scribe> {
    const { recorder, now, newId, randomBytes, timeZone } = this.#options;
    const signer = await this.#options.signer();
    const redact = this.#options.redact ?? ((text: string) => text);
    const hands = { recorder, signer, now, newId, randomBytes, redact };
    const { id } = await openInstance(this.#tx, {
      scribe: hands,
      sealer: this.#sealer,
      timeZone,
      operatorName: '',
    });
    return { ...hands, instanceId: id };
  }

  async #signers(): Promise<readonly string[]> {
    const found = await this.#tx.select().from(signingKeys).orderBy(signingKeys.addedAt);
    return found.map(({ keyId }) => keyId);
  }

  async #voidPlans(scribe: Scribe, takenAt: Date): Promise<number> {
    const store = plansStore(this.#tx);
    const unsettled = this.#tx
      .select({ plan: actions.plan })
      .from(actions)
      .where(inArray(actions.state, ['planned', 'requested', 'accepted', 'pending']));
    const found = await this.#tx
      .select({ id: plans.id })
      .from(plans)
      .where(
        or(
          inArray(plans.state, ['proposed', 'approved', 'running', 'paused']),
          inArray(plans.id, unsettled),
        ),
      )
      .orderBy(plans.number);
    let count = 0;
    for (const { id } of found) {
      const plan = await store.byId(id);
      const own = await store.actions(id);
      if (!plan || !isUnsettled(plan, own)) continue;
      const ended = voidPlan(plan, own, { takenAt, now: scribe.now() });
      await writePlans(this.#tx, [ended.plan]);
      await writeActions(this.#tx, ended.actions);
      await appendEvents(this.#tx, scribe, [ended.event]);
      count += 1;
    }
    return count;
  }

  /** Of every kind: one that was revoked since the backup would be good again. */
  async #voidTokens(): Promise<number> {
    const voided = await this.#tx
      .update(personTokens)
      .set({ revokedAt: this.#options.now() })
      .where(isNull(personTokens.revokedAt))
      .returning({ id: personTokens.id });
    return voided.length;
  }

  async #simulated(): Promise<readonly string[]> {
    const found = await this.#tx
      .select({ name: connections.name })
      .from(connections)
      .where(eq(connections.kind, 'sandbox'))
      .orderBy(connections.name);
    return found.map(({ name }) => name);
  }

  async #record(scribe: Scribe, restored: Omit<Restored, 'chains'>): Promise<void> {
    const now = scribe.now();
    const { takenAt, plans: voidedPlans, sessions: signedIn, tokens } = restored;
    const gapMs = Math.max(0, now.getTime() - takenAt.getTime());
    await appendEvents(this.#tx, scribe, [
      {
        chain: instanceChain,
        kind: 'instance_restored',
        actor: { kind: 'firebreak' },
        source: 'system',
        occurredAt: now,
        text:
          `This instance was restored from its backup of ${takenAt.toISOString()}. What was ` +
          `done in the ${span(gapMs)} since then is not in it. Void from now on: ` +
          `${voidedPlans} plan(s), ${signedIn} session(s), ${tokens} token(s) and invitation(s).`,
        data: {
          backup_taken_at: takenAt.toISOString(),
          gap_ms: gapMs,
          plans: voidedPlans,
          sessions: signedIn,
          tokens,
        },
      },
    ]);
  }

  async #checkChains(scribe: Scribe): Promise<number> {
    const timeline = timelineStore(this.#tx, scribe);
    const all = await this.#tx.select({ id: chains.incident }).from(chains);
    for (const { id } of all) {
      const problem = await this.#options.checkChain(timeline, id);
      if (problem === undefined) continue;
      throw new UserError('not_ready', `A timeline in this backup does not hold: ${problem}`, {
        hint: 'Nothing was restored. Somebody may have changed the database before the backup.',
      });
    }
    return all.length;
  }
}

/** Puts rows into one table after the other. */
class Rows {
  readonly #tx: Db;
  #columns: ReadonlyMap<string, readonly string[]> | undefined;
  #table: string | undefined;
  #rows: string[] = [];
  #characters = 0;

  constructor(tx: Db) {
    this.#tx = tx;
  }

  async begin(table: string): Promise<void> {
    await this.end();
    this.#columns ??= new Map(
      (await tablesInOrder(this.#tx)).map(({ name, columns }) => [name, columns]),
    );
    if (!this.#columns.has(table)) throw new Error(`The backup has an unknown table, ${table}.`);
    this.#table = table;
  }

  async take(row: string): Promise<void> {
    this.#rows.push(row);
    this.#characters += row.length;
    if (this.#rows.length >= rowsAtOnce || this.#characters >= charactersAtOnce) await this.end();
  }

  async end(): Promise<void> {
    if (this.#rows.length === 0) return;
    const name = this.#table ?? '';
    const columns = sql.join(
      (this.#columns?.get(name) ?? []).map((column) => sql.identifier(column)),
      sql`, `,
    );
    const table = sql.identifier(name);
    await this.#tx.execute(sql`insert into ${table} (${columns}) overriding system value
      select ${columns} from json_populate_recordset(null::${table}, ${`[${this.#rows.join(',')}]`}::json)`);
    this.#rows = [];
    this.#characters = 0;
  }
}
