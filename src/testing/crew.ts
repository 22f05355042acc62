import assert from 'node:assert/strict';

import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import pg from 'pg';

import type { Place } from './canary.ts';
import { filesBelow, tablesOf } from './canary.ts';
import type { Said } from './instance.ts';
import { Instance } from './instance.ts';
import type { RealN8n } from './n8n/real-n8n.ts';
import { responderScopes } from './n8n/real-n8n.ts';

type Row = Readonly<Record<string, unknown>>;

/** Says one chat line as one person, with that person's own token, and gets JSON back. */
export type Speaker = (line: string, ...options: readonly string[]) => Promise<Said>;

/** An installation that is connected to a platform, with two people who have their own tokens. */
export type Crew = {
  readonly instance: Instance;
  /** A responder: plans and runs. */
  readonly ana: Speaker;
  /** A responder and approver: says yes. */
  readonly ben: Speaker;
  /** What must never be found anywhere, by what it is. */
  readonly secrets: Readonly<Record<string, string>>;
};

/** Sets an installation up that is connected to an n8n. */
export async function assembleCrew(
  n8n: RealN8n,
  settings: Readonly<Record<string, string>> = {},
): Promise<Crew> {
  const secret = await n8n.apiKey(responderScopes);
  return crewOn({ kind: 'n8n', baseUrl: n8n.baseUrl, secret }, settings);
}

/** Sets an installation up by the command line alone, as its first admin would. */
export async function crewOn(
  platform: {
    readonly kind: string;
    readonly baseUrl: string;
    readonly secret: string;
    /** Where nobody has to show a code; production without it. */
    readonly environment?: 'drill';
  },
  settings: Readonly<Record<string, string>> = {},
): Promise<Crew> {
  const { kind, baseUrl, secret, environment = 'production' } = platform;
  const instance = await Instance.create(settings);
  const key = await instance.secretFile('platform.key', secret);
  const options = `--url ${baseUrl} --name prod --secret-file ${key} --allow-private --environment ${environment}`;
  await done(instance.firebreak('connect', kind, ...options.split(' ')));
  const ana = await join(instance, 'ana', 'Ana Ruiz', 'responder');
  const ben = await join(instance, 'ben', 'Ben Lind', 'responder,approver');
  return {
    instance,
    ana: ana.speak,
    ben: ben.speak,
    secrets: {
      [`secret of ${kind}`]: secret,
      'token of ana': ana.token,
      'token of ben': ben.token,
    },
  };
}

/**
 * Everything an installation keeps and printed: rows of all tables, its files, its output. To be
 * called when nothing of it runs.
 */
export async function whatIsKept({ instance }: Crew): Promise<readonly Place[]> {
  const { DATABASE_URL: url } = instance.settings;
  const tables = url === undefined ? await embeddedTables(instance) : await serverTables(url);
  assert.ok(tables.length > 10, 'the tables were read');
  return [
    ...tables,
    ...(await filesBelow(instance.dataDir)),
    ...instance.printed.map((content, at) => ({ name: `output ${at}`, content })),
  ];
}

async function embeddedTables({ dataDir }: Instance): Promise<readonly Place[]> {
  const pglite = await PGlite.create({ dataDir: `${dataDir}/pg`, extensions: { pg_trgm } });
  try {
    return await tablesOf(async (sql) => (await pglite.query<Row>(sql)).rows);
  } finally {
    await pglite.close();
  }
}

async function serverTables(url: string): Promise<readonly Place[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await tablesOf(async (sql) => (await client.query<Row>(sql)).rows);
  } finally {
    await client.end();
  }
}

/** Fails with what was printed unless the command line ended with 0. */
export async function done(said: Promise<Said>): Promise<Said> {
  const { code, stdout, stderr } = await said;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return said;
}

async function join(instance: Instance, handle: string, name: string, may: string) {
  await done(instance.firebreak('ir', `person add @${handle} "${name}" may:${may}`));
  const code = instance.path(`secrets/${handle}.code`);
  const file = instance.path(`secrets/${handle}.token`);
  await done(instance.firebreak('person', 'invite', handle, '--out', code));
  await done(instance.firebreak('person', 'redeem', '--code-file', code, '--out', file));
  const speak: Speaker = (line, ...options) =>
    instance.firebreak('ir', line, '--as', handle, '--token-file', file, '--json', ...options);
  return { speak, token: (await instance.read(`secrets/${handle}.token`)).trim() };
}
