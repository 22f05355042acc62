import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import type { TokenAnswer, TokenCall } from '../../testing/token-provider.ts';
import { aTokenProvider } from '../../testing/token-provider.ts';
import { revokeAndProve } from '../revoker.ts';
import { GitHubRevoker } from './github.ts';

const { signal } = new AbortController();
const around = { now: () => new Date(), wait: () => Promise.resolve(), signal };
const token = 'ghp_leaked';

/**
 * A GitHub made from its documentation: it revokes for nobody in particular, and answers before.
 *
 * @param lag   so many looks still find the token alive
 * @param refuses what it answers to revocations instead
 * @param dies  it revokes all the same
 */
async function aGitHub(
  test: TestContext,
  given: { lag?: number; refuses?: TokenAnswer; dies?: boolean } = {},
) {
  const left = new Map([[token, Infinity]]);
  const asked: string[] = [];
  const revoke = ({ bearer, type, body }: TokenCall): TokenAnswer => {
    asked.push(body);
    if (bearer !== undefined) return { status: 403 };
    assert.equal(type, 'application/json');
    const isTaken = given.dies === true || given.refuses === undefined || given.refuses === 'cut';
    if (!isTaken && given.refuses !== undefined) return given.refuses;
    if (body.includes(token)) left.set(token, given.lag ?? 0);
    assert.deepEqual(JSON.parse(body), { credentials: [token] });
    return given.refuses ?? { status: 202 };
  };
  const open = await aTokenProvider(
    test,
    'github',
    (options) => new GitHubRevoker(options),
    (call) => {
      if (call.method === 'POST' && call.path === '/credentials/revoke') return revoke(call);
      assert.equal(`${call.method} ${call.path}`, 'GET /user');
      const looks = left.get(call.bearer ?? '') ?? 0;
      left.set(call.bearer ?? '', looks - 1);
      return looks > 0 ? { status: 200, json: { login: 'ann' } } : { status: 401, json: {} };
    },
  );
  return { revoker: open(token), asked, open };
}

describe('revoking a GitHub token', () => {
  it('takes nothing but a 401 for the end of a token', async (test) => {
    for (const status of [204, 403, 404, 429, 500, 503]) {
      const open = await aTokenProvider(
        test,
        'github',
        (options) => new GitHubRevoker(options),
        () => ({ status, json: {} }),
      );
      assert.equal(await open(token).probe('c', signal), 'unknown', String(status));
    }
  });

  it('needs nothing but the token, and is believed once GitHub refuses it', async (test) => {
    const { revoker } = await aGitHub(test, { lag: 2 });
    assert.equal(await revoker.probe('c', signal), 'alive');
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'confirmed_dead');
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'already_dead');
  });

  it('stays unconfirmed while GitHub still accepts it, and is asked once', async (test) => {
    const { revoker, asked } = await aGitHub(test, { lag: 9 });
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'requested_unconfirmed');
    assert.equal(asked.length, 1);
  });

  it('is confirmed although the answer was cut', async (test) => {
    const { revoker } = await aGitHub(test, { refuses: 'cut' });
    assert.equal((await revokeAndProve(revoker, 'c', around)).state, 'confirmed_dead');
  });

  it('is looked for after a 5xx, which is no word on the token', async (test) => {
    const { revoker } = await aGitHub(test, { refuses: { status: 503 } });
    const { state, text } = await revokeAndProve(revoker, 'c', around);
    assert.equal(state, 'requested_unconfirmed');
    assert.match(text, /still accepts it\. GitHub could not revoke it now\.$/);

    const gateway = await aGitHub(test, { refuses: { status: 502 }, dies: true });
    assert.equal((await revokeAndProve(gateway.revoker, 'c', around)).state, 'confirmed_dead');
    assert.equal(gateway.asked.length, 1);
  });

  it('says for how long GitHub puts us off', async (test) => {
    for (const [retryAfter, ms] of [
      ['7', 7_000],
      ['soon', undefined],
    ] as const) {
      const { revoker } = await aGitHub(test, { refuses: { status: 429, retryAfter } });
      await assert.rejects(
        revoker.revoke('c', signal),
        (error) => error instanceof PlatformError && error.retryAfterMs === ms,
      );
    }
  });

  it('fails with what to do when GitHub does not take it, and it lives', async (test) => {
    for (const [status, says] of [
      [422, /by hand/],
      [403, /in an hour/],
      [429, /in an hour/],
    ] as const) {
      const { revoker } = await aGitHub(test, { refuses: { status } });
      const { state, text } = await revokeAndProve(revoker, 'c', around);
      assert.equal(state, 'failed');
      assert.match(text, says);
      assert.doesNotMatch(text, /ghp_/);
      assert.equal(await revoker.probe('c', signal), 'alive');
    }
  });
});
