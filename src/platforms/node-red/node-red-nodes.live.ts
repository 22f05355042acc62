import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { NodeLever } from '../../domain/plan.ts';
import { PlatformError } from '../../errors.ts';
import { never } from '../../testing/guarded.ts';
import { connectNodeRed } from '../../testing/node-red/connect.ts';
import { chain, code, every, httpIn, httpResponse } from '../../testing/node-red/flows.ts';
import { startRealNodeRed } from '../../testing/node-red/real-node-red.ts';
import type { RealNodeRed } from '../../testing/node-red/real-node-red.ts';
import { until } from '../../testing/until.ts';
import type { NodeRed } from './node-red.ts';

const served = (id: string) => [
  ...chain({ id, label: id }, [httpIn(`/${id}`), code('return msg;'), httpResponse()]),
  { ...every(3_600), id: `${id}-clock`, z: id, name: 'Clock', x: 1, y: 200, wires: [[]], d: false },
];

describe('single nodes of a real Node-RED', () => {
  let nodeRed: RealNodeRed;
  let platform: NodeRed;
  before(async () => {
    nodeRed = await startRealNodeRed({});
    await nodeRed.api.deploy(() => [...served('shop'), ...served('moved'), ...served('asked')]);
    platform = connectNodeRed(nodeRed.baseUrl).platform;
    for (const id of ['shop', 'moved', 'asked']) await until(`${id} answers`, () => answers(id));
  });
  after(() => nodeRed.stop());

  const answers = async (id: string): Promise<boolean> => {
    const answer = await fetch(`${nodeRed.baseUrl}/${id}`, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  };
  const findings = async (workflow: string, lever: NodeLever, memo: Memo) => {
    const [reading] = await platform.checkNodes([{ workflow, lever, memo }], never);
    return (reading?.proofs ?? []).map(({ method, finding }) => `${method} ${finding}`);
  };
  type Memo = Awaited<ReturnType<NodeRed['observeNodes']>>['memo'];

  it('go off and on again to the last byte, while the rest of their tab goes on', async () => {
    const was = await nodeRed.api.flows();
    const { memo } = await platform.observeNodes('shop', ['shop-1', 'shop-clock'], never);
    assert.deepEqual(await findings('shop', 'mute', memo), [
      'list contradicts',
      'webhook-probe contradicts',
      'runtime contradicts',
    ]);

    assert.equal((await platform.muteNodes('shop', memo, never)).answer, 'accepted');

    await until('it is off', async () => {
      const found = await findings('shop', 'mute', memo);
      return found.length > 0 && found.every((one) => one.endsWith('agrees'));
    });
    assert.deepEqual(await findings('shop', 'mute', memo), [
      'list agrees',
      'webhook-probe agrees',
      'runtime agrees',
    ]);
    assert.equal(await answers('shop'), false);
    const tab = await platform.observe('shop', never);
    assert.equal(tab.active, true);
    assert.equal((await platform.muteNodes('shop', memo, never)).answer, 'already');

    assert.equal((await platform.unmuteNodes('shop', memo, never)).answer, 'accepted');

    await until('it answers again', () => answers('shop'));
    assert.deepEqual(await findings('shop', 'unmute', memo), ['list agrees', 'runtime agrees']);
    assert.deepEqual(JSON.stringify(await nodeRed.api.flows()), JSON.stringify(was));
  });

  it('are left alone once somebody changed their tab, before and after', async () => {
    const { memo } = await platform.observeNodes('moved', ['moved-1'], never);
    const added = { ...code('return msg;'), id: 'added', z: 'moved', x: 1, y: 300, wires: [[]] };
    await nodeRed.api.deploy((flows) => [...flows, added]);
    await assert.rejects(platform.muteNodes('moved', memo, never), isConflict);
    assert.equal(await answers('moved'), true);

    const now = await platform.observeNodes('moved', ['moved-1'], never);
    await platform.muteNodes('moved', now.memo, never);
    await nodeRed.api.deploy((flows) => flows.filter(({ id }) => id !== 'added'));
    await assert.rejects(platform.unmuteNodes('moved', now.memo, never), isConflict);
  });

  it('show as on again when somebody switches one on', async () => {
    const { memo } = await platform.observeNodes('asked', ['asked-1', 'asked-clock'], never);
    await platform.muteNodes('asked', memo, never);
    await nodeRed.api.deploy((flows) =>
      flows.map(({ d, ...item }) =>
        item.id === 'asked-1' || d === undefined ? item : { ...item, d },
      ),
    );
    await until('it answers', () => answers('asked'));
    const found = await findings('asked', 'mute', memo);
    assert.ok(found.includes('list contradicts'), found.join());
    assert.ok(found.includes('webhook-probe contradicts'), found.join());
  });
});

function isConflict(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'conflict';
}
