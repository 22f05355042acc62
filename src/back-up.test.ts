import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { backUp, bringBack } from './back-up.ts';
import { backupCopies } from './backup-copies.ts';
import { leaveWord } from './cli/where.ts';
import { readConfig } from './config.ts';
import { instanceChain } from './domain/timeline.ts';
import { startServer } from './http/server.ts';
import { postgresCluster, usualDatabase } from './testing/database.ts';
import { aConnection, aPerson } from './testing/nouns.ts';
import { scriptedEntrance } from './testing/shell.ts';
import { openTestStore, storeOptions } from './testing/store.ts';

const folder = await mkdtemp(join(tmpdir(), 'fb-back-up-'));
after(() => rm(folder, { recursive: true, force: true }));

async function anInstance() {
  const { store, options, clock } = await openTestStore();
  const operator = await store.people.byId(store.instance.operator);
  assert.ok(operator);
  let count = 0;
  const context = {
    store,
    dataDir: options.dataDir,
    now: clock.now,
    newId: () => `copy-${(count += 1)}`,
  };
  return { store, options, context, operator };
}

describe('a backup through the front', () => {
  it('is on the timeline, leaves no copy behind, and comes back', async () => {
    const { store, options, context, operator } = await anInstance();
    const file = join(folder, 'a.backup');
    await writeFile(file, backUp(context, operator));
    const [event] = await store.timeline.latest(instanceChain, 1);
    assert.equal(event?.kind, 'backup_made');
    assert.deepEqual(
      (await readdir(options.dataDir)).filter((name) => name.includes('copy')),
      [],
    );

    const dataDir = await mkdtemp(join(folder, 'data-'));
    await copyFile(join(options.dataDir, 'secret.key'), join(dataDir, 'secret.key'));
    await writeFile(join(dataDir, 'operator.token'), 'fbt_old\n', { mode: 0o600 });
    const databaseUrl =
      usualDatabase === 'postgres' ? await (await postgresCluster()).newDatabase() : undefined;
    const empty = await storeOptions(dataDir, databaseUrl ? { databaseUrl } : {});
    const view = await bringBack(readConfig({ DATA_DIR: dataDir }), empty, file);
    assert.equal(view.outcome, 'done');
    assert.ok(!(await readdir(dataDir)).includes('operator.token'), 'its token is void');
    const said = JSON.stringify(view.blocks);
    assert.match(said, /signing-key\.pem did not come along/);
    assert.ok(said.includes(options.signer.keyId), 'the key before is named');
  });

  it('says that simulated platforms begin anew where their state did not come along', async () => {
    const { store, options, context, operator } = await anInstance();
    await store.save({ connections: [aConnection({ kind: 'sandbox', name: 'shop' })] });
    const file = join(folder, 'simulated.backup');
    await writeFile(file, backUp(context, operator));
    const texts: string[] = [];
    for (const hasState of [false, true]) {
      const dataDir = await mkdtemp(join(folder, 'data-'));
      await copyFile(join(options.dataDir, 'secret.key'), join(dataDir, 'secret.key'));
      if (hasState) await mkdir(join(dataDir, 'sandbox'));
      const databaseUrl =
        usualDatabase === 'postgres' ? await (await postgresCluster()).newDatabase() : undefined;
      const empty = await storeOptions(dataDir, databaseUrl ? { databaseUrl } : {});
      const { blocks } = await bringBack(readConfig({ DATA_DIR: dataDir }), empty, file);
      texts.push(JSON.stringify(blocks));
    }
    assert.match(texts[0] ?? '', /simulated platform shop begins anew.*switched on there again/);
    assert.doesNotMatch(texts[1] ?? '', /begins? anew/);
  });

  it('makes no signing key where it is refused for another encryption key', async () => {
    const { options, context, operator } = await anInstance();
    const file = join(folder, 'refused.backup');
    await writeFile(file, backUp(context, operator));
    const dataDir = await mkdtemp(join(folder, 'data-'));
    await writeFile(join(dataDir, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, {
      mode: 0o600,
    });
    const { signer: _, ...hands } = options;
    await assert.rejects(
      bringBack(readConfig({ DATA_DIR: dataDir }), { ...hands, dataDir }, file),
      /opened by the encryption key/,
    );
    assert.deepEqual(await readdir(dataDir), ['secret.key']);
  });

  it('is not called made when its reader leaves, and leaves no copy behind', async () => {
    const { store, options, context, operator } = await anInstance();
    const bytes = backUp(context, operator);
    assert.equal((await bytes.next()).done, false);
    await bytes.return(undefined);
    const events = await store.timeline.latest(instanceChain, 5);
    assert.equal(events.at(-1)?.kind, 'backup_broken_off');
    assert.ok(!events.some(({ kind }) => kind === 'backup_made'));
    assert.deepEqual(
      (await readdir(options.dataDir)).filter((name) => name.includes('copy')),
      [],
    );
  });

  it('leaves no event when it could not be taken', async () => {
    const { store, options, context, operator } = await anInstance();
    const path = join(options.dataDir, 'taken.backup.tmp');
    await writeFile(path, 'in the way');
    await utimes(path, context.now(), context.now());
    const inTheWay = { ...context, newId: () => 'taken' };
    await assert.rejects(backUp(inTheWay, operator).next(), { code: 'conflict' });
    const events = await store.timeline.latest(instanceChain, 5);
    assert.ok(!events.some(({ kind }) => kind.startsWith('backup_')));
  });

  it('takes away what a crash left behind long ago, and nothing of a backup under way', async () => {
    const { options, context, operator } = await anInstance();
    const [left, underWay] = ['left', 'busy'].map((name) =>
      join(options.dataDir, `${name}.backup.tmp`),
    );
    assert.ok(left && underWay);
    for (const [path, minutes] of [
      [left, 61],
      [underWay, 59],
    ] as const) {
      await writeFile(path, 'half');
      const at = new Date(context.now().getTime() - minutes * 60_000);
      await utimes(path, at, at);
    }
    await writeFile(join(folder, 'b.backup'), backUp(context, operator));
    const copies = await backupCopies(options.dataDir);
    assert.deepEqual(
      copies.map(({ path }) => path),
      [underWay],
    );
  });

  it('is for admins alone', async () => {
    const { store, context } = await anInstance();
    await assert.rejects(backUp(context, aPerson()).next(), { code: 'not_allowed' });
    const [event] = await store.timeline.latest(instanceChain, 1);
    assert.notEqual(event?.kind, 'backup_made');
  });

  it('is not restored while a server runs', async () => {
    const { options, store } = await anInstance();
    const instance = store.instance.id;
    const server = await startServer({
      port: 0,
      instanceId: instance,
      entrance: scriptedEntrance({}),
      onFailure: () => 'ref',
    });
    await leaveWord(options.dataDir, { url: server.url, instance, database: 'any' });
    const config = readConfig({ DATA_DIR: options.dataDir });
    await assert.rejects(bringBack(config, options, join(folder, 'none')), /A server runs/);
    await server.close();
  });
});
