import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot } from '../../testing/estate-bot.ts';

const no = new PlatformError('n8n', 'refused', 'n8n does not allow that.');

describe('a workflow whose executions could not be stopped', async () => {
  const { see, work, toy, timeline } = await estateBot((platform) => {
    platform.add('a');
    platform.add('b', {
      running: 1,
      facts: [aFact('credential', 'stripe', { label: 'Stripe live' })],
    });
  });
  const words = /w2 is NOT contained: its executions could not be stopped, and may go on\./;

  it('is not contained, wherever the plan is read, and what is left is offered', async () => {
    await see('declare First');
    await see('contain plan w1 w2');
    await see('contain run P-1');
    toy.fail = (call) => (call === 'stop b' ? no : undefined);
    await work('P-1');
    const plan = await see('contain status P-1');
    assert.match(shown(plan), words);
    assert.match(shown(plan), /What may still run of w2 can use c1 “Stripe live”\./);
    assert.deepEqual(plan.next.slice(0, 2), ['contain plan w2', 'cred revoke c1']);
    const incident = await see('status');
    assert.match(shown(incident), words);
    assert.match(JSON.stringify(incident.data['plans']), /"notStopped":\["w2"\]/);
  });

  it('is told of on the timeline with what to try next', async () => {
    const texts = (await timeline()).map(({ text }) => text ?? '');
    const told = texts.filter((text) => text.includes('w2') && text.includes('NOT contained'));
    assert.equal(told.length, 2);
    assert.match(
      told[0] ?? '',
      /^P-1: could not stop the executions of w2 “Workflow b”\. n8n does not allow that\. It is NOT contained: what runs may go on\. What may still run of w2 can use c1 .* Left to try: `cred revoke c1`\./,
    );
    assert.equal(
      told[1],
      'P-1 has ended for 2 workflows: 1 failed, 1 verified. w2 is NOT contained: its executions could not be stopped, and may go on. `contain status P-1` tells what is left to try.',
    );
  });

  it('is named no more once another plan of the incident has stopped them', async () => {
    toy.fail = () => undefined;
    await see('contain plan w2');
    await see('contain run P-2');
    await work('P-2');
    assert.doesNotMatch(shown(await see('status')), /w2 is NOT contained/);
    assert.doesNotMatch((await see('contain status P-1')).next.join(), /contain plan w2/);
  });
});
