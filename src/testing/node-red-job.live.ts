/**
 * The main job on a real Node-RED, through the command line alone: 200 tabs that call a stranger's
 * host are contained, proved dead from outside, and put back byte for byte.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { findLeaks } from './canary.ts';
import { startCountingServer } from './counting-server.ts';
import type { CountingServer } from './counting-server.ts';
import { planFrom } from './crew-answers.ts';
import { crewOn, done, whatIsKept } from './crew.ts';
import type { Crew } from './crew.ts';
import { responderPermissions } from './node-red/contract-estate.ts';
import { chain, code, every, httpIn, httpRequest, httpResponse } from './node-red/flows.ts';
import type { NodeRedUser } from './node-red/launch.ts';
import { startRealNodeRed } from './node-red/real-node-red.ts';
import type { RealNodeRed } from './node-red/real-node-red.ts';
import { until } from './until.ts';

const tabs = 200;
/** Several fires of the clocks below, in ms. */
const severalFiresMs = 3_000;
const responder: NodeRedUser = {
  username: 'firebreak',
  password: 'password-of-the-responder',
  permissions: responderPermissions,
};
/** What a flow holds and nobody may see. */
const planted = 'value-of-the-credential';

const called = Array.from({ length: tabs / 2 }, (_, index) => `called-${index}`);
const clocked = Array.from({ length: tabs / 2 }, (_, index) => `clocked-${index}`);

describe('the main job on a real Node-RED, from the shell', () => {
  let nodeRed: RealNodeRed;
  let evil: CountingServer;

  before(async () => {
    [nodeRed, evil] = await Promise.all([
      startRealNodeRed({ users: [responder] }),
      startCountingServer(),
    ]);
    const credentials = { user: 'shop', password: planted };
    await nodeRed.api.deploy(() => [
      ...called.flatMap((id) =>
        chain({ id, label: id }, [
          httpIn(`/${id}`),
          httpRequest(`${evil.baseUrl}/${id}`, credentials),
          httpResponse(),
        ]),
      ),
      ...clocked.flatMap((id) =>
        chain({ id, label: id }, [every(1), httpRequest(`${evil.baseUrl}/${id}`)]),
      ),
      ...chain({ id: 'bystander', label: 'Bystander' }, [
        httpIn('/bystander'),
        code("flow.set('n', (flow.get('n') || 0) + 1); msg.payload = flow.get('n'); return msg;"),
        httpResponse(),
      ]),
    ]);
    await until('all is served', async () => (await answering(called)) === called.length);
  });
  after(async () => {
    await nodeRed?.stop();
    await evil?.close();
  });

  /** How many of these answer a call from outside. */
  async function answering(ids: readonly string[]): Promise<number> {
    let answers = 0;
    for (const id of ids) {
      const answer = await fetch(`${nodeRed.baseUrl}/${id}`);
      await answer.arrayBuffer();
      if (answer.status === 200) answers += 1;
    }
    return answers;
  }

  async function counted(): Promise<number> {
    return Number(await (await fetch(`${nodeRed.baseUrl}/bystander`)).text());
  }

  it('contains 200 tabs, proves it from outside, takes it back byte for byte', async () => {
    const secret = `${responder.username}:${responder.password}`;
    const crew = await crewOn({ kind: 'node-red', baseUrl: nodeRed.baseUrl, secret });
    const { ana, ben, instance } = crew;
    try {
      const { rev } = await nodeRed.api.flows();
      const seen = await counted();
      await done(ana('declare Flows call a stranger severity:sev2'));
      await done(ana('scope sync'));
      const plan = planFrom(await done(ana(`contain plan host:"${evil.host}"`)));
      assert.deepEqual(plan.ids, [...called, ...clocked].toSorted());
      assert.equal((await ana(`contain run ${plan.name}`)).code, 1, 'it needs another yes');
      assert.equal((await nodeRed.api.flows()).rev, rev, 'nothing was touched');
      await done(ben(`contain approve ${plan.name} in:INC-1`));

      await done(ana(`contain run ${plan.name}`));

      const callsOfTabs = evil.count('/called');
      assert.equal(await answering(called), 0, 'it was called contained and still ran');
      // By now what was under way has arrived.
      const fires = evil.count('/clocked');
      await delay(severalFiresMs);
      assert.equal(evil.count('/called'), callsOfTabs, 'a contained tab called');
      assert.equal(evil.count('/clocked'), fires, 'a clock went on');
      assert.equal(await counted(), seen + 1, 'what was not meant was restarted');

      await done(ana(`contain undo ${plan.name}`));
      assert.equal((await nodeRed.api.flows()).rev, rev, 'it is not as it was');
      await until('all is served', async () => (await answering(called)) === called.length);
      await evil.atLeast(evil.count('/clocked') + clocked.length, '/clocked');

      await leaveNothingBehind(crew);
    } finally {
      await instance.remove();
    }
  });

  async function leaveNothingBehind(crew: Crew): Promise<void> {
    const { instance } = crew;
    const file = instance.path('INC-1.json');
    await done(
      instance.firebreak(
        'export',
        '--reason',
        'for the post-mortem',
        'INC-1',
        '--format',
        'json',
        '--out',
        file,
      ),
    );
    await done(instance.firebreak('verify', file));
    const secrets = {
      ...crew.secrets,
      'password of the responder': responder.password,
      'credential of a flow': planted,
    };
    const places = [...(await whatIsKept(crew)), { name: file, content: await readFile(file) }];
    assert.deepEqual(findLeaks(secrets, places), []);
    assert.notEqual(findLeaks({ name: 'clocked-7' }, places).length, 0, 'it would be seen');
  }
});
