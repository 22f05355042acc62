import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { bot, shown } from '../../testing/bot.ts';

describe('the instance’s own timeline', async () => {
  const { see, refused, timeline } = await bot();

  it('is read by auditors and admins', async () => {
    await see('person add @dee "Dee Dee" may:viewer', 'root');
    for (const reader of ['root', 'aud']) {
      const view = await see('log show in:instance', reader);
      assert.match(shown(view), /"Firebreak","This instance was made; its local operator is/);
      assert.match(shown(view), /"ROOT","[^"]*@dee/);
      assert.equal(view.audience, 'person');
    }
    assert.match(shown(await see('log show 1 in:Instance before:2', 'aud')), /instance was made/);
  });

  it('is refused to everyone else, with the next step', async () => {
    for (const reader of ['ana', 'cy', 'vic']) {
      const problem = await refused('log show in:instance', reader);
      assert.equal(problem.code, 'not_allowed');
      assert.match(problem.hint ?? '', /person grant @\w+ auditor/);
    }
  });

  it('tells nobody of a private incident', async () => {
    await see('declare The CFO is the suspect --private');
    await see('update we look at his laptop');
    const told = shown(await see('log show 200 in:instance', 'aud'));
    assert.doesNotMatch(told, /INC-|CFO|laptop/);
    assert.doesNotMatch(JSON.stringify(await timeline('instance')), /INC-|CFO|laptop/);
  });

  it('is no incident for any other verb, which says where to read it', async () => {
    const problem = await refused('status in:instance', 'root');
    assert.equal(problem.code, 'not_found');
    assert.match(problem.hint ?? '', /^`log show in:instance`/);
  });
});
