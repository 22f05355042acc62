import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Secret } from '../domain/secret.ts';
import { startServer } from '../http/server.ts';
import { aShell, scriptedEntrance } from '../testing/shell.ts';
import { remoteEntrance } from './remote.ts';

const line = [
  'provider',
  'oauth',
  'c3',
  '--url',
  'https://id.example',
  '--client-id',
  'automation',
];
const files = { 'token.txt': 'token-1\n', 'client.txt': 'client-1\n' };
const fromFiles = ['--secret-file', 'token.txt', '--client-secret-file', 'client.txt'];

/** What the instance hears of a line. */
async function heard(argv: readonly string[], given: { typed?: string; piped?: string } = {}) {
  const entrance = scriptedEntrance({});
  const shell = aShell({ entrance, files, ...given });
  const code = await shell.run(...argv);
  const [input] = entrance.providers;
  return { code, input, shell, all: [input?.secret.reveal(), input?.clientSecret?.reveal()] };
}

describe('firebreak provider', () => {
  it('takes both secrets at prompts or from files, and shows neither', async () => {
    const filed = await heard([...line, ...fromFiles]);
    assert.deepEqual([filed.code, filed.all], [0, ['token-1', 'client-1']]);
    assert.equal(filed.input?.account, 'automation');
    assert.equal(filed.input?.privateHostAllowed, false);
    assert.deepEqual((await heard(line, { typed: 'at-prompt' })).all, ['at-prompt', 'at-prompt']);
    const { out, err } = filed.shell;
    assert.doesNotMatch(out + err, /token-1|client-1/);
  });

  it('takes the one secret of a public client from standard input', async () => {
    const { code, all } = await heard([...line, '--public-client'], { piped: 'token-2\n' });
    assert.deepEqual([code, all], [0, ['token-2', undefined]]);
  });

  it('takes the role to lock and one password for PostgreSQL', async () => {
    const address = 'postgres://locker@db.example/app';
    const argv = ['provider', 'postgres', 'c3', '--url', address, '--role', 'n8n'];
    const { code, input, all } = await heard(argv, { piped: 'password-1' });
    assert.deepEqual([code, all], [0, ['password-1', undefined]]);
    assert.deepEqual([input?.account, input?.baseUrl], ['n8n', address]);
  });

  it('asks nobody when the kind is unknown or a secret is missing', async () => {
    for (const argv of [
      ['provider', 'stripe', 'c3'],
      line,
      [...line, '--client-secret-file', 'client.txt'],
    ]) {
      const { code, input } = await heard(argv);
      assert.deepEqual([code, input], [2, undefined]);
    }
  });

  it('takes no secret as an argument, and says where it is read from', async () => {
    for (const option of ['--secret', '--client-secret']) {
      for (const typed of [[option, 'hunter22'], [`${option}=hunter22`]]) {
        const { code, input, shell } = await heard([...line, ...typed]);
        assert.deepEqual([code, input], [2, undefined]);
        assert.match(shell.err, new RegExp(`name a file with ${option}-file FILE`));
        assert.doesNotMatch(shell.out + shell.err, /hunter22/);
      }
    }
  });

  it('is named to whom takes a provider for a platform', async () => {
    for (const typed of [[], ['--secret', 'hunter22']]) {
      const { code, shell } = await heard(['connect', 'github', ...typed]);
      const said = shell.err.replaceAll(/\s+/g, ' ');
      assert.equal(code, 2);
      assert.match(said, /“github” is a provider of credentials, not a platform/);
      assert.match(said, /firebreak provider github c3/);
      assert.equal(/Leave the secret out/.test(said), typed.length > 0);
      assert.doesNotMatch(shell.err, /hunter22/);
    }
  });

  it('goes through a running server as it is', async (test) => {
    const entrance = scriptedEntrance({});
    const server = await startServer({
      port: 0,
      instanceId: 'i',
      entrance,
      onFailure: () => 'ref-1',
    });
    test.after(() => server.close());
    const shell = aShell({
      entrance: remoteEntrance({
        url: server.url,
        fetch,
        operatorToken: () => Promise.resolve(new Secret('fbt_operator')),
      }),
      files,
    });
    assert.equal(await shell.run(...line, ...fromFiles), 0);
    const [input] = entrance.providers;
    assert.equal(input?.clientSecret?.reveal(), 'client-1');
    assert.equal(input?.baseUrl, 'https://id.example');
  });
});
