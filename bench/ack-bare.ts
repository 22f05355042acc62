/**
 * A bare Bolt app as its guide shows it, over HTTP and Socket Mode: one listener, which inserts one
 * row and acks, or only acks. `ack.ts` starts it.
 */
import bolt from '@slack/bolt';
import pg from 'pg';

import { openEmbedded } from '../src/store/embedded.ts';
import { orderGiven, tellReady } from './ack-side.ts';

const { apiUrl, botToken, appToken, signingSecret, dataDir, databaseUrl, inserts } = orderGiven();

type Insert = (row: readonly [id: string, at: string, body: string]) => Promise<unknown>;

const table = 'create table if not exists acks (id text primary key, at timestamptz, body text)';
const statement = 'insert into acks values ($1, $2, $3)';

async function onPostgres(url: string): Promise<Insert> {
  const pool = new pg.Pool({ connectionString: url });
  await pool.query('create schema if not exists bench');
  await pool.query(table.replace('acks', 'bench.acks'));
  const text = statement.replace('acks', 'bench.acks');
  return (row) => pool.query({ name: 'ack', text, values: [...row] });
}

async function onEmbedded(): Promise<Insert> {
  const { guarded } = await openEmbedded(
    dataDir,
    async () => {},
    () => {},
  );
  await guarded.exec(table);
  return (row) => guarded.query(statement, [...row]);
}

async function insertOf(): Promise<Insert | undefined> {
  if (inserts !== true) return undefined;
  return databaseUrl === undefined ? onEmbedded() : onPostgres(databaseUrl);
}

const insert = await insertOf();
const common = {
  token: botToken,
  logLevel: bolt.LogLevel.ERROR,
  clientOptions: { slackApiUrl: apiUrl },
};
const overHttp = new bolt.App({ ...common, signingSecret });
const overSocket = new bolt.App({ ...common, appToken, socketMode: true });
for (const app of [overHttp, overSocket]) {
  app.command('/ir', async ({ ack, command }) => {
    const row = [command.trigger_id, new Date().toISOString(), JSON.stringify(command)] as const;
    await insert?.(row);
    await ack();
  });
}
const server = await overHttp.start({ port: 0, host: '127.0.0.1' });
await overSocket.start();
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('The app has no port.');
tellReady(address.port);
