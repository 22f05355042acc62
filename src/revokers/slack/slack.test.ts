import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';

import type { TokenAnswer } from '../../testing/token-provider.ts';
import { aTokenProvider } from '../../testing/token-provider.ts';
import { revokeAndProve } from '../revoker.ts';
import { SlackRevoker } from './slack.ts';

const { signal } = new AbortController();
const around = { now: () => new Date(), wait: () => Promise.resolve(), signal };
const token = 'xoxb-leaked';

/** A Slack made from its documentation: 200 to everything, and the body says what is true. */
async function aSlack(test: TestContext, instead: Readonly<Record<string, TokenAnswer>> = {}) {
  const alive = new Set([token]);
  const open = await aTokenProvider(
    test,
    'slack',
    (options) => new SlackRevoker(options),
    ({ method, path, bearer = '', type, body }) => {
      assert.deepEqual([method, type, body], ['POST', 'application/x-www-form-urlencoded', '']);
      const given = instead[path];
      if (given !== undefined && given !== 'cut') return given;
      if (!alive.has(bearer)) return { status: 200, json: { ok: false, error: 'token_revoked' } };
      if (path === '/auth.test') return { status: 200, json: { ok: true, team: 'T1' } };
      assert.equal(path, '/auth.revoke');
      alive.delete(bearer);
      return given ?? { status: 200, json: { ok: true, revoked: true } };
    },
  );
  return { revoker: open(token), alive };
}

describe('revoking a Slack token', () => {
  it('is done with the token itself, and proved by another question', async (test) => {
    const { revoker } = await aSlack(test);
    assert.equal(await revoker.probe('c', signal), 'alive');
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'confirmed_dead');
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'already_dead');
  });

  it('is not believed when Slack says ok and revokes nothing', async (test) => {
    const dryRun = { status: 200, json: { ok: true, revoked: false } };
    const { revoker } = await aSlack(test, { '/auth.revoke': dryRun });
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'failed');
    assert.equal(await revoker.probe('c', signal), 'alive');
  });

  it('is confirmed although the answer was cut', async (test) => {
    const { revoker } = await aSlack(test, { '/auth.revoke': 'cut' });
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'confirmed_dead');
  });

  it('takes no refusal for death that says nothing of the token', async (test) => {
    for (const error of ['internal_error', 'ratelimited', 'missing_scope']) {
      const answer = { status: 200, json: { ok: false, error } };
      const { revoker } = await aSlack(test, { '/auth.test': answer });
      assert.equal(await revoker.probe('c', signal), 'unknown');
    }
    for (const status of [429, 500]) {
      const { revoker } = await aSlack(test, { '/auth.test': { status } });
      const { state } = await revokeAndProve(revoker, 'c', around);
      assert.equal(state, 'requested_unconfirmed');
    }
  });

  it('is not dead by an answer that an address which is shut out gets as well', async (test) => {
    const answer = { status: 200, json: { ok: false, error: 'invalid_auth' } };
    const { revoker } = await aSlack(test, { '/auth.test': answer, '/auth.revoke': answer });
    assert.equal(await revoker.probe('c', signal), 'unknown');
    const { state, text } = await revokeAndProve(revoker, 'c', around);
    assert.equal(state, 'failed');
    assert.match(text, /the token may live elsewhere\. Remove the app by hand/);
  });

  it('fails with what to do when Slack refuses, and the token is in no word of it', async (test) => {
    const refusal = { status: 200, json: { ok: false, error: 'not_allowed_token_type' } };
    const { revoker } = await aSlack(test, { '/auth.revoke': refusal });
    const { state, text } = await revokeAndProve(revoker, 'c', around);
    assert.equal(state, 'failed');
    assert.match(text, /by hand/);
    assert.doesNotMatch(text, /xoxb/);
  });
});
