import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { webhookIsLive } from './estate.ts';
import { installN8n } from './install.ts';
import { until } from './n8n-api.ts';
import { chain, nothing, webhook } from './nodes.ts';
import { startRealN8n } from './real-n8n.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

describe('a real n8n for tests', () => {
  it('is its own: two run at once and know nothing of each other', async () => {
    const [one, other] = await Promise.all([
      startRealN8n(),
      // Before 2.40 unpublishing was synchronous; the contract suite wants both.
      startRealN8n({ publicationService: false }),
    ]);
    try {
      const { id } = await one.api.createWorkflow(chain('Mine', [webhook('mine'), nothing()]));
      await one.api.publish(id);
      const mine = { method: 'GET', path: 'mine' };
      await until('the webhook answers', () => webhookIsLive(one.baseUrl, mine));

      assert.equal((await other.api.workflows()).length, 0);
      assert.equal(await webhookIsLive(other.baseUrl, mine), false);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
    await assert.rejects(fetch(`${one.baseUrl}/healthz`), 'it is gone after stop');
  });

  it('gives keys that may do what they are asked to, and no more', async () => {
    const n8n = await startRealN8n();
    try {
      const key = await n8n.apiKey(['workflow:list']);
      const headers = { 'x-n8n-api-key': key };

      const list = await fetch(`${n8n.baseUrl}/api/v1/workflows`, { headers });
      const credentials = await fetch(`${n8n.baseUrl}/api/v1/credentials`, { headers });

      assert.deepEqual([list.status, credentials.status], [200, 403]);
    } finally {
      await n8n.stop();
    }
  });

  it('ends with the process that started it, even when that one is killed', async () => {
    const installation = await installN8n(say);
    const userFolder = await mkdtemp(join(tmpdir(), 'firebreak-n8n-orphan-'));
    const source = new URL('server-process.ts', import.meta.url).href;
    const starter = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { launchServer } = await import(${JSON.stringify(source)});
         const server = await launchServer(${JSON.stringify({ installation, userFolder })});
         process.stdout.write(String(server.pid));`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [started] = await once(starter.stdout, 'data');
      const pid = Number(started);
      assert.ok(isAlive(pid));

      starter.kill('SIGKILL');

      await until('it is gone', () => Promise.resolve(!isAlive(pid)));
    } finally {
      starter.kill('SIGKILL');
      await rm(userFolder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
