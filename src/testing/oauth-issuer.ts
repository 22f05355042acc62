import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';

import { Provider as Issuer } from 'oidc-provider';

import { listening } from './loopback.ts';

/** The client to which the issuer gave its tokens out. */
export const automation = { client_id: 'automation', client_secret: 'a secret: with %signs+' };

/** A real issuer on loopback that gave out a refresh token and an access token made from it. */
export async function anIssuer(test: TestContext) {
  const server = createServer();
  const baseUrl = await listening(test, server);
  const issuer = new Issuer(baseUrl, {
    clients: [
      {
        ...automation,
        grant_types: ['refresh_token', 'authorization_code'],
        redirect_uris: [baseUrl],
      },
      {
        client_id: 'another',
        client_secret: 'its own',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
    },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: false,
    ttl: { Grant: 600, RefreshToken: 600, AccessToken: 600 },
  });
  const answer = issuer.callback();
  server.on('request', (request, response) => void answer(request, response));
  const known = await issuer.Client.find(automation.client_id);
  assert.ok(known);
  const grant = new issuer.Grant({ accountId: 'ann', clientId: automation.client_id });
  grant.addOIDCScope('openid offline_access');
  const grantId = await grant.save();
  const refresh = await new issuer.RefreshToken({
    accountId: 'ann',
    client: known,
    grantId,
    gty: 'authorization_code',
    scope: 'openid offline_access',
  }).save();
  const access = await new issuer.AccessToken({
    accountId: 'ann',
    client: known,
    grantId,
    gty: 'authorization_code refresh_token',
    scope: 'openid',
  }).save();
  return { baseUrl, refresh, access };
}
