import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Reading } from '../../domain/verification.ts';
import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import type { Connected } from '../../testing/n8n/connect.ts';
import { chain, nothing, webhook } from '../../testing/n8n/nodes.ts';
import type { Check } from '../platform.ts';

const never = new AbortController().signal;
const hook = (name: string) => chain(name, [webhook(name), nothing()]);

/** Names that hold what no record may. */
const liveKey = 'sk_live_0123456789abcdefABCDEF';
const gitToken = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

async function checked({ platform }: Connected, check: Check): Promise<Reading> {
  const [reading] = await platform.checkDisabled([check], never);
  assert.ok(reading);
  return reading;
}

describe('a token in a name', () => {
  it('is in nothing that is recorded or told about a workflow', async (test) => {
    const n8n = await connected(test);
    const named = (name: string) =>
      chain(name, [webhook('named', { name: `Hook ${liveKey}` }), nothing(`Nothing ${gitToken}`)]);
    const check = await switchedOff(n8n, await n8n.live(named(`Pay ${liveKey}`)));
    await n8n.live(named(`Heir ${gitToken}`));

    const reading = await checked(n8n, check);

    const told = JSON.stringify([check.memo, reading]);
    assert.match(told, /“Hook \[secret\]” answers for “Heir \[secret\]”/);
    for (const token of [liveKey, gitToken]) assert.ok(!told.includes(token));
  });

  it('is not kept as a part of an address either, which leaves a doubt', async (test) => {
    const n8n = await connected(test);
    const check = await switchedOff(n8n, await n8n.live(hook(gitToken)));

    const reading = await checked(n8n, check);

    assert.ok(!JSON.stringify([check.memo, reading]).includes(gitToken));
    assert.match(reading.doubts.join(' '), /could not be probed/);
  });

  it('is in no part of the inventory, where odd names stay as they are', async (test) => {
    const n8n = await connected(test);
    const nodes = [webhook(gitToken, { name: `Hook ${liveKey}` }), nothing(`Then ${gitToken}`)];
    const id = await n8n.live(chain(`Pay with ${liveKey}`, nodes));
    const odd = 'Risk: sk-live? (100 %) {{ odd }}';
    await n8n.live(chain(odd, [webhook('odd'), nothing()]));
    const credential = { name: `Key ${gitToken}`, type: 'httpHeaderAuth', data: {} };
    await n8n.api.createCredential(credential);
    await n8n.api.tag(`tag ${liveKey}`, [id]);

    const inventory = await n8n.platform.takeInventory(never);
    const { name } = await n8n.platform.observe(id, never);

    const told = JSON.stringify([inventory, name]);
    for (const token of [liveKey, gitToken]) assert.ok(!told.includes(token));
    const names = inventory.workflows.map((workflow) => workflow.name);
    assert.deepEqual(names.toSorted(), ['Pay with [secret]', odd]);
    assert.equal(name, 'Pay with [secret]');
    assert.deepEqual(inventory.workflows[0]?.tags, ['tag [secret]']);
    assert.deepEqual(inventory.credentials[0]?.name, 'Key [secret]');
  });
});
