import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { belongsToNpm } from './parent-watch.ts';
import { newMigratedDatabase, usualDatabase } from './testing/database.ts';

const launcher = fileURLToPath(new URL('launch.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'firebreak-parent-'));
let server: number | undefined;
after(async () => {
  // A server that did not stop by itself is not left behind.
  if (server !== undefined) process.kill(server, 'SIGKILL');
  await rm(folder, { recursive: true, maxRetries: 5 });
});

/** Starts a server as npm does, below a shell, and waits until it runs. */
async function startBelowShell() {
  const env = {
    PATH: process.env['PATH'],
    DATA_DIR: join(folder, 'data'),
    HTTP_PORT: '0',
    SANDBOX: 'off',
    ...(usualDatabase === 'postgres' ? { DATABASE_URL: await newMigratedDatabase() } : {}),
    npm_lifecycle_script: 'node src/launch.mjs serve',
  };
  const words = ['-c', '"$0" "$1" serve & echo "pid $!" >&2; wait', process.execPath, launcher];
  const shell = spawn('sh', words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  for await (const chunk of shell.stderr.iterator({ destroyOnReturn: false })) {
    told += String(chunk);
    const pid = /^pid (\d+)$/m.exec(told)?.[1];
    if (pid !== undefined) server = Number(pid);
    const port = /\(http:\/\/127\.0\.0\.1:(\d+),/.exec(told)?.[1];
    if (port !== undefined) return { shell, port: Number(port) };
  }
  throw new Error(`It did not start: ${told}`);
}

describe('a server that npm has started', () => {
  it('is known by the script that npm runs', () => {
    assert.ok(belongsToNpm({ npm_lifecycle_script: 'exec node src/launch.mjs serve' }));
    for (const other of [{}, { npm_lifecycle_script: 'vite' }]) assert.ok(!belongsToNpm(other));
  });

  it('stops in order within seconds when npm is killed', { timeout: 60_000 }, async () => {
    const { shell, port } = await startBelowShell();
    shell.stderr.resume();
    // The server holds the other end of the pipe, which closes when it ends.
    const closed = once(shell, 'close', { signal: AbortSignal.timeout(15_000) });
    shell.kill('SIGKILL');
    await closed;
    server = undefined;
    const [refused] = await once(createConnection(port, '127.0.0.1'), 'error');
    assert.match(String(refused), /ECONNREFUSED/);
    await assert.rejects(access(join(folder, 'data', 'server.json')), { code: 'ENOENT' });
  });
});
