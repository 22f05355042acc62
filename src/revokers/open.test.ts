import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aConnection } from '../testing/nouns.ts';
import { openProviders, openRevokers } from './open.ts';

const revokers = openRevokers({
  sandboxIssuerAt: () => ({
    accepts: () => Promise.resolve(undefined),
    withdraw: () => Promise.resolve(),
  }),
  openProvider: openProviders(),
  secretsOf: () => Promise.resolve(undefined),
});
const sandbox = aConnection({ kind: 'sandbox', baseUrl: 'sandbox://shop' });

describe('the way to a provider', () => {
  it('is Firebreak’s where there is a revoker, and nowhere else', () => {
    const listed = { type: 'stripeApi', onlyReferenced: false };
    for (const connection of [sandbox, aConnection()]) {
      for (const credential of [listed, { ...listed, onlyReferenced: true }]) {
        const { kind } = revokers.wayOf(connection, credential);
        assert.equal(kind === 'firebreak', revokers.at(connection, credential) !== undefined);
      }
    }
    assert.equal(revokers.wayOf(sandbox, listed).kind, 'firebreak');
    assert.equal(revokers.wayOf(aConnection(), listed).kind, 'by_hand');
  });

  it('by hand says where Firebreak could be given one', () => {
    const kinds = ['slackApi', 'githubApi', 'postgres', 'oAuth2Api', 'stripeApi'].map((type) => {
      const way = revokers.wayOf(aConnection(), { type, onlyReferenced: false });
      return way.kind === 'by_hand' ? way.couldLearn : 'firebreak';
    });
    assert.deepEqual(kinds, ['slack', 'github', 'postgres', 'oauth', undefined]);
  });

  it('by hand is told in exact words for known types, and in general ones for others', () => {
    const steps = (type: string) => {
      const way = revokers.wayOf(aConnection(), { type, onlyReferenced: false });
      return way.kind === 'by_hand' ? way.steps.join(' ') : '';
    };
    assert.match(steps('stripeApi'), /Roll key.*GET \/v1\/account must answer 401/);
    assert.match(steps('httpHeaderAuth'), /where it was issued.*must be refused/);
  });
});
