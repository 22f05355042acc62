import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import type { Proof } from '../../domain/verification.ts';
import { until } from '../../testing/n8n/n8n-api.ts';
import { chain, nothing, webhook } from '../../testing/n8n/nodes.ts';
import { startRealN8n } from '../../testing/n8n/real-n8n.ts';
import { testFingerprint } from '../../testing/n8n/sample-nodes.ts';
import { guardedFetch } from '../guarded-fetch.ts';
import { N8n } from './n8n.ts';
import { N8nSession } from './session.ts';

const never = new AbortController().signal;

describe('a session on a real n8n', () => {
  it('shows what is published, what is still being unpublished, and what is not', async () => {
    const n8n = await startRealN8n();
    try {
      const { baseUrl, api } = n8n;
      const key = new Secret(await n8n.apiKey());
      const fetch = guardedFetch({ platform: 'n8n', origin: baseUrl, isPrivate: true });
      const connect = (session: string) =>
        new N8n({
          baseUrl,
          token: key,
          fetch,
          now: () => new Date(),
          wait: async (ms, signal) => delay(ms, undefined, { signal }),
          fingerprint: testFingerprint,
          session: new N8nSession(new Secret(session)),
        });
      const platform = connect('olivia@acme.test:For-tests-only-1');
      assert.equal((await platform.probe(never)).capabilities.publicationStatus, true);
      const refused = await connect('olivia@acme.test:wrong').probe(never);
      assert.equal(refused.capabilities.publicationStatus, false);

      const { id: workflow } = await api.createWorkflow(chain('a', [webhook('a'), nothing()]));
      await api.publish(workflow);
      const { memo } = await platform.observe(workflow, never);
      const { at: acceptedAt } = await platform.disable(workflow, never);
      const status = async (): Promise<Proof | undefined> => {
        const [reading] = await platform.checkDisabled([{ workflow, memo, acceptedAt }], never);
        return reading?.proofs.find(({ method }) => method === 'publication-status');
      };
      await until('n8n says that it is off', async () => (await status())?.finding === 'agrees');

      const { at } = await platform.enable(workflow, memo, never);
      await until('n8n says that it is on again', async () => {
        const check = { workflow, memo, acceptedAt: at };
        const [reading] = await platform.checkEnabled([check], never);
        const proof = reading?.proofs.find(({ method }) => method === 'publication-status');
        return proof?.finding === 'agrees';
      });
    } finally {
      await n8n.stop();
    }
  });
});
