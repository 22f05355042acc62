import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { startServer } from '../http/server.ts';
import { aView, scriptedEntrance } from '../testing/shell.ts';
import { remoteEntrance } from './remote.ts';

const long = `log add ${'x'.repeat(130_000)}`;
const server = await startServer({
  port: 0,
  instanceId: 'instance-1',
  entrance: scriptedEntrance({ [long]: [aView({ title: 'Too long, says who reads it.' })] }),
  onFailure: () => 'ref-1',
});
after(() => server.close());
const entrance = remoteEntrance({
  url: server.url,
  fetch,
  operatorToken: () => Promise.resolve(new Secret('fbt_operator')),
});

describe('a line said through a running server', () => {
  it('comes to who reads it, however long, and is not taken for another version', async () => {
    const desk = await entrance.enter({ token: new Secret('fbt_operator') });
    const reply = await desk.say(long);
    assert.equal(reply.kind === 'view' && reply.title, 'Too long, says who reads it.');
  });
});
