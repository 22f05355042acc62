import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import {
  calledByOthers,
  callWorkflow,
  chain,
  nothing,
  waitMinutes,
  webhook,
} from '../../testing/n8n/nodes.ts';

const never = new AbortController().signal;
const older = { n8n: { isOlder: true } } as const;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

/** Known by its OpenAPI and its code alone; the fake answers as those say. */
describe('an n8n 1.x', () => {
  it('is found out by asking, and no key is blamed for what it does not have', async (test) => {
    const { platform } = await connected(test, older);

    const { capabilities, missing, version } = await platform.probe(never);

    assert.equal(version, 'older than 2.10');
    assert.deepEqual(missing, []);
    assert.deepEqual(capabilities, {
      disable: 'sync',
      enable: true,
      stop: false,
      listExecutions: true,
      listCredentials: false,
      listUsers: true,
      versions: false,
    });
  });

  it('says on every answer what cannot be seen or done there', async (test) => {
    const n8n = await connected(test, older);
    await n8n.live(hook('one'));

    const { coverage } = await n8n.platform.takeInventory(never);

    assert.deepEqual(
      coverage.gaps.map((gap) => gap.split(' ').slice(0, 6).join(' ')),
      [
        'This n8n is older than 2.10',
        'It has no way to stop',
        'It may run a workflow for',
        'It keeps no list of earlier',
      ],
    );
    assert.doesNotMatch(coverage.gaps.join(' '), /key lacks/);
  });

  it('names a missing permission as one where the key lacks it', async (test) => {
    const scopes = ['workflow:list', 'workflow:read', 'execution:list'];
    const { platform } = await connected(test, { ...older, scopes });

    const { missing } = await platform.probe(never);

    assert.deepEqual(
      missing.map(({ permission }) => permission),
      ['workflow:deactivate', 'workflow:activate', 'user:list'],
    );
  });

  it('has what is queued found among all executions', async (test) => {
    const n8n = await connected(test, older);
    const workflow = await n8n.live(hook('queue'));
    const check = await switchedOff(n8n, workflow);
    n8n.fake.executions.start(workflow, 'v', 'webhook', 'new');

    const [stopped] = await n8n.platform.checkStopped([check], never);
    const [disabled] = await n8n.platform.checkDisabled([check], never);

    for (const reading of [stopped, disabled]) {
      assert.ok(reading?.proofs.some(({ finding }) => finding === 'contradicts'));
    }
    assert.match(stopped?.proofs.at(0)?.text ?? '', /1 queued/);
  });

  it('never takes for off what others go on running', async (test) => {
    const n8n = await connected(test, older);
    const called = chain('called', [webhook('called'), nothing()]);
    const child = await n8n.live({ ...called, nodes: [...called.nodes, calledByOthers()] });
    await n8n.live(chain('parent', [webhook('parent'), callWorkflow(child)]));
    const alone = await n8n.live(hook('alone'));

    const { byHand } = await n8n.platform.observe(child, never);
    const checks = [await switchedOff(n8n, child), await switchedOff(n8n, alone)];
    const [reading, other] = await n8n.platform.checkDisabled(checks, never);
    await fetch(`${n8n.fake.baseUrl}/webhook/parent`);

    assert.equal(n8n.fake.executions.of(child).at(-1)?.status, 'success');
    for (const told of [byHand, reading?.doubts ?? []]) {
      assert.match(told.join(' '), /for other workflows also while it is off: contain those/);
    }
    assert.deepEqual(other?.doubts, []);
    await n8n.platform.observe(child, never).then(({ active }) => assert.equal(active, false));
  });

  it('never has a draft switched on that was not live before', async (test) => {
    const n8n = await connected(test, older);
    const workflow = await n8n.live(hook('moved'));
    const { memo } = await switchedOff(n8n, workflow);
    n8n.fake.changeDraft(workflow);

    await assert.rejects(n8n.platform.enable(workflow, memo, never), {
      code: 'conflict',
      message: /switches on only what its editor shows/,
    });

    assert.equal(n8n.fake.workflows.get(workflow).active, false);
  });

  it('keeps evidence without a word about versions that it never had', async (test) => {
    const n8n = await connected(test, older);
    const workflow = await n8n.live(chain('Old', [webhook('old'), waitMinutes(5), nothing()]));

    const captured = await n8n.platform.capture(workflow, never);

    const texts = captured.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n');
    assert.ok(captured.some(({ title }) => title === 'draft.json'));
    assert.doesNotMatch(texts, /no longer keeps the version/);
    assert.match(texts, /has no way to list credentials over its API/);
  });
});
