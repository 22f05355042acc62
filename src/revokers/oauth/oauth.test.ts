import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';

import type { Provider } from '../../domain/provider.ts';
import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { guardedFetch } from '../../platforms/guarded-fetch.ts';
import { sendsJson } from '../../testing/guarded.ts';
import { listening } from '../../testing/loopback.ts';
import { anIssuer, automation } from '../../testing/oauth-issuer.ts';
import { revokeAndProve } from '../revoker.ts';
import { OAuthRevoker } from './oauth.ts';

const { signal } = new AbortController();
const around = { now: () => new Date(), wait: () => Promise.resolve(), signal };
function revokerOf(
  baseUrl: string,
  token: string,
  by: { readonly client_id: string; readonly client_secret?: string } = automation,
): OAuthRevoker {
  const provider: Provider = {
    kind: 'oauth',
    baseUrl,
    account: by.client_id,
    privateHostAllowed: true,
    revision: 1,
  };
  const { origin } = new URL(baseUrl);
  return new OAuthRevoker({
    provider,
    secretsOf: () =>
      Promise.resolve({
        secret: new Secret(token),
        ...(by.client_secret === undefined ? {} : { clientSecret: new Secret(by.client_secret) }),
      }),
    fetch: guardedFetch({ platform: 'oauth', origin, isPrivate: true }),
  });
}

describe('revoking at a real OAuth issuer', () => {
  it('takes the parent first: its children die with it', async (test) => {
    const { baseUrl, refresh, access } = await anIssuer(test);
    const parent = revokerOf(baseUrl, refresh);
    const child = revokerOf(baseUrl, access);
    assert.equal(await child.probe('c', signal), 'alive');

    assert.equal((await revokeAndProve(parent, 'p', around)).state, 'confirmed_dead');
    assert.equal((await revokeAndProve(parent, 'p', around)).state, 'already_dead');
    assert.equal(await child.probe('c', signal), 'dead');
  });

  it('fails with a foreign client, and the token lives', async (test) => {
    const { baseUrl, refresh } = await anIssuer(test);
    const owner = revokerOf(baseUrl, refresh);
    const foreign = revokerOf(baseUrl, refresh, { client_id: 'another', client_secret: 'its own' });

    await assert.rejects(foreign.revoke('c', signal), (error) => isPlain(error, 'refused'));
    await assert.rejects(foreign.assertCanRevoke('c', signal), /given out to another client/);
    await owner.assertCanRevoke('c', signal);
    assert.equal(await owner.probe('c', signal), 'alive');
  });

  it('fails with a wrong client secret, which says nothing of the token', async (test) => {
    const { baseUrl, refresh } = await anIssuer(test);
    const wrong = revokerOf(baseUrl, refresh, { ...automation, client_secret: 'wrong' });

    assert.equal(await wrong.probe('c', signal), 'unknown');
    await assert.rejects(wrong.assertCanRevoke('c', signal), /does not know this client/);
    const revoked = await revokeAndProve(wrong, 'c', around);
    assert.equal(revoked.state, 'failed');
    assert.ok(!JSON.stringify(revoked).includes(refresh), revoked.text);
    assert.equal(await revokerOf(baseUrl, refresh).probe('c', signal), 'alive');
  });
});

describe('revoking at an issuer', () => {
  it('that cannot be asked about tokens is never believed', async (test) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/revoke') response.end();
      else
        sendsJson({ issuer: baseUrl, revocation_endpoint: `${baseUrl}/revoke` })(request, response);
    });
    const baseUrl = await listening(test, server);

    const { state } = await revokeAndProve(revokerOf(baseUrl, 't'), 'c', around);
    assert.equal(state, 'requested_unconfirmed');
    assert.equal(asked.filter((path) => path === '/revoke').length, 1);
  });

  it('is not sent elsewhere by what the issuer says of itself', async (test) => {
    const other = createServer(() => assert.fail('The token left the issuer.'));
    const elsewhere = await listening(test, other);
    const server = createServer((request, response) =>
      sendsJson({
        issuer: baseUrl,
        revocation_endpoint: `${elsewhere}/revoke`,
        introspection_endpoint: `${elsewhere}/introspect`,
      })(request, response),
    );
    const baseUrl = await listening(test, server);

    const { state } = await revokeAndProve(revokerOf(baseUrl, 't'), 'c', around);
    assert.equal(state, 'failed');
  });

  it('that cannot say now where it revokes is asked again later', async (test) => {
    for (const [status, code] of [
      [503, 'unavailable'],
      [429, 'rate_limited'],
    ] as const) {
      const server = createServer((_, response) => response.writeHead(status).end());
      const baseUrl = await listening(test, server);
      await assert.rejects(revokerOf(baseUrl, 't').revoke('c', signal), (error) =>
        isPlain(error, code),
      );
    }
  });

  it('that calls itself by another address is not asked', async (test) => {
    const server = createServer(sendsJson({ issuer: 'https://issuer.example' }));
    const baseUrl = await listening(test, server);

    await assert.rejects(revokerOf(baseUrl, 't').revoke('c', signal), /calls itself by another/);
  });
});

function isPlain(error: unknown, code: string): boolean {
  return error instanceof PlatformError && error.code === code;
}
