import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Provider } from '../domain/provider.ts';
import { Secret } from '../domain/secret.ts';
import { StaleError } from '../errors.ts';
import { aConnection } from '../testing/nouns.ts';
import { openTestStore } from '../testing/store.ts';

const provider: Provider = {
  kind: 'oauth',
  baseUrl: 'https://issuer.example',
  account: 'automation',
  privateHostAllowed: false,
  revision: 0,
};
const secrets = { secret: new Secret('token-1'), clientSecret: new Secret('client-1') };

describe('a way to a provider', () => {
  it('is kept with its secrets, which only its own credential opens', async () => {
    const { store } = await openTestStore();
    const connection = aConnection();
    const key = { connection: connection.id, id: 'stripe' };
    await store.save({ connections: [connection], providers: [{ key, provider, secrets }] });

    const kept = await store.providers.secrets(key);
    assert.equal(kept?.secret.reveal(), 'token-1');
    assert.equal(kept?.clientSecret?.reveal(), 'client-1');
    assert.equal(await store.providers.secrets({ ...key, id: 'another' }), undefined);
    assert.equal(await store.providers.secrets({ ...key, connection: 'no id' }), undefined);
  });

  it('is gone with its secrets once it was given up, and only as it was seen', async () => {
    const { store } = await openTestStore();
    const connection = aConnection();
    const key = { connection: connection.id, id: 'stripe' };
    await store.save({ connections: [connection], providers: [{ key, provider, secrets }] });

    await assert.rejects(store.save({ providerDrops: [{ key, revision: 7 }] }), StaleError);
    assert.equal((await store.providers.secrets(key))?.secret.reveal(), 'token-1');
    await store.save({ providerDrops: [{ key, revision: 1 }] });
    assert.equal(await store.providers.secrets(key), undefined);
  });

  it('is not written by the slower of two', async () => {
    const { store } = await openTestStore();
    const connection = aConnection();
    const key = { connection: connection.id, id: 'stripe' };
    const first = { key, provider, secrets };
    await store.save({ connections: [connection], providers: [first] });
    await assert.rejects(store.save({ providers: [first] }), StaleError);

    const second = { secret: new Secret('token-2') };
    await store.save({
      providers: [{ ...first, provider: { ...provider, revision: 1 }, secrets: second }],
    });
    const kept = await store.providers.secrets(key);
    assert.equal(kept?.secret.reveal(), 'token-2');
    assert.equal(kept?.clientSecret, undefined);
  });
});
