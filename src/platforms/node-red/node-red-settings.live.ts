import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import type { Reading } from '../../domain/verification.ts';
import { PlatformError } from '../../errors.ts';
import { never } from '../../testing/guarded.ts';
import { connectNodeRed, switchedOff } from '../../testing/node-red/connect.ts';
import { chain, code, every, httpIn, httpResponse } from '../../testing/node-red/flows.ts';
import { startRealNodeRed } from '../../testing/node-red/real-node-red.ts';
import type { RealNodeRed } from '../../testing/node-red/real-node-red.ts';
import { until } from '../../testing/until.ts';

const opened = chain({ id: 'opened', label: 'Opened' }, [httpIn('/opened'), httpResponse()]);

async function started(
  test: TestContext,
  options: Parameters<typeof startRealNodeRed>[0],
): Promise<RealNodeRed> {
  const nodeRed = await startRealNodeRed(options);
  test.after(() => nodeRed.stop());
  return nodeRed;
}

async function readingOf(baseUrl: string, secret?: string): Promise<Reading | undefined> {
  const { platform } = connectNodeRed(baseUrl, secret === undefined ? {} : { secret });
  await until('it runs', async () => {
    const { memo } = await platform.observe('opened', never);
    return JSON.stringify(memo).includes('"ran":true');
  });
  const check = await switchedOff(platform, 'opened');
  const [reading] = await platform.checkDisabled([check], never);
  return reading;
}

function methodsOf(reading: Reading | undefined): readonly string[] {
  return (reading?.proofs ?? [])
    .filter(({ finding }) => finding === 'agrees')
    .map(({ method }) => method);
}

describe('a real Node-RED with settings of its own', { concurrency: 2 }, () => {
  it('is probed where its flows are served, below another path than the editor', async (test) => {
    const nodeRed = await started(test, {
      settings: { httpAdminRoot: '/red', httpNodeRoot: '/flows-here' },
      path: '/red',
    });
    await nodeRed.api.deploy(() => opened);

    const reading = await readingOf(nodeRed.baseUrl);

    assert.deepEqual(methodsOf(reading), ['list', 'webhook-probe', 'runtime']);
  });

  it('is believed by its runtime when it answers every browser’s question alike', async (test) => {
    const nodeRed = await started(test, { settings: { httpNodeCors: { origin: '*' } } });
    await nodeRed.api.deploy(() => opened);

    const reading = await readingOf(nodeRed.baseUrl);

    assert.deepEqual(methodsOf(reading), ['list', 'runtime']);
    assert.deepEqual(reading?.doubts, []);
  });

  it('sees another tab with the same address even so', async (test) => {
    const nodeRed = await started(test, { settings: { httpNodeCors: { origin: '*' } } });
    const copy = chain({ id: 'copy', label: 'Copy' }, [httpIn('/opened'), httpResponse()]);
    await nodeRed.api.deploy(() => [...opened, ...copy]);

    const reading = await readingOf(nodeRed.baseUrl);

    assert.match(reading?.doubts.join(' ') ?? '', /“Copy”: contain it too/);
  });

  it('says which addresses ask callers to sign in', async (test) => {
    const pass = '$2b$04$K4oGgQ1xZ0Qqf0q7oHn3NuX6mYx8cJcQmEwS6mDkV7b0q3m0yq0yK';
    const nodeRed = await started(test, { settings: { httpNodeAuth: { user: 'caller', pass } } });
    await nodeRed.api.deploy(() => opened);
    const { platform } = connectNodeRed(nodeRed.baseUrl);

    const { workflows } = await platform.takeInventory(never);

    const webhook = workflows[0]?.facts.find(({ kind }) => kind === 'webhook');
    assert.equal(webhook?.auth, 'basic');
    assert.deepEqual(methodsOf(await readingOf(nodeRed.baseUrl)), [
      'list',
      'webhook-probe',
      'runtime',
    ]);
  });

  it('needs no sign-in when it asks for none, and says so', async (test) => {
    const nodeRed = await started(test, { isOpen: true });
    await nodeRed.api.deploy(() => opened);

    const { platform } = connectNodeRed(nodeRed.baseUrl, { secret: 'any:thing' });
    const probed = await platform.probe(never);

    assert.match(probed.identity, /anyone/);
    assert.deepEqual(probed.missing, []);
    assert.deepEqual(methodsOf(await readingOf(nodeRed.baseUrl, 'any:thing')), [
      'list',
      'webhook-probe',
      'runtime',
    ]);
  });

  it('is not deployed to in safe mode, which would start everything', async (test) => {
    const nodeRed = await started(test, { settings: { safeMode: true }, flows: opened });
    const { platform } = connectNodeRed(nodeRed.baseUrl);

    await platform.observe('opened', never);
    await assert.rejects(
      platform.disable('opened', never),
      (error) => error instanceof PlatformError && /safe mode/.test(error.message),
    );

    const { coverage } = await platform.takeInventory(never);
    assert.ok(coverage.gaps.some((gap) => gap.includes('safe mode')));
    assert.notEqual((await nodeRed.api.tab('opened'))['disabled'], true);
  });

  it('whose flows are all stopped is contained, and put back as stopped', async (test) => {
    const nodeRed = await started(test, {});
    const clock = chain({ id: 'clock', label: 'Clock' }, [every(1), code('return msg;')]);
    await nodeRed.api.deploy(() => clock);
    await nodeRed.api.call('POST', '/flows/state', { state: 'stop' });
    const { platform } = connectNodeRed(nodeRed.baseUrl);

    const check = await switchedOff(platform, 'clock');
    const [off] = await platform.checkDisabled([check], never);
    await platform.enable('clock', check.memo, never);
    const [on] = await platform.checkEnabled([check], never);

    assert.deepEqual(methodsOf(off), ['list', 'runtime']);
    assert.deepEqual(methodsOf(on), ['list']);
    assert.deepEqual(await nodeRed.api.call('GET', '/flows/state'), { state: 'stop' });
  });
});
