import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';

import { checkChain } from '../check-chain.ts';
import { instanceChain } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import { loadOrCreateSigner } from '../record/keys.ts';
import { makeRecorder } from '../record/recorder.ts';
import { assertChainHolds } from '../testing/chain.ts';
import type { DatabaseKind } from '../testing/database.ts';
import {
  forEachDatabase,
  pgliteDirectory,
  postgresCluster,
  usualDatabase,
} from '../testing/database.ts';
import { aConnection } from '../testing/nouns.ts';
import { storeOptions } from '../testing/store.ts';
import { applyMigrations, shippedMigrations } from './migrate.ts';
import { migrate, openStore } from './open.ts';
import type { StoreOptions, Upgrade } from './open.ts';
import { restoreStore } from './restore.ts';

const dirs: string[] = [];
const newDir = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fb-open-'));
  dirs.push(dir);
  return dir;
};
after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

/** Where nothing was ever stored. */
const emptyPlace = async (kind: DatabaseKind): Promise<StoreOptions> =>
  storeOptions(
    await newDir(),
    kind === 'postgres' ? { databaseUrl: await (await postgresCluster()).newDatabase() } : {},
  );

/** Where the tables are there and nothing in them, which saves the embedded one its seconds. */
const migratedPlace = async (kind: DatabaseKind): Promise<StoreOptions> => {
  const options = await emptyPlace(kind);
  if (kind === 'pglite') await pgliteDirectory(join(options.dataDir, 'pg'));
  return options;
};

/** The migrations of a Firebreak that is one migration older. */
const olderMigrations = async () => {
  const dir = await newDir();
  await cp(shippedMigrations, dir, { recursive: true });
  const path = join(dir, 'meta/_journal.json');
  const journal: { entries: unknown[] } = JSON.parse(await readFile(path, 'utf8'));
  journal.entries.pop();
  await writeFile(path, JSON.stringify(journal));
  return dir;
};

/** The migrations of a Firebreak that is one migration newer, which fails half-way. */
const brokenMigrations = async () => {
  const dir = await newDir();
  await cp(shippedMigrations, dir, { recursive: true });
  const path = join(dir, 'meta/_journal.json');
  const journal: { entries: { idx: number; when: number; tag: string }[] } = JSON.parse(
    await readFile(path, 'utf8'),
  );
  const last = journal.entries.at(-1) ?? assert.fail('no migrations');
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: 'broken' });
  await writeFile(path, JSON.stringify(journal));
  await writeFile(
    join(dir, 'broken.sql'),
    'drop table "notices";--> statement-breakpoint\nselect 1/0;',
  );
  return dir;
};

/** An upgrade that failed has changed nothing, and says what it left behind. */
const assertSaysWhatToDo = async (options: StoreOptions) => {
  const upgraded = options.databaseUrl === undefined ? openStore(options) : migrate(options);
  await assert.rejects(upgraded, (error: unknown) => {
    notReady(
      /is as it was\. The database refused \(code 22012\)/,
      /version that ran here before/,
    )(error);
    const [backup] = /\S+\.backup/.exec(error instanceof UserError ? (error.hint ?? '') : '') ?? [];
    assert.equal(backup?.startsWith(options.dataDir), options.databaseUrl ? undefined : true);
    return true;
  });
};

/** A backup of an older version fills an empty database, which is then brought up. */
const assertComesBack = async (from: StoreOptions, path: string) => {
  if (usualDatabase !== 'postgres') return;
  const options = await emptyPlace('postgres');
  const sealingKey = (await readFile(join(from.dataDir, 'secret.key'), 'utf8')).trim();
  const recorder = makeRecorder();
  await restoreStore(
    {
      ...options,
      sealingKey,
      signer: () => Promise.resolve(options.signer),
      checkChain: (timeline, chain) => checkChain(recorder, timeline, chain),
    },
    path,
  );
  const store = await openStore({ ...options, sealingKey });
  assert.equal((await store.people.list()).length, 1);
  await store.close();
};

const notReady = (pattern: RegExp, hint: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError);
  assert.equal(error.code, 'not_ready');
  assert.match(error.message, pattern);
  assert.match(error.hint ?? '', hint);
  return true;
};

forEachDatabase((name) => {
  describe('a first start', () => {
    it('makes the instance once, and the next start finds it', async () => {
      const options = await emptyPlace(name);
      const first = await openStore({ ...options, operatorName: 'Ana' });
      const { instance } = first;
      assert.equal(instance.timeZone, 'Europe/Berlin');
      assert.equal((await first.people.byId(instance.operator))?.name, 'Ana');
      const keys = await first.timeline.keys();
      assert.deepEqual(
        keys.map(({ keyId }) => keyId),
        [options.signer.keyId],
      );
      await first.close();

      const second = await openStore({ ...options, timeZone: 'Asia/Tokyo', operatorName: 'Bo' });
      assert.deepEqual(second.instance, instance);
      assert.equal((await second.people.list()).length, 1);
      assert.equal((await assertChainHolds(second, instanceChain)).length, 1);
      await second.close();
      await second.close();
    });
  });

  describe('a start', () => {
    it('with another encryption key is refused before anything is written', async () => {
      const options = await migratedPlace(name);
      const store = await openStore(options);
      await store.save({ connections: [aConnection()] });
      await store.close();
      const sealingKey = randomBytes(32).toString('base64');
      const refused = notReady(/key does not open this database/, /secret\.key/);
      await assert.rejects(openStore({ ...options, sealingKey }), refused);
      const again = await openStore(options);
      assert.equal((await assertChainHolds(again, instanceChain)).length, 1);
      await again.close();
    });

    it('without the encryption key is refused, and no new one is made', async () => {
      const options = await migratedPlace(name);
      await (await openStore(options)).close();
      const path = join(options.dataDir, 'secret.key');
      const key = await readFile(path, 'utf8');
      await rm(path);
      await assert.rejects(openStore(options), notReady(/key is missing/, /secret\.key/));
      await assert.rejects(readFile(path), /ENOENT/);
      const store = await openStore({ ...options, sealingKey: key.trim() });
      await store.close();
    });

    it('with another signing key says so in the timeline and keeps the old one', async () => {
      const options = await migratedPlace(name);
      const store = await openStore(options);
      await store.timeline.checkpoint(instanceChain);
      await store.close();
      const signer = await loadOrCreateSigner(await newDir());
      const again = await openStore({ ...options, signer });
      const [, event] = await again.timeline.latest(instanceChain, 2);
      assert.equal(event?.kind, 'signing_key_added');
      assert.ok(event?.text?.includes(signer.keyId));
      assert.deepEqual(
        (await again.timeline.keys()).map(({ keyId }) => keyId),
        [options.signer.keyId, signer.keyId],
      );
      assert.equal((await again.timeline.checkpoint(instanceChain)).length, 2);
      await assertChainHolds(again, instanceChain);
      await again.close();
    });

    it('on a database that a newer Firebreak has used is refused', async () => {
      const options = await migratedPlace(name);
      await (await openStore(options)).close();
      const older = { ...options, migrationsDir: await olderMigrations() };
      await assert.rejects(openStore(older), notReady(/newer Firebreak/, /that version/));
    });

    it('after an upgrade brings an embedded database up by itself, PostgreSQL when told', async () => {
      const options = await emptyPlace(name);
      await (await openStore({ ...options, migrationsDir: await olderMigrations() })).close();
      await assertSaysWhatToDo({ ...options, migrationsDir: await brokenMigrations() });
      if (name === 'postgres') {
        const refused = notReady(
          /needs 1 migration\(s\) first/,
          /npm run -s firebreak -- migrate$/,
        );
        await assert.rejects(openStore(options), refused);
        assert.equal(await migrate(options), 1);
        assert.equal(await migrate(options), 0);
      }
      const told: [string, Upgrade][] = [];
      const tell = (...words: [string, Upgrade]) => void told.push(words);
      const store = await openStore({ ...options, tell });
      assert.equal((await store.people.list()).length, 1);
      await store.close();
      await (await openStore({ ...options, tell })).close();
      assert.equal(told.length, name === 'pglite' ? 1 : 0);
      for (const [words, { from, to, backup }] of told) {
        assert.match(words, /brought to the migration .* backup; `firebreak restore` brings/);
        assert.equal(to, from + 1);
        assert.equal(backup, join(options.dataDir, `before-migration-${from}-2.backup`));
      }
      const backups = (await readdir(options.dataDir)).filter((file) => file.endsWith('.backup'));
      assert.equal(backups.length, name === 'pglite' ? 2 : 0);
      for (const file of backups) assert.match(file, /^before-migration-\d+(?:-2)?\.backup$/);
      for (const file of backups.slice(0, 1)) {
        await assertComesBack(options, join(options.dataDir, file));
      }
    });
  });

  it('migrates an embedded or empty database when told, too', async () => {
    const options = await emptyPlace(name);
    assert.ok((await migrate(options)) > 0);
    assert.equal(await migrate(options), 0);
    await (await openStore(options)).close();
  });

  if (name === 'pglite') return;

  it('migrates once when several do it at the same moment', async () => {
    const databaseUrl = await (await postgresCluster()).newDatabase();
    const pools = Array.from({ length: 4 }, () => new pg.Pool({ connectionString: databaseUrl }));
    const counts = await Promise.all(
      pools.map((pool) => applyMigrations(drizzle(pool), shippedMigrations)),
    );
    await Promise.all(pools.map((pool) => pool.end()));
    assert.equal(counts.filter((count) => count > 0).length, 1);
    assert.equal(counts.filter((count) => count === 0).length, 3);
  });

  it('makes one instance when several start for the first time together', async () => {
    const options = await emptyPlace(name);
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(options)));
    const ids = new Set(stores.map((store) => store.instance.id));
    assert.equal(ids.size, 1);
    const [store] = stores;
    assert.ok(store);
    assert.equal((await store.people.list()).length, 1);
    assert.equal((await assertChainHolds(store, instanceChain)).length, 1);
    await Promise.all(stores.map((one) => one.close()));
  });

  it('says that the database does not exist where PostgreSQL is there', async (test) => {
    if (usualDatabase !== 'postgres') return test.skip('no PostgreSQL here');
    const databaseUrl = new URL(await (await postgresCluster()).newDatabase());
    databaseUrl.pathname = '/nowhere';
    const options = { ...(await storeOptions(await newDir())), databaseUrl: databaseUrl.href };
    await assert.rejects(openStore(options), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /The database that DATABASE_URL names does not exist/);
      assert.match(error.hint ?? '', /createdb/);
      return true;
    });
  });

  it('says that PostgreSQL cannot be reached without telling the password', async () => {
    const databaseUrl = 'postgres://ana:hunter2@127.0.0.1:1/firebreak';
    const options = { ...(await storeOptions(await newDir())), databaseUrl };
    await assert.rejects(openStore(options), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.doesNotMatch(`${error.message} ${error.hint} ${error.stack}`, /hunter2|127\.0/);
      assert.match(error.message, /cannot be reached \(ECONNREFUSED\)/);
      return true;
    });
  });
});
