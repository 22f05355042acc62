import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { WrongPassword, lockedForMs } from './refusal.ts';
import { NodeRedSession } from './session.ts';
import type { Password } from './session.ts';

function anAccount(secret = 'bot:p:w') {
  const session = new NodeRedSession(new Secret(secret));
  const asked: Password[] = [];
  let at = Date.parse('2026-11-22T12:00:00Z');
  let answer: () => Promise<string | undefined> = async () => `token-${asked.length}`;
  const token = () =>
    session.token(
      (given) => {
        asked.push(given);
        return answer();
      },
      () => new Date(at),
    );
  return {
    session,
    asked,
    token,
    answers: (next: typeof answer) => {
      answer = next;
    },
    later: (ms: number) => {
      at += ms;
    },
  };
}

describe('a session on Node-RED', () => {
  it('sends a token as it is, and signs in with a password once for all calls', async () => {
    assert.equal(await anAccount('a-token').token(), 'a-token');
    const { token, asked } = anAccount();

    assert.deepEqual(await Promise.all([token(), token()]), ['token-1', 'token-1']);
    assert.equal(await token(), 'token-1');
    assert.deepEqual(asked, [{ username: 'bot', password: 'p:w' }]);
  });

  it('signs in anew once for a token that Node-RED has forgotten', async () => {
    const { session, token, asked } = anAccount();
    const old = await token();

    await Promise.all([session.forget(old), session.forget(old)]);
    assert.deepEqual(await Promise.all([token(), token()]), ['token-2', 'token-2']);
    await session.forget(old);

    assert.equal(await token(), 'token-2');
    assert.equal(asked.length, 2);
  });

  it('never tries a wrong password twice while that could lock the user’s name', async () => {
    const { token, asked, answers, later } = anAccount();
    answers(async () => {
      throw new WrongPassword('No.');
    });

    await assert.rejects(token(), WrongPassword);
    later(lockedForMs - 1);
    await assert.rejects(token(), WrongPassword);
    assert.equal(asked.length, 1);

    later(1);
    answers(async () => 'new');
    assert.equal(await token(), 'new');
  });

  it('tries again after any other failure', async () => {
    const { token, asked, answers } = anAccount();
    answers(async () => {
      throw new PlatformError('node-red', 'unreachable', 'Down.');
    });
    await assert.rejects(token(), PlatformError);
    answers(async () => 'up');

    assert.equal(await token(), 'up');
    assert.equal(asked.length, 2);
  });
});
