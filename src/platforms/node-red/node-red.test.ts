import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { notHadOf } from '../../domain/evidence.ts';
import { PlatformError } from '../../errors.ts';
import { never } from '../../testing/guarded.ts';
import { connectNodeRed } from '../../testing/node-red/connect.ts';
import { standIn } from '../../testing/node-red/stand-in.ts';
import type { Got, Reply } from '../../testing/node-red/stand-in.ts';

const flows = { rev: 'r1', flows: [{ id: 'tab-1', type: 'tab', label: 'One' }] };
const login: Reply = { status: 200, body: { type: 'credentials' } };
const token = (text: string): Reply => ({ status: 200, body: { access_token: text } });

/** A Node-RED with one tab; `special` answers first. */
function oneTab(special: (got: Got) => Reply | undefined) {
  return (got: Got): Reply | undefined => {
    const said = special(got);
    if (said) return said;
    switch (got.call) {
      case 'GET /auth/login':
        return login;
      case 'POST /auth/token':
        return token('t1');
      case 'GET /flows':
        return { status: 200, body: flows };
      case 'GET /flows/state':
        return { status: 200, body: { state: 'start' } };
      case 'POST /flows':
        return { status: 200, body: { rev: 'r2' } };
      default:
        return undefined;
    }
  };
}

async function errorOf(run: Promise<unknown>): Promise<PlatformError> {
  const error = await run.then(
    () => assert.fail('It was not refused.'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError);
  return error;
}

describe('a Node-RED that does not do as asked', () => {
  it('has locked the name: says when it opens, and is not asked again before', async (test) => {
    const body = {
      error: 'server_error',
      error_description: 'Too many login attempts. Wait 10 minutes and try again',
    };
    const { baseUrl, got } = await standIn(
      test,
      oneTab(({ call }) => (call === 'POST /auth/token' ? { status: 500, body } : undefined)),
    );
    const { platform } = connectNodeRed(baseUrl);

    for (let asked = 0; asked < 2; asked += 1) {
      const error = await errorOf(platform.disable('tab-1', never));
      assert.deepEqual([error.code, error.retryAfterMs], ['rate_limited', 600_000]);
    }

    // Each try would lock it for longer.
    assert.equal(got.filter(({ call }) => call === 'POST /auth/token').length, 1);
  });

  it('is told a wrong password once, however often it is asked', async (test) => {
    const wrong: Reply = { status: 403, body: { error: 'invalid_grant' } };
    const { baseUrl, got } = await standIn(
      test,
      oneTab(({ call }) => (call === 'POST /auth/token' ? wrong : undefined)),
    );
    const { platform } = connectNodeRed(baseUrl, { secret: 'bot:wrong-password' });

    for (let asked = 0; asked < 6; asked += 1) {
      const error = await errorOf(platform.observe('tab-1', never));
      assert.equal(error.code, 'unauthorized');
      assert.ok(!error.message.includes('wrong-password'));
    }

    assert.equal(got.filter(({ call }) => call === 'POST /auth/token').length, 1);
  });

  it('forgets a token: it is signed in anew, and the write is made once', async (test) => {
    let given = 0;
    const { baseUrl, got } = await standIn(
      test,
      oneTab(({ call, bearer }) => {
        if (call === 'POST /auth/token') return token(`t${(given += 1)}`);
        const isExpired = bearer === 't1' && call === 'POST /flows';
        return isExpired ? { status: 401, challenge: true } : undefined;
      }),
    );

    const { answer } = await connectNodeRed(baseUrl).platform.disable('tab-1', never);

    assert.equal(answer, 'accepted');
    const writes = got.filter(({ call }) => call === 'POST /flows');
    assert.deepEqual(
      writes.map(({ bearer }) => bearer),
      ['t1', 't2'],
    );
    assert.deepEqual(JSON.parse(writes[1]?.body ?? ''), {
      flows: [{ id: 'tab-1', type: 'tab', label: 'One', disabled: true }],
      rev: 'r1',
    });
  });

  it('asks nobody to sign in: no password is sent', async (test) => {
    const { baseUrl, got } = await standIn(
      test,
      oneTab(({ call }) => (call === 'GET /auth/login' ? { status: 200, body: {} } : undefined)),
    );

    await connectNodeRed(baseUrl).platform.disable('tab-1', never);

    assert.ok(got.every(({ call, bearer }) => call !== 'POST /auth/token' && bearer === undefined));
  });

  it('is deployed to by others again and again: it is given up, in words', async (test) => {
    const { baseUrl, got } = await standIn(
      test,
      oneTab(({ call }) =>
        call === 'POST /flows' ? { status: 409, body: { code: 'version_mismatch' } } : undefined,
      ),
    );

    const error = await errorOf(connectNodeRed(baseUrl).platform.disable('tab-1', never));

    assert.equal(error.code, 'conflict');
    assert.match(error.message, /take the right to deploy from them/);
    assert.ok(got.filter(({ call }) => call === 'POST /flows').length < 100);
  });

  it('tells what it lacks from what it does not know', async (test) => {
    const cases: readonly (readonly [Reply, string])[] = [
      [{ status: 401 }, 'refused'],
      [{ status: 413 }, 'refused'],
      [{ status: 404 }, 'not_found'],
      [{ status: 502 }, 'timed_out'],
      [{ status: 500, body: {} }, 'unavailable'],
      [{ status: 200, body: { no: 'rev' } }, 'unreadable'],
    ];
    for (const [reply, code] of cases) {
      const { baseUrl } = await standIn(
        test,
        oneTab(({ call }) => (call === 'POST /flows' ? reply : undefined)),
      );
      const error = await errorOf(connectNodeRed(baseUrl).platform.disable('tab-1', never));
      assert.equal(error.code, code, String(reply.status));
    }
  });
});

describe('evidence of a tab', () => {
  it('names what could not be had: what failed, and what is not shown to this user', async (test) => {
    const { baseUrl } = await standIn(
      test,
      oneTab(({ call }) => (call === 'GET /nodes' ? { status: 500 } : undefined)),
    );
    const { platform } = connectNodeRed(baseUrl);

    const captured = await platform.capture('tab-1', never);

    const gaps = notHadOf(captured);
    assert.deepEqual(
      gaps.map(({ part }) => part),
      ['modules', 'settings'],
    );
    assert.match(gaps[0]?.why ?? '', /500/);
    assert.match(gaps[1]?.why ?? '', /does not show them to this user/);
  });
});
