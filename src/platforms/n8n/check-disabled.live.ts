import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { webhookIsLive } from '../../testing/n8n/estate.ts';
import { until, untilSilent } from '../../testing/n8n/n8n-api.ts';
import { chain, nothing, webhook } from '../../testing/n8n/nodes.ts';
import { startRealN8n } from '../../testing/n8n/real-n8n.ts';
import { testFingerprint } from '../../testing/n8n/sample-nodes.ts';
import { guardedFetch } from '../guarded-fetch.ts';
import type { GuardedRequest } from '../guarded-fetch.ts';
import { N8n } from './n8n.ts';

const never = new AbortController().signal;
const path = { method: 'GET', path: 'race' };
const hook = (name: string) => chain(name, [webhook('race'), nothing()]);

const yes = (): boolean => true;
const no = (): boolean => false;

const isProbe = ({ method, url }: GuardedRequest): boolean =>
  method === 'OPTIONS' && url.endsWith('/webhook/race');

describe('checkDisabled on a real n8n', () => {
  it('doubts an address that another workflow claims while it is being probed', async () => {
    const n8n = await startRealN8n();
    try {
      const { baseUrl, api } = n8n;
      const guarded = guardedFetch({ platform: 'n8n', origin: baseUrl, isPrivate: true });
      let heir: string | undefined;
      const platform = new N8n({
        baseUrl,
        token: new Secret(await n8n.apiKey()),
        fetch: async (request, signal) => {
          const answer = await guarded(request, signal);
          const next = isProbe(request) ? heir : undefined;
          if (next !== undefined) {
            // While n8n still lets go of the first, the path counts as taken (409).
            await until('the heir is published', () => api.publish(next).then(yes, no));
          }
          return answer;
        },
        now: () => new Date(),
        wait: async (ms, signal) => delay(ms, undefined, { signal }),
        fingerprint: testFingerprint,
      });
      const { id: workflow } = await api.createWorkflow(hook('first'));
      await api.publish(workflow);
      await until('it answers', () => webhookIsLive(baseUrl, path));
      const { memo } = await platform.observe(workflow, never);
      const { at: acceptedAt } = await platform.disable(workflow, never);
      await untilSilent('it is silent', () => webhookIsLive(baseUrl, path));
      heir = (await api.createWorkflow(hook('heir'))).id;

      const [reading] = await platform.checkDisabled([{ workflow, memo, acceptedAt }], never);

      assert.match(reading?.doubts.join(' ') ?? '', /published again by “heir”/);
      assert.ok(reading?.proofs.every(({ finding }) => finding !== 'contradicts'));
    } finally {
      await n8n.stop();
    }
  });
});
