import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { never } from '../../testing/guarded.ts';
import { connectNodeRed } from '../../testing/node-red/connect.ts';
import { standIn } from '../../testing/node-red/stand-in.ts';
import type { Got, Reply } from '../../testing/node-red/stand-in.ts';

const caller = { id: 'n1', type: 'http request', z: 'tab-1', url: 'https://a.example', own: [1] };
const other = { id: 'n2', type: 'http request', z: 'tab-1' };
const flows = { rev: 'r1', flows: [{ id: 'tab-1', type: 'tab', label: 'One' }, caller, other] };
const key = { id: 'n1', type: 'http request' };
const dud = 'x-of-a-test.invalid';
const held = { user: 'shop', has_password: true };

const ok = (body: unknown): Reply => ({ status: 200, body });

/** A Node-RED whose node `n1` holds what it is told to; `special` answers first. */
function holding(fields: unknown, special: (got: Got) => Reply | undefined = () => undefined) {
  return (got: Got): Reply | undefined => {
    const said = special(got);
    if (said) return said;
    switch (got.call) {
      case 'GET /auth/login':
        return ok({ type: 'credentials' });
      case 'POST /auth/token':
        return ok({ access_token: 't1' });
      case 'GET /flows':
        return ok(flows);
      case 'GET /flows/state':
        return ok({ state: 'start' });
      case 'GET /credentials/http-request/n1':
        return ok(fields);
      case 'POST /flows':
        return ok({ rev: 'r1' });
      default:
        return undefined;
    }
  };
}

describe('wiping the credentials of a node', () => {
  it('names each field that it holds, and touches nothing else', async (test) => {
    const { baseUrl, got } = await standIn(test, holding(held));
    const { platform } = connectNodeRed(baseUrl);

    assert.equal((await platform.overwriteCredential(key, dud, never)).answer, 'accepted');

    const deployed: unknown = JSON.parse(
      got.find(({ call }) => call === 'POST /flows')?.body ?? '',
    );
    const [tab] = flows.flows;
    const wiped = { ...caller, credentials: { user: '', password: '' } };
    assert.deepEqual(deployed, { rev: 'r1', flows: [tab, wiped, other] });
  });

  it('reads again and deploys again when somebody else came before', async (test) => {
    let deploys = 0;
    const stale: Reply = { status: 409, body: { code: 'version_mismatch' } };
    const { baseUrl, got } = await standIn(
      test,
      holding(held, ({ call }) => (call === 'POST /flows' && ++deploys === 1 ? stale : undefined)),
    );
    const { platform } = connectNodeRed(baseUrl);

    await platform.overwriteCredential(key, dud, never);

    const order = got.map(({ call }) => call).filter((call) => call.endsWith(' /flows'));
    assert.deepEqual(order, ['GET /flows', 'POST /flows', 'GET /flows', 'POST /flows']);
  });

  it('deploys nothing where nothing is held, or where a deploy would start what is off', async (test) => {
    const empty = await standIn(test, holding({ user: '', has_password: false }));
    const connected = connectNodeRed(empty.baseUrl).platform;
    assert.equal((await connected.overwriteCredential(key, dud, never)).answer, 'already');

    const safe: Reply = { status: 200, body: { state: 'safe' } };
    const inSafeMode = await standIn(
      test,
      holding(held, ({ call }) => (call === 'GET /flows/state' ? safe : undefined)),
    );
    const refused = connectNodeRed(inSafeMode.baseUrl).platform.overwriteCredential(
      key,
      dud,
      never,
    );
    await assert.rejects(
      refused,
      (error) => error instanceof PlatformError && error.code === 'conflict',
    );
    for (const { got } of [empty, inSafeMode]) {
      assert.ok(!got.some(({ call }) => call === 'POST /flows'));
    }
  });

  it('is what Node-RED says of the node, and not what it answered', async (test) => {
    const at = new Date();
    const check = {
      ...key,
      lever: 'overwrite',
      hosts: [],
      requestedAt: at,
      acceptedAt: at,
    } as const;
    const still = await standIn(test, holding(held));
    const [kept] = await connectNodeRed(still.baseUrl).platform.checkCredentials([check], never);
    assert.deepEqual(
      kept?.proofs.map(({ finding, text }) => [finding, text]),
      [['contradicts', 'Node-RED says that the node still holds user and password.']],
    );

    const hidden = await standIn(
      test,
      holding(held, ({ call }) => (call.includes('/credentials/') ? { status: 401 } : undefined)),
    );
    const [unseen] = await connectNodeRed(hidden.baseUrl).platform.checkCredentials([check], never);
    assert.deepEqual(
      unseen?.proofs.map(({ finding }) => finding),
      ['silent'],
    );
    assert.match(unseen?.doubts.join() ?? '', /does not tell this user which nodes hold/);
  });
});
