import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { startCountingServer } from '../../testing/counting-server.ts';
import { webhookIsLive } from '../../testing/n8n/estate.ts';
import { sleepFor } from '../../testing/n8n/fake-bench.ts';
import { until, untilSilent } from '../../testing/n8n/n8n-api.ts';
import type { NewApiWorkflow } from '../../testing/n8n/n8n-api.ts';
import { chain, code, http, nothing, webhook } from '../../testing/n8n/nodes.ts';
import { startRealN8n } from '../../testing/n8n/real-n8n.ts';
import { testFingerprint } from '../../testing/n8n/sample-nodes.ts';
import { guardedFetch } from '../guarded-fetch.ts';
import { N8n } from './n8n.ts';

const never = new AbortController().signal;
const queuedRuns = 8;

describe('a queue and a flapping copy on a real n8n', () => {
  it('are told: what began all the same, and who had the address for moments', async (test) => {
    const n8n = await startRealN8n({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' } });
    test.after(() => n8n.stop());
    const server = await startCountingServer();
    test.after(() => server.close());
    const { baseUrl, api } = n8n;
    const platform = new N8n({
      baseUrl,
      token: new Secret(await n8n.apiKey()),
      fetch: guardedFetch({ platform: 'n8n', origin: baseUrl, isPrivate: true }),
      now: () => new Date(),
      wait: async (ms, signal) => delay(ms, undefined, { signal }),
      fingerprint: testFingerprint,
    });
    const at = (path: string) => webhookIsLive(baseUrl, { method: 'GET', path });
    const live = async (workflow: NewApiWorkflow, path: string): Promise<string> => {
      const { id } = await api.createWorkflow(workflow);
      await api.publish(id);
      await until(`${path} is live`, () => at(path));
      return id;
    };
    // n8n answers a queued call only when it begins, and one that never does never.
    const call = (path: string): void =>
      void fetch(`${baseUrl}/webhook/${path}`).catch(() => undefined);
    const count = async (status: string, id: string): Promise<number> =>
      (await api.executions(status, id)).length;
    const busy = [webhook('busy'), code(sleepFor(120_000)), nothing()];
    const canceled = (id: string) => api.executions('canceled', id);
    const blocker = await live(chain('busy', busy), 'busy');
    const steps = [webhook('queued'), http(`${server.baseUrl}/x`)];
    const queued = chain('queued', steps);
    const kept = { saveDataSuccessExecution: 'all', saveDataErrorExecution: 'all' };
    const settings = { ...queued.settings, ...kept };
    const workflow = await live({ ...queued, settings }, 'queued');
    call('busy');
    await until('it is busy', async () => (await count('running', blocker)) === 1);
    for (let run = 0; run < queuedRuns; run += 1) call('queued');
    await until('they queue', async () => (await count('new', workflow)) === queuedRuns);

    const { memo } = await platform.observe(workflow, never);
    const { at: acceptedAt } = await platform.disable(workflow, never);
    const stopped = await platform.stop(workflow, never);
    await untilSilent('it is silent', () => at('queued'));
    await delay(3_500);
    const check = { workflow, memo, acceptedAt, stopped };
    const [off] = await platform.checkDisabled([check], never);

    const idle = stopped.wereIdle.length;
    assert.ok(server.count('/x') <= queuedRuns - idle, 'what is called idle called nobody');
    const told = off?.proofs.map(({ text }) => text).join(' ') ?? '';
    // How many begin although all are stopped, n8n and the machine decide.
    const all = [...(await api.executions('success', workflow)), ...(await canceled(workflow))];
    const began = all.filter(({ startedAt }) => startedAt);
    assert.ok(began.length <= queuedRuns - idle, 'what is called idle never began');
    for (const { id } of began) assert.match(told, new RegExp(`: [\\d, ]*\\b${id}\\b`));
    const silence = began.length > 0 ? 'none that started since the last of these' : 'no execution';
    assert.ok(told.includes(`n8n lists ${silence}`), told);
    assert.deepEqual(off?.doubts, []);
    const [still] = await platform.checkStopped([check], never);
    const met = (await canceled(workflow)).filter(({ startedAt }) => startedAt);
    assert.equal(still?.doubts.length, met.length > 0 ? 1 : 0);

    await platform.stop(blocker, never);
    const copy = await live(chain('copy', [webhook('queued'), nothing()]), 'queued');
    call('queued');
    await until('it ran', async () => (await count('success', copy)) === 1);
    await api.unpublish(copy);
    await untilSilent('it is silent again', () => at('queued'));
    const [flapped] = await platform.checkDisabled([check], never);

    assert.deepEqual(
      flapped?.holders?.map(({ name, how, stands }) => `${name} ${how}, ${stands}`),
      ['copy ran, can_return'],
    );
  });
});
