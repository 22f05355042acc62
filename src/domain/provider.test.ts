import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ProviderGiven } from './provider.ts';
import { checkProvider, keptProvider } from './provider.ts';

const issuer: ProviderGiven = {
  kind: 'oauth',
  baseUrl: 'https://id.example/realm/',
  account: 'automation',
  privateHostAllowed: false,
};
const server: ProviderGiven = {
  kind: 'postgres',
  baseUrl: 'postgresql://locker@db.example:5433/app?sslmode=disable',
  account: 'n8n',
  privateHostAllowed: false,
};

describe('what was typed of a provider', () => {
  it('is kept without what an address need not hold', () => {
    assert.equal(checkProvider(issuer).baseUrl, 'https://id.example/realm');
    assert.equal(checkProvider(server).baseUrl, 'postgres://locker@db.example:5433/app');
  });

  it('needs no address for providers of which there is one', () => {
    for (const kind of ['github', 'slack'] as const) {
      const { baseUrl } = checkProvider({ kind, privateHostAllowed: false });
      assert.match(baseUrl, /^https:/);
    }
  });

  it('is refused when something is missing, or a secret stands in the address', () => {
    const { account: _account, ...nobody } = issuer;
    const { account: _role, ...noRole } = server;
    const wrong: readonly ProviderGiven[] = [
      nobody,
      noRole,
      { ...issuer, baseUrl: 'ftp://id.example' },
      { ...issuer, baseUrl: 'https://user:pass@id.example' },
      { ...server, baseUrl: 'postgres://locker:pass@db.example/app' },
      { ...server, baseUrl: 'postgres://db.example/app' },
      { ...server, baseUrl: 'https://locker@db.example' },
    ];
    for (const given of wrong) {
      assert.throws(() => checkProvider(given), { code: 'bad_input' }, JSON.stringify(given));
    }
  });

  it('comes back from a memo as it went in, and not at all when it is none', () => {
    const provider = { ...checkProvider(server), revision: 3 };
    assert.deepEqual(keptProvider({ ...provider }), provider);
    for (const other of [undefined, null, 'oauth', {}, { ...provider, kind: 'stripe' }]) {
      assert.equal(keptProvider(other), undefined);
    }
  });
});
