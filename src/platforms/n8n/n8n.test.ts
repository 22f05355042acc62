import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { notHadOf } from '../../domain/evidence.ts';
import { PlatformError } from '../../errors.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import {
  calledByOthers,
  chain,
  http,
  node,
  nothing,
  waitMinutes,
  webhook,
} from '../../testing/n8n/nodes.ts';

const never = new AbortController().signal;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

async function failure(run: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError);
  return error;
}

describe('disable, stop and enable', () => {
  it('wait while n8n is still unpublishing', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('busy'));
    const message = 'Workflow is still being unpublished. Please try again in a few moments.';
    const fault = { kind: 'status', status: 409, message } as const;
    n8n.fake.faults.add({ fault, path: /deactivate/, times: 3 });

    const { answer } = await n8n.platform.disable(workflow, never);

    assert.equal(answer, 'accepted');
    assert.equal(n8n.fake.workflows.get(workflow).active, false);
  });

  it('read a workflow once when it was just observed', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('once'));
    await switchedOff(n8n, workflow);
    const reads = n8n.calls.filter(({ method, url }) => method === 'GET' && url.endsWith(workflow));
    assert.equal(reads.length, 1);
  });

  it('stop one by one where n8n has no other way', async (test) => {
    const n8n = await connected(test, { n8n: { without: /^POST \/executions\/stop$/ } });
    const workflow = await n8n.live(hook('old'));
    const bystander = n8n.fake.executions.start('other', 'v', 'webhook', 'waiting');
    n8n.fake.executions.start(workflow, 'v', 'webhook', 'running');
    n8n.fake.executions.start(workflow, 'v', 'webhook', 'waiting');

    const stopped = await n8n.platform.stop(workflow, never);

    assert.deepEqual([stopped.stopped, stopped.wereRunning], [2, ['2']]);
    assert.equal(bystander.status, 'waiting');
  });

  it('refuse to restore what somebody published in another version', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('moved'));
    const { memo } = await switchedOff(n8n, workflow);
    n8n.fake.changeDraft(workflow);
    n8n.fake.workflows.publish(workflow);

    const error = await failure(n8n.platform.enable(workflow, memo, never));

    assert.equal(error.code, 'conflict');
    assert.match(error.message, /another version/);
  });

  it('say what to do when the version is gone, or a sub-workflow is off', async (test) => {
    const n8n = await connected(test);
    const child = await n8n.live(chain('child', [calledByOthers(), nothing()]));
    const call = node('n8n-nodes-base.executeWorkflow', 1.2, 'Call', {
      workflowId: { __rl: true, mode: 'id', value: child },
    });
    const parent = await n8n.live(chain('parent', [webhook('parent'), call]));
    const { memo } = await switchedOff(n8n, parent);
    await n8n.platform.disable(child, never);
    const early = await failure(n8n.platform.enable(parent, memo, never));
    assert.match(early.message, /sub-workflows on first/);

    const live = n8n.fake.workflows.get(parent).versionId;
    n8n.fake.changeDraft(parent);
    n8n.fake.workflows.prune(parent, live);
    await n8n.api.publish(child);
    const late = await failure(n8n.platform.enable(parent, memo, never));
    assert.equal(late.code, 'not_found');
    assert.match(late.message, /live-version\.json/);
  });

  it('leave alone what was off before, and what is as it was', async (test) => {
    const n8n = await connected(test);
    const { id } = await n8n.api.createWorkflow(hook('never on'));
    const { memo } = await n8n.platform.observe(id, never);
    assert.equal((await n8n.platform.enable(id, memo, never)).answer, 'already');
    assert.equal(n8n.fake.workflows.get(id).active, false);

    await n8n.api.publish(id);
    const error = await failure(n8n.platform.enable(id, memo, never));
    assert.equal(error.code, 'conflict');
  });
});

describe('probe', () => {
  it('finds out by harmless calls where n8n does not say what a key may do', async (test) => {
    const n8n = await connected(test, {
      n8n: { without: /discover|publish|history|versions|GET \/credentials$/ },
      scopes: ['workflow:list', 'workflow:read', 'workflow:deactivate', 'execution:list'],
    });
    const workflow = await n8n.live(hook('calm')).catch(() => undefined);
    assert.equal(workflow, undefined, 'this n8n cannot publish');

    const found = await n8n.platform.probe(never);

    const lacked = found.missing.map(({ permission }) => permission);
    const wanted = ['workflow:activate', 'execution:stop', 'user:list'];
    assert.deepEqual(lacked, wanted);
    const { disable, enable, stop, versions } = found.capabilities;
    assert.deepEqual([disable, enable, stop, versions], ['sync', false, false, false]);
    assert.ok(n8n.calls.every(({ url }) => !url.endsWith('/executions/stop')));
  });

  it('names what a key may do beyond what is needed', async (test) => {
    const n8n = await connected(test);
    const { excess } = await n8n.platform.probe(never);
    assert.ok(excess.includes('workflow:update') && excess.includes('execution:delete'));
    assert.ok(!excess.includes('workflow:list') && !excess.includes('execution:read'));
  });
});

describe('takeInventory', () => {
  it('asks for smaller pages when a page is too large', async (test) => {
    const n8n = await connected(test, { limits: { bodyBytes: 200_000 } });
    const padding = 'x'.repeat(5_000);
    for (let at = 0; at < 60; at += 1) {
      await n8n.api.createWorkflow(chain(`w${at}`, [webhook(`w${at}`), nothing(padding)]));
    }

    const { workflows } = await n8n.platform.takeInventory(never);

    assert.equal(new Set(workflows.map(({ id }) => id)).size, 60);
    assert.ok(n8n.calls.some(({ url }) => url.includes('limit=10')));
  });

  it('names owners, last runs and gaps', async (test) => {
    const n8n = await connected(test, { scopes: ['workflow:list', 'workflow:read'] });
    await n8n.live(chain('seen', [webhook('seen'), http('={{ $json.url }}')]));

    const { workflows, coverage } = await n8n.platform.takeInventory(never);

    assert.match(workflows[0]?.owner ?? '', /@/);
    assert.deepEqual(coverage.runtimeHosts, { nodes: 1, workflows: 1 });
    const said = coverage.gaps.join(' ');
    for (const scope of ['credential:list', 'user:list', 'execution:list']) {
      assert.ok(said.includes(scope), said);
    }
  });

  it('knows when each workflow ran last, also when it still runs', async (test) => {
    const n8n = await connected(test);
    const sleeper = await n8n.live(chain('sleeper', [webhook('s'), waitMinutes(9), nothing()]));
    const idle = await n8n.live(hook('idle'));
    const { startedAt } = n8n.fake.executions.start(sleeper, 'v', 'webhook', 'waiting');

    const { workflows } = await n8n.platform.takeInventory(never);

    const last = new Map(workflows.map(({ id, lastRanAt }) => [id, lastRanAt?.toISOString()]));
    assert.deepEqual([last.get(sleeper), last.get(idle)], [startedAt, undefined]);
  });
});

describe('capture', () => {
  it('keeps a hash of other people’s data, and names what it could not get', async (test) => {
    const n8n = await connected(test);
    const pinned = { Webhook: [{ json: { token: 'pinned-secret' } }] };
    const workflow = { ...hook('pinned'), pinData: pinned };
    const { id } = await n8n.api.createWorkflow(workflow);
    await n8n.api.publish(id);
    const fault = { kind: 'status', status: 403, message: 'Forbidden' } as const;
    n8n.fake.faults.add({ fault, path: /\/executions/ });

    const captured = await n8n.platform.capture(id, never);

    const text = (title: string): string =>
      new TextDecoder().decode(captured.find((one) => one.title === title)?.bytes);
    assert.doesNotMatch(text('draft.json'), /pinned-secret/);
    assert.match(text('draft.json'), /"pinData": \{\s+"sha256": "[0-9a-f]{64}"/);
    assert.match(text('live-version.json'), /"nodes"/);
    assert.match(text('publish-history.json'), /activated/);
    assert.match(text('capture.json'), /"executions".*execution:list/s);
    const [gap] = notHadOf(captured);
    assert.equal(gap?.part, 'executions');
    assert.match(gap.why, /execution:list/);
  });

  it('keeps of each of many what was just looked at, and asks once for what runs', async (test) => {
    const n8n = await connected(test);
    const ids = [await n8n.live(hook('one')), await n8n.live(hook('two'))];
    const asked = n8n.calls.length;

    for (const id of ids) {
      const { name } = await n8n.platform.observe(id, never);
      const [draft] = await n8n.platform.capture(id, never);
      assert.match(new TextDecoder().decode(draft?.bytes), new RegExp(`"name": "${name}"`));
    }

    const calls = n8n.calls.slice(asked).map(({ url }) => url);
    assert.equal(calls.filter((url) => /\/workflows\/[^/]+$/.test(url)).length, 2);
    assert.equal(calls.filter((url) => /status=running/.test(url)).length, 1);
    assert.equal(calls.filter((url) => /\/credentials/.test(url)).length, 1);
  });
});
