import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Proof, Reading } from '../../domain/verification.ts';
import { PlatformError } from '../../errors.ts';
import { connected } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import {
  calledByOthers,
  chain,
  everySeconds,
  http,
  node,
  nothing,
  waitMinutes,
  webhook,
} from '../../testing/n8n/nodes.ts';
import type { Check } from '../platform.ts';

const never = new AbortController().signal;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

const anHourBehind = (): Date => new Date(Date.now() - 3_600_000);

/** Observes, switches off, and says what is needed to check that. */
async function switchedOff({ platform }: Connected, workflow: string): Promise<Check> {
  const { memo } = await platform.observe(workflow, never);
  const { at } = await platform.disable(workflow, never);
  return { workflow, memo, acceptedAt: at };
}

async function checked({ platform }: Connected, check: Check): Promise<Reading> {
  const [reading] = await platform.checkDisabled([check], never);
  assert.ok(reading);
  return reading;
}

function proofs(reading: Reading, method: string): readonly Proof[] {
  return reading.proofs.filter((proof) => proof.method === method);
}

async function failure(run: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlatformError);
  return error;
}

describe('checkDisabled', () => {
  it('counts no silence of an address that was never heard to answer', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('deaf'));
    // As when the address was derived wrongly: nothing is registered there, before or after.
    n8n.fake.workflows.listening.delete(workflow);

    const reading = await checked(n8n, await switchedOff(n8n, workflow));

    assert.deepEqual(proofs(reading, 'webhook-probe'), []);
    assert.match(reading.doubts.join(' '), /“Webhook”.*proves nothing/);
  });

  it('believes no probe where a proxy answers OPTIONS by itself', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('proxied'));
    const check = await switchedOff(n8n, workflow);
    const fault = { kind: 'status', status: 200, message: 'ok' } as const;
    n8n.fake.faults.add({ fault, method: 'OPTIONS' });

    const reading = await checked(n8n, check);

    assert.deepEqual(proofs(reading, 'webhook-probe'), []);
    assert.equal(reading.doubts.length, 1);
  });

  it('tells its own address from one that another workflow has taken', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook('shared')));
    await n8n.live({ ...hook('shared'), name: 'heir' });

    const reading = await checked(n8n, check);

    const [proof] = proofs(reading, 'webhook-probe');
    assert.equal(proof?.finding, 'silent');
    assert.match(proof?.text ?? '', /another published workflow/);
    assert.ok(reading.proofs.every(({ finding }) => finding !== 'contradicts'));
  });

  it('doubts triggers that nothing shows from outside', async (test) => {
    const n8n = await connected(test);
    const listener = node('n8n-nodes-base.mqttTrigger', 1, 'Broker', { topics: 'a' });
    const workflow = await n8n.live(chain('mqtt', [listener, nothing()]));

    const reading = await checked(n8n, await switchedOff(n8n, workflow));

    assert.match(reading.doubts.join(' '), /“Broker” still listens/);
  });

  it('doubts a schedule whose executions are not kept', async (test) => {
    const n8n = await connected(test);
    const quiet = chain('quiet', [everySeconds(50), nothing()], { savesNothing: true });

    const reading = await checked(n8n, await switchedOff(n8n, await n8n.live(quiet)));

    assert.match(reading.doubts.join(' '), /keeps no record/);
  });

  it('doubts a schedule as long as n8n lists no success at all, for it may keep none', async (test) => {
    const n8n = await connected(test);
    const clock = await n8n.live(chain('clock', [everySeconds(50), nothing()]));
    const check = await switchedOff(n8n, clock);
    assert.match((await checked(n8n, check)).doubts.join(' '), /keeps no record/);

    const { executions } = n8n.fake;
    executions.finish(executions.start('another', 'v', 'webhook'), 'success', true);

    const reading = await checked(n8n, check);
    assert.deepEqual(reading.doubts, []);
    assert.ok(reading.notBefore);
  });

  it('says that a deleted workflow is only gone from sight', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('deleted'));
    const check = await switchedOff(n8n, workflow);
    n8n.fake.workflows.remove(workflow);

    const reading = await checked(n8n, check);

    assert.equal(proofs(reading, 'list')[0]?.finding, 'silent');
    assert.match(reading.doubts.join(' '), /no longer lists it/);
  });

  it('compares instants on n8n’s clock, however wrong ours is', async (test) => {
    const n8n = await connected(test, { now: anHourBehind });
    const workflow = await n8n.live(hook('skewed'));
    n8n.fake.executions.start(workflow, 'v', 'webhook');
    const check = await switchedOff(n8n, workflow);

    const reading = await checked(n8n, {
      ...check,
      acceptedAt: new Date(anHourBehind().getTime() + 1_500),
    });

    assert.equal(proofs(reading, 'executions')[0]?.finding, 'agrees');
  });

  it('doubts everything when nothing was recorded before', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(hook('unknown'));
    const reading = await checked(n8n, { workflow, memo: null, acceptedAt: new Date() });
    assert.equal(reading.doubts.length, 1);
  });

  it('sends the key to the API and to nothing else', async (test) => {
    const n8n = await connected(test);
    await checked(n8n, await switchedOff(n8n, await n8n.live(hook('keyless'))));

    const withKey = n8n.calls.filter(({ headers }) => headers && 'X-N8N-API-KEY' in headers);
    assert.ok(withKey.every(({ url }) => new URL(url).pathname.startsWith('/api/v1/')));
    const asked = n8n.calls.filter(({ method }) => method === 'OPTIONS');
    assert.ok(asked.length >= 3);
    assert.ok(asked.every((call) => !withKey.includes(call)));
  });
});

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
    const wanted = ['workflow:activate', 'execution:stop', 'credential:list', 'user:list'];
    assert.deepEqual(lacked, wanted);
    const { disable, enable, stop, versions } = found.capabilities;
    assert.deepEqual([disable, enable, stop, versions], ['sync', false, false, false]);
    assert.ok(n8n.calls.every(({ url }) => !url.endsWith('/executions/stop')));
  });

  it('names what a key may do beyond what is needed', async (test) => {
    const n8n = await connected(test);
    const { excess } = await n8n.platform.probe(never);
    assert.ok(excess.includes('workflow:delete'));
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
    assert.match(text('capture.json'), /executions\.json.*execution:list/s);
  });
});
