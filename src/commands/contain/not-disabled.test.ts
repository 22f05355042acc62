import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { allCapabilities } from '../../testing/nouns.ts';

const no = new PlatformError('n8n', 'refused', 'n8n does not allow that.');

describe('a workflow that could not be disabled', async () => {
  const { see, work, look, toy, timeline } = await estateBot((platform) => {
    for (const id of ['a', 'b', 'c']) platform.add(id);
    platform.account = {
      ...platform.account,
      capabilities: { ...allCapabilities, archive: true },
    };
  });

  it('is not contained, wherever the plan is read, and the next lever is offered', async () => {
    await see('declare First');
    await see('contain plan w1 w2');
    await see('contain run P-1');
    toy.fail = (call) => (call === 'disable b' ? no : undefined);
    await work('P-1');
    const words =
      /w2 is NOT contained: it could not be disabled, and was on when it was last seen\./;
    const plan = await see('contain status P-1');
    assert.match(shown(plan), words);
    assert.equal(plan.next[0], 'contain plan w2 else:archive');
    const incident = await see('status');
    assert.match(shown(incident), words);
    assert.equal(incident.next[0], 'contain plan w2 else:archive');
    assert.match(JSON.stringify(incident.data['plans']), /"notDisabled":\["w2"\]/);
  });

  it('is told of on the timeline with what to try next', async () => {
    const texts = (await timeline()).map(({ text }) => text);
    assert.deepEqual(
      texts.filter((text) => text?.includes('w2') && text.includes('NOT contained')),
      [
        'P-1: could not disable w2 “Workflow b”. n8n does not allow that. It is NOT contained. Left to try: archive it, with `contain plan w2 else:archive`.',
        'P-1 has ended for 2 workflows: 1 failed, 1 verified. w2 is NOT contained: it could not be disabled, and was on when it was last seen. `contain status P-1` tells what is left to try.',
      ],
    );
  });

  it('is offered again as it was where there is nothing to read, or nothing to archive', async () => {
    await see('contain plan w3');
    await see('contain run P-2');
    toy.fail = (call) => (call === 'observe c' ? no : undefined);
    await work('P-2');
    assert.equal((await see('contain status P-2')).next[0], 'contain plan w3');
    const last = (await timeline()).findLast(({ kind, text }) => {
      return kind === 'action_failed' && text?.includes('could not disable w3');
    });
    assert.doesNotMatch(shown(await see('contain status P-2')), /by hand/, 'it is on as it was');
    assert.match(last?.text ?? '', /It is NOT contained\. Next: `contain plan w3`\.$/);
  });

  it('is named no more once another plan of the incident has switched it off', async () => {
    toy.fail = () => undefined;
    await look();
    await see('contain plan w2');
    await see('contain run P-3');
    await work('P-3');
    assert.doesNotMatch(shown(await see('status')), /w2 is NOT contained/);
    assert.doesNotMatch((await see('contain status P-1')).next.join(), /contain plan w2/);
  });
});
