import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { startServer } from '../http/server.ts';
import { aShell, scriptedEntrance } from '../testing/shell.ts';
import { remoteEntrance } from './remote.ts';

const running: { close(): Promise<void> }[] = [];
after(() => Promise.all(running.map((server) => server.close())));

const operatorToken = () => Promise.resolve(new Secret('fbt_operator'));

async function remote() {
  const server = await startServer({
    port: 0,
    instanceId: 'instance-1',
    entrance: scriptedEntrance({}),
    onFailure: () => 'ref-1',
  });
  running.push(server);
  return remoteEntrance({ url: server.url, fetch, operatorToken });
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

  it('asks a server what of the instance works', async () => {
    const desk = await (await remote()).enter({ token: new Secret('fbt_operator') });
    assert.deepEqual(await desk.examine(), [
      { about: 'timeline', state: 'works', text: 'It holds.' },
    ]);
  });

  it('passes doctor and restore on, and prints JSON when asked', async () => {
    const shell = aShell({ entrance: scriptedEntrance({}) });
    assert.equal(await shell.run('doctor'), 0);
    assert.equal(await shell.run('restore', 'a.backup', '--json'), 0);
    assert.equal(shell.out, 'Examined.\n{"outcome":"done","title":"Restored a.backup."}\n');
    assert.equal(await shell.run('restore'), 2);
  });
});
