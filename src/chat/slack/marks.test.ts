import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { aSlackRig } from '../../testing/slack/rig.ts';

describe('a message marked in Slack with an emoji of the settings', () => {
  it('is put on the timeline, and one with the usual emoji no longer is', async (test) => {
    const { workspace, heard } = await aSlackRig(test, { emoji: ['evidence', '+1'] });
    const ts = (await workspace.says('ben', 'alarm', 'Rotated')) ?? '';
    for (const emoji of ['pushpin', '+1::skin-tone-2', 'evidence']) {
      await workspace.reacts('ann', 'alarm', ts, emoji);
    }
    assert.deepEqual(
      heard.map(({ said }) => said.kind === 'pinned' && said.mark),
      ['emoji:+1', 'emoji:evidence'],
    );
  });
});
