import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';

import { sql } from 'drizzle-orm';

import { checkChain } from '../check-chain.ts';
import { Secret } from '../domain/secret.ts';
import { instanceChain } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import { loadOrCreateSigner } from '../record/keys.ts';
import { makeRecorder } from '../record/recorder.ts';
import { assertChainHolds } from '../testing/chain.ts';
import {
  databaseKinds,
  pgliteDirectory,
  postgresCluster,
  usualDatabase,
} from '../testing/database.ts';
import type { DatabaseKind } from '../testing/database.ts';
import { leaveChatsWaiting } from '../testing/left-waiting.ts';
import { aConnection, aPerson, anEvent, anIncident } from '../testing/nouns.ts';
import { anAction, aPlan } from '../testing/records.ts';
import { openDatabaseOf, openTestStore, storeOptions } from '../testing/store.ts';
import type { TestStore } from '../testing/store.ts';
import { openStore } from './open.ts';
import type { StoreOptions } from './open.ts';
import { restoreStore } from './restore.ts';
import type { Store } from './store.ts';

const folder = await mkdtemp(join(tmpdir(), 'fb-backup-'));
after(() => rm(folder, { recursive: true, force: true }));
const takenAt = new Date('2026-11-23T09:00:00.000Z');
const restoredAt = new Date('2026-11-23T11:30:00.000Z');
const recorder = makeRecorder();
const evidenceBytes = new TextEncoder().encode('{"name":"Charge 🔥"}');

/** An instance in the middle of an incident. */
async function fill(store: Store) {
  const ana = aPerson({ handle: 'ana' });
  await store.save({ people: [ana] });
  const connection = aConnection();
  const incident = anIncident({ declaredBy: ana.id, title: 'Leaked “Stripe” \\ key\n🔥' });
  const token = { person: ana.id, issuedAt: takenAt };
  await store.save({
    incidents: [incident],
    connections: [connection],
    connectionSecrets: [{ connection: connection.id, secret: new Secret('key-of-n8n') }],
    tokens: [
      { ...token, id: randomUUID(), kind: 'cli', sha256: 'a'.repeat(64) },
      { ...token, id: randomUUID(), kind: 'invitation', sha256: 'b'.repeat(64) },
    ],
    sessions: [
      {
        id: randomUUID(),
        sha256: 'c'.repeat(64),
        person: ana.id,
        startedAt: takenAt,
        seenAt: takenAt,
        expiresAt: new Date(takenAt.getTime() + 1e9),
        userAgent: 'test',
      },
    ],
  });
  const plan = { incident: incident.id, requestedBy: ana.id };
  const approved = aPlan({ ...plan, state: 'approved' });
  const running = aPlan({ ...plan, state: 'running', startedAt: takenAt });
  const finished = aPlan({ ...plan, state: 'finished', startedAt: takenAt, finishedAt: takenAt });
  const at = { connection: connection.id };
  const touched = anAction({ ...at, plan: running.id, state: 'accepted', acceptedAt: takenAt });
  await store.save({
    plans: [approved, running, finished],
    actions: [
      anAction({ ...at, plan: approved.id }),
      touched,
      anAction({ ...at, plan: running.id, ordinal: 1, lever: 'stop' }),
      anAction({ ...at, plan: finished.id, state: 'verified', acceptedAt: takenAt }),
    ],
    approvals: [
      { plan: approved.id, digest: approved.digest, person: ana.id, decision: 'yes', at: takenAt },
    ],
    journal: [
      { action: touched.id, at: takenAt, call: 'disable', when: 'before' },
      { action: touched.id, at: takenAt, call: 'disable', when: 'after', outcome: 'ok' },
    ],
    evidence: [
      {
        id: randomUUID(),
        incident: incident.id,
        title: 'definition.json',
        mediaType: 'application/json',
        collectedAt: takenAt,
        from: { kind: 'workflow', connection: connection.id, workflow: 'x', workflowName: 'Pay' },
        bytes: evidenceBytes,
      },
    ],
    events: Array.from({ length: 60 }, (_, index) =>
      anEvent(incident.id, { text: `Note ${index}` }),
    ),
    jobs: [{ kind: 'contain', id: `contain:${running.id}:1`, data: { plan: running.id } }],
  });
  await leaveChatsWaiting(store, takenAt);
  return { ana, incident, connection, approved, running, finished, touched };
}

/** An empty place to restore into, with the encryption key of the first one but not its signing key. */
async function emptyPlace(kind: DatabaseKind, from: StoreOptions): Promise<StoreOptions> {
  const dataDir = await mkdtemp(join(folder, 'data-'));
  await copyFile(join(from.dataDir, 'secret.key'), join(dataDir, 'secret.key'));
  return storeOptions(dataDir, {
    signer: await loadOrCreateSigner(dataDir),
    now: () => restoredAt,
    ...(kind === 'postgres' ? { databaseUrl: await (await postgresCluster()).newDatabase() } : {}),
  });
}

function restore(options: StoreOptions, path: string) {
  const signer = () => Promise.resolve(options.signer);
  const check = checkChain.bind(undefined, recorder);
  return restoreStore({ ...options, signer, checkChain: check }, path);
}

function refused(code: UserError['code'], pattern: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    return true;
  };
}

type Filled = Awaited<ReturnType<typeof fill>>;

async function assertSame(store: Store, given: Filled): Promise<void> {
  const { ana, incident, connection, finished, touched } = given;
  assert.equal((await store.people.byHandle('ana'))?.id, ana.id);
  const found = await store.incidents.byName('INC-1', ana.id);
  assert.equal(found?.title, incident.title);
  assert.equal((await store.connections.secret(connection.id))?.reveal(), 'key-of-n8n');
  const [evidence] = await store.evidence.ofIncident(incident.id);
  assert.deepEqual(await store.evidence.bytes(evidence?.id ?? ''), evidenceBytes);
  assert.equal((await store.plans.byId(finished.id))?.state, 'finished');
  const journal = await store.plans.journal(given.running.id);
  assert.deepEqual(
    journal.map(({ action, when }) => [action, when]),
    [
      [touched.id, 'before'],
      [touched.id, 'after'],
    ],
  );
  const entries = await assertChainHolds(store, incident.id);
  assert.ok(entries.length > 60);
}

async function assertVoid(store: Store, given: Filled): Promise<void> {
  const approved = await store.plans.byId(given.approved.id);
  assert.equal(approved?.state, 'cancelled');
  assert.match(approved.stateReason ?? '', /restored from the backup/);
  const states = [
    ...(await store.plans.actions(given.approved.id)),
    ...(await store.plans.actions(given.running.id)),
  ].map(({ state }) => state);
  assert.deepEqual(states, ['skipped', 'unverifiable', 'skipped']);
  for (const kind of ['cli', 'invitation'] as const) {
    const sha256 = (kind === 'cli' ? 'a' : 'b').repeat(64);
    assert.equal(await store.people.byToken(sha256, kind, restoredAt), undefined);
  }
  assert.ok((await store.sessions.bySha256('c'.repeat(64)))?.revokedAt);
  const job = `contain:${given.running.id}:1`;
  assert.equal(await store.jobs.state('contain', job), undefined, 'the queue is empty');
  assert.equal(await store.heard.nextDue(), undefined, 'no line is said again');
  assert.deepEqual(await store.outgoing.backlog(), [], 'nothing is sent again');
  const kinds = (await store.timeline.latest(given.incident.id, 2)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['plan_cancelled', 'plan_cancelled']);
  const events = await store.timeline.latest(instanceChain, 2);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['signing_key_added', 'instance_restored'],
  );
  assert.match(events[1]?.text ?? '', /2 h since then.*2 plan\(s\), 1 session\(s\), 2 token/);
}

for (const kind of databaseKinds) {
  if (kind !== usualDatabase && kind === 'postgres') continue;
  describe(`a backup of ${kind}`, () => {
    const path = join(folder, `${kind}.backup`);
    let opened: TestStore;
    let given: Filled;
    before(async () => {
      opened = await openTestStore(kind);
      given = await fill(opened.store);
      await opened.store.backup(path);
    });

    it('is a file for its owner alone, with no key in it, and is never written over', async () => {
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      const text = gunzipSync(await readFile(path)).toString();
      const key = await readFile(join(opened.options.dataDir, 'secret.key'), 'utf8');
      assert.ok(!text.includes(key.trim()) && !text.includes('key-of-n8n'));
      assert.ok(!text.includes('Charge 🔥'), 'evidence stays sealed');
      await assert.rejects(opened.store.backup(path), refused('conflict', /exists already/));
      assert.equal(gunzipSync(await readFile(path)).toString(), text);
    });

    for (const into of databaseKinds) {
      if (into !== usualDatabase && into === 'postgres') continue;
      it(`comes back whole on ${into}, with what could act made void`, async () => {
        const options = await emptyPlace(into, opened.options);
        // A directory in which the database was only migrated is as empty as one without it.
        const isMigrated = kind === 'postgres' && into === 'pglite';
        if (isMigrated) await pgliteDirectory(join(options.dataDir, 'pg'));
        const restored = await restore(options, path);
        assert.equal(restored.chains, 2);
        const store = await openStore(options);
        try {
          assert.equal(store.instance.id, opened.store.instance.id);
          await assertSame(store, given);
          await assertVoid(store, given);
          await store.save({
            journal: [{ action: given.touched.id, at: restoredAt, call: 'read', when: 'before' }],
            plans: [aPlan({ incident: given.incident.id, requestedBy: given.ana.id })],
          });
          assert.equal((await store.plans.ofIncident(given.incident.id)).length, 4);
        } finally {
          await store.close();
        }
      });
    }
  });
}

describe('a restore', () => {
  const path = join(folder, 'usual.backup');
  let opened: TestStore;
  before(async () => {
    opened = await openTestStore();
    await fill(opened.store);
    await opened.store.backup(path);
  });
  const refuses = async (file: string, pattern: RegExp, code: UserError['code'] = 'not_ready') => {
    const options = await emptyPlace(usualDatabase, opened.options);
    await assert.rejects(restore(options, file), refused(code, pattern));
    await restore(options, path);
  };

  it('refuses a file in which one byte was flipped, before it writes anything', async () => {
    const bytes = await readFile(path);
    for (const at of [2_000, Math.floor(bytes.length / 2), bytes.length - 200]) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const file = join(folder, `flipped-${at}`);
      await writeFile(file, flipped);
      const options = { ...opened.options, databaseUrl: 'postgres://nobody@127.0.0.1:1/none' };
      await assert.rejects(restore(options, file), refused('not_ready', /changed or cut off/));
    }
  });

  it('refuses a file that was cut off, and one that is none', async () => {
    await writeFile(join(folder, 'short'), (await readFile(path)).subarray(0, -30));
    await refuses(join(folder, 'short'), /changed or cut off/);
    await writeFile(join(folder, 'none'), 'hello');
    await refuses(join(folder, 'none'), /changed or cut off/);
    await writeFile(join(folder, 'other'), gzipSync('{"hello":1}\n'));
    await refuses(join(folder, 'other'), /no backup/, 'bad_input');
    await refuses(join(folder, 'missing'), /cannot be read/, 'bad_input');
    await writeFile(join(folder, 'empty'), '');
    await refuses(join(folder, 'empty'), /^This backup is empty\.$/);
  });

  it('refuses rows that were changed by somebody who knows the format but not the key', async () => {
    const text = gunzipSync(await readFile(path)).toString();
    const forged = text.replace('"permissions":["responder"]', '"permissions":["admin"]');
    assert.notEqual(forged, text);
    await writeFile(join(folder, 'forged'), gzipSync(forged));
    await refuses(join(folder, 'forged'), /not what its manifest says/);
    const hash = /"table":"people","rows":2,"sha256":"([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
    const rows = forged.split('{"table":"people"}\n')[1]?.split('{"table"')[0] ?? '';
    const own = recorder.sha256(rows.replaceAll(/^\{"row":(.*)\}$/gm, '$1'));
    await writeFile(join(folder, 'rehashed'), gzipSync(forged.replace(hash, own)));
    await refuses(join(folder, 'rehashed'), /not sealed by this instance/);
  });

  it('refuses without the key, and says which one opens it', async () => {
    const options = await storeOptions(await mkdtemp(join(folder, 'data-')));
    await assert.rejects(restore(options, path), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /encryption key [0-9a-f]{16}, which is not here/);
      assert.match(error.hint ?? '', /secret\.key/);
      return true;
    });
  });

  it('refuses a timeline that was changed before the backup was made', async () => {
    const other = await openTestStore();
    const { incident } = await fill(other.store);
    const bare = await openDatabaseOf(other);
    await bare.run(sql`alter table timeline_entries disable trigger user`);
    await bare.run(sql`update timeline_entries set kind = 'note_forged' where seq = 7
      and incident = ${incident.id}`);
    await bare.close();
    const file = join(folder, 'changed.backup');
    await (await other.reopen()).backup(file);
    const options = await emptyPlace(usualDatabase, other.options);
    await assert.rejects(restore(options, file), refused('not_ready', /does not hold: Entry 7/));
    await restore({ ...options, ...(await keyOf(opened)) }, path);
  });

  it('refuses a database that is in use, and one that holds anything', async () => {
    const other = await openTestStore();
    const options = { ...other.options, ...(await keyOf(opened)) };
    await assert.rejects(restore(options, path), refused('conflict', /not empty|has the data/));
    await other.store.close();
    await assert.rejects(restore(options, path), refused('conflict', /not empty/));
    await other.reopen();
  });
});

async function keyOf({ options }: TestStore): Promise<{ sealingKey: string }> {
  return { sealingKey: (await readFile(join(options.dataDir, 'secret.key'), 'utf8')).trim() };
}
