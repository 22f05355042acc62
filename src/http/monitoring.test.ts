import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import type { Workload } from '../domain/workload.ts';
import { scriptedEntrance } from '../testing/shell.ts';
import { startServer } from './server.ts';

const now = new Date('2026-11-23T03:00:00Z');
const load: Workload = {
  heard: { waiting: 2, oldestAt: new Date('2026-11-23T02:59:58Z') },
  outgoing: [{ surface: 'slack', waiting: 7, oldestAt: new Date('2026-11-23T02:58:30Z') }],
  jobs: [
    { kind: 'contain', waiting: 0, running: 3 },
    { kind: 'sync', waiting: 1, running: 0, oldestAt: new Date('2026-11-23T02:59:00Z') },
  ],
  incidentsOpen: 4,
  plansRunning: 1,
  plansProposed: 2,
};

const proxied = {
  host: 'firebreak.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-for': '192.0.2.7',
};

describe('what a monitoring system reads', async () => {
  let measure: () => Promise<Workload> = () => Promise.resolve(load);
  const server = await startServer({
    port: 0,
    instanceId: 'instance-1',
    doors: { publicUrl: 'https://firebreak.example', trustedProxies: ['127.0.0.1'] },
    entrance: scriptedEntrance({}),
    monitoring: {
      measure: () => measure(),
      now: () => now,
      token: new Secret('a-token-of-the-monitoring'),
    },
    onFailure: () => 'ref-1',
  });
  after(() => server.close());
  const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    return await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = request(new URL(path, server.url), { headers }, (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => (text += part.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      call.on('error', reject);
      call.end();
    });
  };

  it('counts what waits and how long the oldest does, by surface and kind', async () => {
    const { status, text } = await get('/metrics');
    assert.equal(status, 200);
    assert.doesNotMatch(text, /\bnan\b/i);
    for (const line of [
      'firebreak_up 1',
      'firebreak_chat_outgoing_waiting{surface="slack"} 7',
      'firebreak_chat_outgoing_oldest_seconds{surface="slack"} 90',
      'firebreak_chat_heard_waiting 2',
      'firebreak_chat_heard_oldest_seconds 2',
      'firebreak_jobs_waiting{kind="sync"} 1',
      'firebreak_jobs_oldest_seconds{kind="sync"} 60',
      'firebreak_jobs_running{kind="contain"} 3',
      'firebreak_incidents_open 4',
      'firebreak_plans_running 1',
      'firebreak_plans_proposed 2',
    ]) {
      assert.ok(text.split('\n').includes(line), line);
    }
    assert.match(text, /^process_resident_memory_bytes \d+/m);
  });

  it('answers this machine, and others with the token alone', async () => {
    assert.equal((await get('/metrics', proxied)).status, 401);
    const wrong = { ...proxied, authorization: 'Bearer a-token-of-somebody-else' };
    assert.equal((await get('/metrics', wrong)).status, 401);
    const right = { ...proxied, authorization: 'Bearer a-token-of-the-monitoring' };
    assert.equal((await get('/metrics', right)).status, 200);
    assert.equal((await get('/metrics', { 'sec-fetch-site': 'cross-site' })).status, 401);
  });

  it('says when the database is gone, and still whose server it is', async () => {
    assert.deepEqual(await get('/health'), {
      status: 200,
      text: '{"status":"ok","instance":"instance-1"}',
    });
    measure = () => Promise.reject(new Error('connection refused at 10.0.0.7'));
    const health = await get('/health');
    assert.equal(health.status, 503);
    assert.deepEqual(JSON.parse(health.text), {
      status: 'the database does not answer',
      instance: 'instance-1',
    });
    const { status, text } = await get('/metrics');
    assert.equal(status, 200);
    assert.match(text, /^firebreak_up 0$/m);
    assert.doesNotMatch(text, /firebreak_jobs|10\.0\.0\.7/);
  });
});
