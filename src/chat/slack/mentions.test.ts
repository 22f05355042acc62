import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, it } from 'node:test';

import { aSlackRig } from '../../testing/slack/rig.ts';

/** A mention, as Slack hands it over with what more there is to it. */
async function mentionedTwice(
  test: TestContext,
  [first, second]: readonly [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>],
) {
  const { workspace, heard, repeats } = await aSlackRig(test, {});
  const { state, inbound } = workspace.slack;
  const { id: channel } = workspace.channel('alarm');
  const { id: user } = workspace.user('ann');
  const text = `<@${state.app.botUser}> contain run P-1`;
  const ts = '1764000000.000100';
  for (const more of [first, second]) {
    state.onEvent({ type: 'app_mention', user, channel, text, ts, event_ts: ts, ...more });
    await inbound.settled();
  }
  return { heard, repeats };
}

describe('a message that mentions Firebreak', () => {
  it('is not said again when its author mends it', async (test) => {
    const edited = { user: 'U0ANN', ts: '1764000060.000000' };
    const { heard } = await mentionedTwice(test, [{}, { edited }]);
    assert.equal(heard.length, 1);
  });

  it('is the same message whatever event brings it', async (test) => {
    const { heard, repeats } = await mentionedTwice(test, [{}, {}]);
    assert.equal(heard.length, 1);
    assert.deepEqual(repeats, [heard[0]?.id]);
  });

  it('is a bot’s when an app wrote it, though with a person’s token', async (test) => {
    const { heard } = await mentionedTwice(test, [
      { bot_id: 'B0N8N', app_id: 'A0N8N' },
      { bot_id: 'B0N8N', ts: '1764000001.000100' },
    ]);
    assert.deepEqual(
      heard.map(({ speaker }) => speaker.standing),
      ['bot', 'bot'],
    );
  });
});
