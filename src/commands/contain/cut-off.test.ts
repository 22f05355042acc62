import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('a run that was stopped in a node which can go on', async () => {
  const { see, work, toy, timeline } = await estateBot();
  const doubt = 'Execution 7 may have been inside “Send”, which sends all its items.';
  const check = toy.checkStopped.bind(toy);
  toy.checkStopped = async (targets) =>
    (await check(targets)).map((reading) =>
      reading.workflow === 'charge' ? { ...reading, doubts: [doubt] } : reading,
    );
  const left =
    'What may still run of w1 can use c1 “Stripe live”. Left to try: `cred revoke c1`. ' +
    'To end every run by hand: restart its process on its host, and its workers where it has any (with Docker: `docker restart <container>`).';

  it('is not verified stopped, and the timeline says what is left to try', async () => {
    await see('declare First');
    await see('contain plan w1 w3');
    await see('contain run P-1');
    await work('P-1');
    const told = (await timeline()).filter(({ kind }) => kind === 'action_unverifiable');
    assert.deepEqual(
      told.map(({ text }) => text),
      [`P-1: w1 “Charge cards”: stopped cannot be verified. ${doubt} ${left}`],
    );
  });

  it('is cut off from what it uses by the line that plan and incident offer', async () => {
    const plan = await see('contain status P-1');
    assert.ok(shown(plan).includes(left), shown(plan));
    assert.equal(plan.next[0], 'cred revoke c1');
    assert.equal((await see('status')).next[0], 'cred revoke c1');
  });

  it('is let be once all was taken back', async () => {
    await see('contain undo P-1');
    await work('P-2');
    assert.doesNotMatch(shown(await see('contain status P-1')), /What may still run/);
  });
});
