import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { promisify } from 'node:util';

import pg from 'pg';

import type { Provider } from '../../domain/provider.ts';
import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { postgresCluster } from '../../testing/database.ts';
import { listening } from '../../testing/loopback.ts';
import { revokeAndProve } from '../revoker.ts';
import { PostgresRevoker } from './postgres.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
const around = { now: () => new Date(), wait: () => Promise.resolve(), signal };

/** The real test server on a loopback port, with a role that leaked and one that locks roles. */
async function aServer(test: TestContext) {
  const { urlOf } = await postgresCluster();
  const url = new URL(urlOf('postgres'));
  const socket = join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432');
  const origin = await listening(
    test,
    createServer((client) => {
      const server = connect(socket);
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
      for (const one of [client, server]) one.on('error', () => one.destroy());
      client.pipe(server).pipe(client);
    }),
  );
  const own = randomBytes(4).toString('hex');
  // Names that would end a statement if they were pasted into one.
  const [leaked, locker, weak] = ['n8n"; drop role', 'locker', 'weak'].map((n) => `${n} ${own}`);
  assert.ok(leaked !== undefined && locker !== undefined && weak !== undefined);
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  const quoted = [leaked, locker, weak].map((role) => admin.escapeIdentifier(role));
  await admin.query(`create role ${quoted[0]} login password 'leaked'`);
  await admin.query(`create role ${quoted[1]} login createrole`);
  await admin.query(`grant pg_signal_backend to ${quoted[1]}`);
  await admin.query(`create role ${quoted[2]} login createrole`);
  test.after(async () => {
    for (const role of quoted) await admin.query(`drop role ${role}`);
    await admin.end();
  });
  const { port } = new URL(origin);
  const signIn = async (role: string) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: Number(port),
      user: role,
      database: 'postgres',
    });
    client.on('error', () => undefined);
    await client.connect();
    test.after(() => client.end().catch(() => undefined));
    return client;
  };
  return { port, leaked, locker, weak, signIn };
}

/** What refuses whoever does not ask for TLS, in front of a server: as `hostssl` alone would. */
async function onlyTls(test: TestContext, port: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fb-postgres-tls-'));
  test.after(() => rm(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-nodes', '-days', '1', '-subj', '/CN=a-test'];
  const files = ['-keyout', key, '-out', cert];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...files]);
  const secureContext = createSecureContext({
    key: await readFile(key),
    cert: await readFile(cert),
  });
  const sslRequest = Buffer.from('0000000804d2162f', 'hex');
  const origin = await listening(
    test,
    createServer((plain) => {
      plain.on('error', () => plain.destroy());
      plain.once('data', (first) => {
        if (!first.equals(sslRequest)) {
          plain.destroy();
          return;
        }
        plain.write('S');
        const client = new TLSSocket(plain, { isServer: true, secureContext });
        const server = connect(port, '127.0.0.1');
        for (const one of [client, server]) one.on('error', () => one.destroy());
        client.on('close', () => server.destroy());
        server.on('close', () => client.destroy());
        client.pipe(server).pipe(client);
      });
    }),
  );
  return new URL(origin).port;
}

function revokerOf(port: string, by: string, role: string): PostgresRevoker {
  const provider: Provider = {
    kind: 'postgres',
    baseUrl: `postgres://${encodeURIComponent(by)}@127.0.0.1:${port}/postgres`,
    account: role,
    privateHostAllowed: true,
    revision: 1,
  };
  return new PostgresRevoker({
    provider,
    secretsOf: () => Promise.resolve({ secret: new Secret('unused by trust') }),
  });
}

describe('locking a role on a real PostgreSQL server', () => {
  it('ends its open sessions and refuses new ones', async (test) => {
    const { port, leaked, locker, signIn } = await aServer(test);
    const thief = await signIn(leaked);
    const revoker = revokerOf(port, locker, leaked);
    assert.equal(await revoker.probe('c', signal), 'alive');

    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'confirmed_dead');
    await assert.rejects(thief.query('select 1'));
    await assert.rejects(signIn(leaked), /not permitted to log in/);
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'already_dead');
  });

  it('is not dead while a session that was open before is open', async (test) => {
    const { port, leaked, locker, signIn } = await aServer(test);
    await signIn(leaked);
    const other = await signIn(locker);
    await other.query(`alter role ${other.escapeIdentifier(leaked)} nologin`);

    assert.equal(await revokerOf(port, locker, leaked).probe('c', signal), 'alive');
  });

  it('is not dead because it goes by another name', async (test) => {
    const { port, leaked, locker, signIn } = await aServer(test);
    const other = await signIn(locker);
    const rename = (from: string, to: string) =>
      other.query(
        `alter role ${other.escapeIdentifier(from)} rename to ${other.escapeIdentifier(to)}`,
      );
    await rename(leaked, `${leaked} x`);
    const revoker = revokerOf(port, locker, leaked);
    assert.equal(await revoker.probe('c', signal), 'unknown');
    const { state, text } = await revokeAndProve(revoker, 'c', around);
    assert.equal(state, 'failed');
    assert.match(text, /renamed and lives on under another name/);
    await rename(`${leaked} x`, leaked);
  });

  it('is done whole or not at all', async (test) => {
    const { port, leaked, weak, signIn } = await aServer(test);
    const { state, text } = await revokeAndProve(revokerOf(port, weak, leaked), 'c', around);
    assert.equal(state, 'failed');
    assert.match(text, /grant it pg_signal_backend/);
    await signIn(leaked);
  });

  it('is known to be possible before it is needed, and nothing is changed by that', async (test) => {
    const { port, leaked, locker, weak, signIn } = await aServer(test);
    const can = (by: string, role: string) =>
      revokerOf(port, by, role).assertCanRevoke('c', signal);
    await can(locker, leaked);
    assert.equal(await revokerOf(port, locker, leaked).probe('c', signal), 'alive');
    await signIn(leaked);
    await assert.rejects(can(weak, leaked), /grant it pg_signal_backend/);
    await assert.rejects(can(locker, 'nobody here'), { code: 'not_found' });
    const ends = await signIn(locker);
    await ends.query(`alter role ${ends.escapeIdentifier(locker)} nocreaterole`);
    await assert.rejects(can(locker, leaked), /may not do this/);
  });

  it('takes TLS where a server in a private network has it, whoever signed its certificate', async (test) => {
    const { port, leaked, locker } = await aServer(test);
    const front = await onlyTls(test, Number(port));
    assert.equal(await revokerOf(front, locker, leaked).probe('c', signal), 'alive');
  });

  it('never locks Firebreak out', async (test) => {
    const { port, locker, signIn } = await aServer(test);
    const { state, text } = await revokeAndProve(revokerOf(port, locker, locker), 'c', around);
    assert.deepEqual([state, /signs in with/.test(text)], ['failed', true]);
    await signIn(locker);
  });

  it('says no word of the server’s when the sign-in is refused', async (test) => {
    const { port, leaked } = await aServer(test);
    await assert.rejects(revokerOf(port, 'nobody', leaked).probe('c', signal), (error) => {
      assert.ok(error instanceof PlatformError);
      assert.deepEqual(
        [error.code, error.message],
        ['unauthorized', 'The server refused the sign-in.'],
      );
      return true;
    });
  });

  it('calls no host that is not named as private, and none of cloud metadata', async (test) => {
    const { port, leaked, locker } = await aServer(test);
    const provider = {
      kind: 'postgres',
      baseUrl: `postgres://${encodeURIComponent(locker)}@127.0.0.1:${port}/postgres`,
      account: leaked,
      privateHostAllowed: false,
      revision: 1,
    } as const;
    for (const one of [
      provider,
      { ...provider, baseUrl: 'postgres://a@169.254.169.254/x', privateHostAllowed: true },
    ]) {
      const revoker = new PostgresRevoker({
        provider: one,
        secretsOf: () => assert.fail('No secret is needed for a host that is not called.'),
      });
      await assert.rejects(revoker.probe('c', signal), { code: 'blocked' });
    }
  });
});
