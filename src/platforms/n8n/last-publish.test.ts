import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { connected, switchedOff } from '../../testing/n8n/connect.ts';
import { chain, nothing, webhook } from '../../testing/n8n/nodes.ts';

const never = new AbortController().signal;

describe('who published a workflow', () => {
  it('and when is told while it is published, and by whom in the words of the user list', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(chain('hook', [webhook('hook'), nothing()]));
    const [user] = (await n8n.platform.takeInventory(never)).users;

    const { lastSwitch } = await n8n.platform.observe(workflow, never);

    assert.equal(lastSwitch?.user, user?.id);
    assert.ok(Math.abs((lastSwitch?.at.getTime() ?? 0) - Date.now()) < 60_000);
  });

  it('is not told once it is off', async (test) => {
    const n8n = await connected(test);
    const workflow = await n8n.live(chain('hook', [webhook('hook'), nothing()]));
    await switchedOff(n8n, workflow);
    assert.equal((await n8n.platform.observe(workflow, never)).lastSwitch, undefined);
  });
});
