import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { startServer } from '../http/server.ts';
import { aShell, scriptedEntrance } from '../testing/shell.ts';
import type { Entrance } from './cli.ts';
import { remoteEntrance } from './remote.ts';

const running: { close(): Promise<void> }[] = [];
after(() => Promise.all(running.map((server) => server.close())));

const operatorToken = () => Promise.resolve(new Secret('fbt_operator'));

async function serving(entrance: Entrance) {
  const server = await startServer({
    port: 0,
    instanceId: 'instance-1',
    entrance,
    onFailure: () => 'ref-1',
  });
  running.push(server);
  return server;
}

async function remote() {
  const { url } = await serving(scriptedEntrance({}));
  return remoteEntrance({ url, fetch, operatorToken });
}

/** An entrance whose backup has no end, and that says when it was let go. */
function backingUp() {
  const scripted = scriptedEntrance({});
  const { promise: left, resolve } = Promise.withResolvers<void>();
  async function* bytes() {
    try {
      for (;;) yield await Promise.resolve(new Uint8Array(1_000_000));
    } finally {
      resolve();
    }
  }
  const entrance: Entrance = {
    ...scripted,
    enter: async (claim) => ({ ...(await scripted.enter(claim)), backup: bytes }),
  };
  return { entrance, left };
}

describe('looking after an installation', () => {
  it('writes a backup byte for byte, in this process or through a server', async () => {
    for (const entrance of [scriptedEntrance({}), await remote()]) {
      const shell = aShell({ entrance });
      assert.equal(await shell.run('backup', 'a.backup'), 0);
      const written = Buffer.from(shell.files.get('a.backup') ?? '', 'latin1');
      assert.deepEqual([...written], [31, 139, 0, 255]);
      assert.match(shell.out, /The keys are not in it/);
      assert.equal(await shell.run('backup', 'a.backup'), 1);
      assert.match(shell.err, /exists already/);
    }
  });

  it('asks a server for no backup that has nowhere to go', async () => {
    const asked: string[] = [];
    const { url } = await serving(scriptedEntrance({}));
    const entrance = remoteEntrance({
      url,
      operatorToken,
      fetch: (input, init) => {
        asked.push(new Request(input, init).url.slice(url.length));
        return fetch(input, init);
      },
    });
    const shell = aShell({ entrance });
    assert.equal(await shell.run('backup', 'a.backup'), 0);
    assert.equal(await shell.run('backup', 'a.backup'), 1);
    assert.deepEqual(asked, ['/cli/enter', '/cli/backup', '/cli/enter']);
  });

  it('lets a backup go whose reader has left', { timeout: 10_000 }, async () => {
    const { entrance, left } = backingUp();
    const { url } = await serving(entrance);
    const leaving = new AbortController();
    const response = await fetch(`${url}/cli/backup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer fbt_operator' },
      body: '{}',
      signal: leaving.signal,
    });
    assert.equal(response.status, 200);
    leaving.abort();
    await assert.doesNotReject(left);
  });

  it('asks a server what of the instance works', async () => {
    const desk = await (await remote()).enter({ token: new Secret('fbt_operator') });
    assert.deepEqual(await desk.examine(), [
      { about: 'timeline', state: 'works', text: 'It holds.' },
    ]);
  });

  it('names both keys that a backup does not hold', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('backup', 'a.backup'), 0);
    assert.match(shell.out, /secret\.key[^]*signing-key\.pem/);
  });

  it('passes doctor and restore on, and prints JSON when asked', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('doctor'), 0);
    assert.equal(await shell.run('restore', 'a.backup', '--json'), 0);
    assert.equal(shell.out, 'Examined.\n{"outcome":"done","title":"Restored a.backup."}\n');
    assert.equal(await shell.run('restore'), 2);
  });
});
