import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { startServer } from '../http/server.ts';
import { scriptedEntrance } from '../testing/shell.ts';
import { assertSameDatabase, findServer, leaveWord, takeWordBack } from './where.ts';

const embedded = 'the embedded database';
const dir = await mkdtemp(join(tmpdir(), 'firebreak-where-'));
after(() => rm(dir, { recursive: true }));

describe('finding the running server', () => {
  it('finds one that runs, and not one that was killed or is somebody else', async () => {
    assert.equal(await findServer(dir, fetch), undefined);
    const server = await startServer({
      port: 0,
      instanceId: 'instance-1',
      entrance: scriptedEntrance({}),
      onFailure: () => 'ref',
    });
    await leaveWord(dir, { url: server.url, instance: 'instance-1', database: embedded });
    assert.equal(await findServer(dir, fetch), server.url);
    assert.equal((await stat(join(dir, 'server.json'))).mode & 0o777, 0o600);
    await leaveWord(dir, { url: server.url, instance: 'instance-2', database: embedded });
    assert.equal(await findServer(dir, fetch), undefined);
    await leaveWord(dir, { url: server.url, instance: 'instance-1', database: embedded });
    await server.close();
    assert.equal(await findServer(dir, fetch), undefined);
    await takeWordBack(dir);
    assert.equal(await findServer(dir, fetch), undefined);
  });

  it('is not spoken to about another database than the settings name', () => {
    const word = { kind: 'here', url: 'http://127.0.0.1:1', database: embedded } as const;
    assert.throws(() => assertSameDatabase(word, 'PostgreSQL at db:5432/ir'), {
      code: 'conflict',
      message:
        'The server at http://127.0.0.1:1 uses the embedded database, and DATABASE_URL names PostgreSQL at db:5432/ir.',
    });
    assertSameDatabase(word, embedded);
    assertSameDatabase({ ...word, database: 'PostgreSQL at db:5432/ir' }, undefined);
    assertSameDatabase({ kind: 'none' }, 'PostgreSQL at db:5432/ir');
  });
});
