import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Fact, FactKind } from '../../domain/inventory.ts';
import { startCountingServer } from '../../testing/counting-server.ts';
import type { CountingServer } from '../../testing/counting-server.ts';
import { plantEstate } from '../../testing/n8n/estate.ts';
import type { Estate } from '../../testing/n8n/estate.ts';
import { startFakeN8n } from '../../testing/n8n/fake-n8n.ts';
import type { FakeN8n } from '../../testing/n8n/fake-n8n.ts';
import { N8nApi } from '../../testing/n8n/n8n-api.ts';
import { testFingerprint } from '../../testing/n8n/sample-nodes.ts';
import { analyse } from './analyse.ts';

describe('the estate whose truth is known', () => {
  let fake: FakeN8n;
  let evil: CountingServer;
  let counter: CountingServer;
  let estate: Estate;
  const facts = new Map<string, readonly Fact[]>();

  before(async () => {
    [fake, evil, counter] = await Promise.all([
      startFakeN8n({ settleMs: 0 }),
      startCountingServer(),
      startCountingServer(),
    ]);
    const api = new N8nApi(fake.baseUrl, fake.apiKey());
    estate = await plantEstate(api, { evil, counter });
    for (const { id } of estate.planted) {
      const workflow = await api.call('GET', `workflows/${id}`);
      facts.set(id, analyse(workflow, { fingerprint: testFingerprint }));
    }
  });
  after(() => Promise.all([fake.stop(), evil.close(), counter.close()]));

  function showing(kind: FactKind, value: string): string[] {
    return [...facts]
      .filter(([, all]) => all.some((fact) => fact.kind === kind && fact.value === value))
      .map(([id]) => id)
      .toSorted();
  }

  it('is found by every credential, in draft and live version', () => {
    const { credentials } = estate;
    for (const [purpose, credential] of Object.entries(credentials)) {
      const expected = estate.planted
        .filter(({ uses }) => uses?.some((each) => each === purpose))
        .map(({ id }) => id);
      assert.deepEqual(showing('credential', credential.id), expected.toSorted(), purpose);
    }
  });

  it('is found by every host, literal or in an expression', () => {
    for (const { host } of [evil, counter]) {
      assert.deepEqual(showing('host', host), estate.callersOf(host).toSorted());
    }
  });

  it('counts the hosts that are only known at run time', () => {
    const nodes = [...facts.values()].map(
      (all) => new Set(all.filter(({ kind }) => kind === 'runtime_host').map(({ value }) => value)),
    );

    assert.deepEqual(
      {
        nodes: nodes.reduce((sum, each) => sum + each.size, 0),
        workflows: nodes.filter(({ size }) => size > 0).length,
      },
      estate.runtimeHosts,
    );
  });

  it('shows every webhook by its path', () => {
    for (const { id, webhook } of estate.planted) {
      if (!webhook) continue;
      assert.ok(showing('webhook', webhook.path).includes(id), webhook.path);
    }
  });
});
