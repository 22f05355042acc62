import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';

import { remoteEntrance } from '../cli/remote.ts';
import { Secret } from '../domain/secret.ts';
import type { ScriptedEntrance } from '../testing/shell.ts';
import { aShell, aView, scriptedEntrance } from '../testing/shell.ts';
import { refuseTakenPort, startServer } from './server.ts';

const running: { close(): Promise<void> }[] = [];
after(() => Promise.all(running.map((server) => server.close())));

async function serving(entrance: ScriptedEntrance) {
  const failures: unknown[] = [];
  const server = await startServer({
    port: 0,
    instanceId: 'instance-1',
    entrance,
    onFailure: (error) => {
      failures.push(error);
      return 'ref-1';
    },
  });
  running.push(server);
  const remote = remoteEntrance({
    url: server.url,
    fetch,
    operatorToken: () => Promise.resolve(new Secret('fbt_operator')),
  });
  return { server, remote, failures };
}

/** A request with headers that `fetch` does not let anyone set. */
function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end('{}');
  });
}

describe('the server’s door for the command line', () => {
  it('stops although a browser keeps connections on which it asks nothing', async () => {
    const { server } = await serving(scriptedEntrance({}));
    const spare = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(spare, 'connect');
    const cut = once(spare, 'close');
    await server.close();
    await cut;
    running.pop();
  });

  it('answers lines, connects, tokens and exports as the instance itself would', async () => {
    const entrance = scriptedEntrance({ status: [aView({ title: 'All quiet.' })] });
    const { remote } = await serving(entrance);
    const shell = aShell({ entrance: remote, piped: 'key-1', files: { code: 'fbi_good' } });
    assert.equal(await shell.run('ir', 'status'), 0);
    assert.equal(await shell.run('connect', 'n8n', '--url', 'https://n8n.example'), 0);
    assert.equal(await shell.run('person', 'token'), 0);
    assert.equal(await shell.run('console'), 0);
    assert.equal(await shell.run('person', 'redeem', '--code-file', 'code'), 0);
    const why = ['--reason', 'for the insurer'];
    assert.equal(await shell.run('export', 'INC-1', '--format', 'md', '--out', 'a.md', ...why), 0);
    assert.equal(
      shell.out,
      'All quiet.\nConnected n8n.\nfbt_new\nhttp://127.0.0.1:7330/enter#once\nfbt_fresh\n',
    );
    assert.equal(shell.files.get('a.md'), 'md of INC-1: for the insurer');
    assert.equal(entrance.connects[0]?.secret.reveal(), 'key-1');
  });

  it('passes refusals on in the same words', async () => {
    const { remote, failures } = await serving(scriptedEntrance({}));
    const shell = aShell({ entrance: remote, token: 'fbt_stolen' });
    assert.equal(await shell.run('ir', 'status'), 1);
    assert.match(shell.err, /This token is not theirs/);
    assert.equal(await aShell({ entrance: remote }).run('export', 'INC-2', '--format', 'md'), 1);
    assert.deepEqual(failures, []);
  });

  it('shows a reference for a failure of its own, and nothing of the failure', async () => {
    const { remote, failures } = await serving(scriptedEntrance({}));
    const shell = aShell({ entrance: remote });
    assert.equal(await shell.run('ir', 'a line that fails'), 1);
    assert.match(shell.err, /ref-1/);
    assert.doesNotMatch(shell.err, /Nobody expected/);
    assert.equal(failures.length, 1);
  });

  it('refuses requests without a token, of another host name, or from a web page', async () => {
    const { server } = await serving(scriptedEntrance({}));
    const json = { 'content-type': 'application/json' };
    assert.equal(await statusOf(`${server.url}/cli/say`, json), 403);
    assert.equal(await statusOf(`${server.url}/cli/say`, { ...json, host: 'evil.test' }), 421);
    assert.equal(
      await statusOf(`${server.url}/cli/say`, { ...json, origin: 'http://x.test' }),
      403,
    );
    assert.equal(await statusOf(`${server.url}/elsewhere`, json), 404);
  });

  it('answers health with the instance it belongs to', async () => {
    const { server } = await serving(scriptedEntrance({}));
    const answer = await fetch(`${server.url}/health`);
    assert.deepEqual(await answer.json(), { status: 'ok', instance: 'instance-1' });
  });

  it('breaks off when an export fails half-way, so that it does not look whole', async () => {
    const entrance = scriptedEntrance({});
    const broken: ScriptedEntrance = {
      ...entrance,
      enter: async (claim) => ({
        ...(await entrance.enter(claim)),
        export: half,
      }),
    };
    const { remote, failures } = await serving(broken);
    const desk = await remote.enter({ token: new Secret('fbt_operator') });
    await assert.rejects(async () => {
      for await (const piece of desk.export('INC-1', 'md')) assert.equal(piece, 'half');
    });
    assert.equal(failures.length, 1);
  });

  it('says in words that its port is taken, before anything else is opened', async () => {
    const { server } = await serving(scriptedEntrance({}));
    const port = Number(new URL(server.url).port);
    await assert.rejects(refuseTakenPort(port), /Port \d+ is taken/);
    await refuseTakenPort(0);
  });
});

async function* half(): AsyncIterable<string> {
  yield await Promise.resolve('half');
  throw new Error('The database went away.');
}
