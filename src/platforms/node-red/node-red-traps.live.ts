import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { PlatformError } from '../../errors.ts';
import { startCountingServer } from '../../testing/counting-server.ts';
import type { CountingServer } from '../../testing/counting-server.ts';
import { never } from '../../testing/guarded.ts';
import { connectNodeRed, switchedOff } from '../../testing/node-red/connect.ts';
import {
  chain,
  code,
  command,
  delaySeconds,
  every,
  httpIn,
  httpRequest,
  httpResponse,
} from '../../testing/node-red/flows.ts';
import type { NodeRedUser } from '../../testing/node-red/launch.ts';
import { startRealNodeRed } from '../../testing/node-red/real-node-red.ts';
import type { RealNodeRed } from '../../testing/node-red/real-node-red.ts';
import { until } from '../../testing/until.ts';

const blind: NodeRedUser = {
  username: 'blind',
  password: 'p',
  permissions: ['flows.read', 'flows.write', 'settings.read', 'nodes.read', 'credentials.read'],
};

describe('a real Node-RED', () => {
  let nodeRed: RealNodeRed;
  let counter: CountingServer;

  before(async () => {
    [nodeRed, counter] = await Promise.all([
      startRealNodeRed({ users: [blind] }),
      startCountingServer(),
    ]);
  });
  after(async () => {
    await Promise.all([nodeRed.stop(), counter.close()]);
  });

  async function plant(id: string, nodes: Parameters<typeof chain>[1]): Promise<string> {
    await nodeRed.api.deploy((flows) => [...flows, ...chain({ id, label: id }, nodes)]);
    return id;
  }

  async function status(path: string): Promise<number> {
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(`${nodeRed.baseUrl}${path}`, { signal });
    await answer.arrayBuffer();
    return answer.status;
  }

  const isServed = (path: string) => async () => (await status(path)) === 200;

  it('is left byte for byte as it was by a containment and its undo', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const id = await plant('exact', [httpIn('/exact'), httpResponse()]);
    const written = await plant('written', [every(3_600), code('return msg;')]);
    await nodeRed.api.switchTab(written, false);
    const { rev } = await nodeRed.api.flows();

    const checks = [await switchedOff(platform, id), await switchedOff(platform, written)];
    assert.notEqual((await nodeRed.api.flows()).rev, rev);
    for (const { workflow, memo } of checks) await platform.enable(workflow, memo, never);

    // The revision is a hash of the whole file: one tab never said whether it is off, one said no.
    assert.equal((await nodeRed.api.flows()).rev, rev);
  });

  it('goes on with its other tabs, which remember what they knew', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const count =
      "flow.set('n', (flow.get('n') || 0) + 1); msg.payload = flow.get('n'); return msg;";
    await plant('bystander', [httpIn('/bystander'), code(count), httpResponse()]);
    const id = await plant('culprit', [httpIn('/culprit'), httpResponse()]);
    await until('both are served', isServed('/culprit'));
    await until('both are served', isServed('/bystander'));

    const check = await switchedOff(platform, id);
    await platform.enable(id, check.memo, never);
    await until('it is back', isServed('/culprit'));

    const answer = await fetch(`${nodeRed.baseUrl}/bystander`);
    assert.ok(Number(await answer.text()) > 1, 'it was restarted');
  });

  it('keeps its credentials through a containment and its undo', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const given = { user: 'shop', password: 'value-of-the-credential' };
    const id = await plant('keeper', [
      httpIn('/keeper'),
      httpRequest(`${counter.baseUrl}/keeper`, given),
      httpResponse(),
    ]);
    await until('it is served', isServed('/keeper'));

    const check = await switchedOff(platform, id);
    await platform.enable(id, check.memo, never);
    await until('it is back', isServed('/keeper'));

    const sent = counter.calls.filter(({ path }) => path === '/keeper').at(-1);
    const basic = Buffer.from(`${given.user}:${given.password}`).toString('base64');
    assert.equal(sent?.headers['authorization'], `Basic ${basic}`);
  });

  it('is changed on top of what somebody else deployed a moment ago', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const id = await plant('raced', [httpIn('/raced'), httpResponse()]);
    await platform.observe(id, never);
    await plant('newcomer', [httpIn('/newcomer'), httpResponse()]);

    assert.equal((await platform.disable(id, never)).answer, 'accepted');

    const { flows } = await nodeRed.api.flows();
    assert.ok(
      flows.some((one) => one.id === 'newcomer'),
      'their deploy was lost',
    );
    assert.equal((await nodeRed.api.tab(id))['disabled'], true);
  });

  it('is left alone when what they deployed is this very tab', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const id = await plant('drifted', [httpIn('/drifted'), httpResponse()]);
    await platform.observe(id, never);
    await nodeRed.api.deploy((flows) =>
      flows.map((one) => (one.id === 'drifted-1' ? { ...one, url: '/elsewhere' } : one)),
    );

    await assert.rejects(platform.disable(id, never), isConflict);

    assert.notEqual((await nodeRed.api.tab(id))['disabled'], true);
  });

  it('takes many changes in few deploys, without the one that somebody else has changed', async () => {
    const { platform, calls } = connectNodeRed(nodeRed.baseUrl);
    const ids = Array.from({ length: 30 }, (_, index) => `many-${index}`);
    for (const id of ids) await plant(id, [every(3_600), code('return msg;')]);
    await Promise.all(ids.map((id) => platform.observe(id, never)));
    await nodeRed.api.deploy((flows) =>
      flows.map((one) => (one.id === 'many-7-2' ? { ...one, func: 'return null;' } : one)),
    );
    const asked = calls.length;

    const answers = await Promise.allSettled(ids.map((id) => platform.disable(id, never)));

    const refused = answers.flatMap((one, index) => (one.status === 'rejected' ? [index] : []));
    assert.deepEqual(refused, [7]);
    const { flows } = await nodeRed.api.flows();
    const off = ids.filter((id) => flows.find((one) => one.id === id)?.['disabled'] === true);
    assert.equal(off.length, 29);
    const deploys = calls.slice(asked).filter(({ url }) => url.endsWith('/flows'));
    // One is refused as stale, then the file is read and deployed again.
    assert.ok(deploys.length <= 4, String(deploys.length));
  });

  it('ends what a tab held and repeated, and says so', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const id = await plant('held', [
      every(0.2),
      httpRequest(`${counter.baseUrl}/held-now`),
      delaySeconds(3),
      httpRequest(`${counter.baseUrl}/held-later`),
    ]);
    await counter.atLeast(1, '/held-later');
    await assert.rejects(platform.stop(id, never), isConflict);

    const check = await switchedOff(platform, id);
    const { stopped } = await platform.stop(id, never);
    let calls = 0;
    await until('it is quiet', async () => {
      calls = counter.count('/held');
      await delay(1_500);
      return counter.count('/held') === calls;
    });

    assert.equal(stopped, 0);
    assert.ok(counter.count('/held-later') < counter.count('/held-now'), 'what it held was sent');
    const [reading] = await platform.checkStopped([check], never);
    assert.deepEqual(
      reading?.proofs.map(({ finding }) => finding),
      ['agrees'],
    );
    assert.deepEqual(reading?.doubts, []);
  });

  it('cannot end code that loops over what it waits for, which is doubted', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const url = `${counter.baseUrl}/looping`;
    const id = await plant('looping', [
      { ...every(3_600), once: true },
      {
        ...code(
          `for (let n = 0; n < 4_000; n += 1) {
             await new Promise((done) => http.get('${url}', done));
             await new Promise((done) => timers.setTimeout(done, 50));
           }`,
        ),
        libs: [
          { var: 'http', module: 'node:http' },
          { var: 'timers', module: 'node:timers' },
        ],
      },
    ]);
    await counter.atLeast(2, '/looping');

    const check = await switchedOff(platform, id);
    const calls = counter.count('/looping');
    await counter.atLeast(calls + 2, '/looping');

    const [reading] = await platform.checkStopped([check], never);
    assert.match(reading?.doubts.join(' ') ?? '', /What “Code” began may go on/);
  });

  it('cannot end what a command started, which is doubted', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const url = `${counter.baseUrl}/child`;
    const script = `for (let n = 0; n < 600; n += 1) setTimeout(() => fetch('${url}').catch(() => process.exit()), n * 100)`;
    const id = await plant('commanding', [
      { ...every(3_600), once: true },
      command(`"${process.execPath}" -e "${script}"; echo done`),
    ]);
    await counter.atLeast(2, '/child');

    const check = await switchedOff(platform, id);
    const calls = counter.count('/child');
    await counter.atLeast(calls + 2, '/child');

    const [reading] = await platform.checkStopped([check], never);
    assert.match(reading?.doubts.join(' ') ?? '', /A command that “Command” started may go on/);
  });

  it('lets two tabs have one address, and then doubts that it is shut', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl);
    const id = await plant('first', [httpIn('/shared'), httpResponse()]);
    await plant('second', [httpIn('/shared'), httpResponse()]);
    await until('it is served', isServed('/shared'));

    const check = await switchedOff(platform, id);

    const [reading] = await platform.checkDisabled([check], never);
    await until('the other serves it', isServed('/shared'));
    assert.match(reading?.doubts.join(' ') ?? '', /“second”: contain it too/);
  });

  it('proves addresses without context.read, and doubts clocks', async () => {
    const { platform } = connectNodeRed(nodeRed.baseUrl, { secret: 'blind:p' });
    const open = await plant('blind-open', [httpIn('/blind-open'), httpResponse()]);
    const clock = await plant('blind-clock', [every(3_600), code('return msg;')]);
    await until('it is served', isServed('/blind-open'));

    const checks = [await switchedOff(platform, open), await switchedOff(platform, clock)];

    const [one, other] = await platform.checkDisabled(checks, never);
    assert.deepEqual(one?.doubts, []);
    assert.match(other?.doubts.join(' ') ?? '', /context\.read/);
  });
});

function isConflict(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'conflict';
}
