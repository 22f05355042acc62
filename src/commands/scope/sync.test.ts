import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { View } from '../../domain/reply.ts';
import { instanceChain } from '../../domain/timeline.ts';
import { bot, shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { until } from '../../testing/until.ts';

describe('scope sync', async () => {
  const night = await estateBot();
  const { see, refused, timeline, store, connection, look, clock } = night;

  /** Asks again as the CLI does, until it is no longer open. */
  async function followed(view: View): Promise<View> {
    for (let asked = 0; asked < 200; asked += 1) {
      const next = await see(view.follow ?? '');
      if (next.outcome !== 'open') return next;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('It stayed open.');
  }

  it('orders a look, says who asked, and is open until the job has done it', async () => {
    const view = await see('scope sync');
    assert.equal(view.outcome, 'open');
    assert.equal((await see(view.follow ?? '')).outcome, 'open');
    const [last] = (await timeline(instanceChain)).slice(-1);
    assert.equal(last?.kind, 'sync_requested');
    await store.jobs.work('sync', { atOnce: 1 }, look);
    const done = await followed(view);
    assert.equal(done.outcome, 'done');
    assert.match(shown(done), /5 workflows and 0 credentials seen/);
  });

  it('tells the reason as soon as a look has failed', async () => {
    night.toy.fail = () => new Error('boom');
    clock.forward(1000);
    const done = await followed(await see(`scope sync ${connection.name}`));
    assert.equal(done.outcome, 'failed');
    // While it is tried again it is neither failed nor seen.
    await until('it is said that the last look failed', async () => {
      const after = shown(await see('scope find w1'));
      const failed = /prod: the last look failed and will be tried again\. Something unexpected/;
      return failed.test(after) && after.includes('What is shown here is from the one before it');
    });
    night.toy.fail = () => undefined;
    const again = await see('scope sync');
    assert.doesNotMatch(shown(await followed(again)), /last look failed/);
  });

  it('refuses viewers, unknown connections and bad instants, and orders nothing', async () => {
    const before = await timeline(instanceChain);
    assert.equal((await refused('scope sync', 'vic')).code, 'not_allowed');
    const unknown = await refused('scope sync staging');
    assert.match(unknown.message, /no connection “staging”/);
    assert.deepEqual(unknown.candidates, [connection.name]);
    assert.equal((await refused('scope sync since:yesterday')).code, 'bad_input');
    assert.equal((await refused('scope sync since:2026-11-22T02:00:00Z')).code, 'not_found');
    assert.deepEqual(await timeline(instanceChain), before);
  });

  it('says what to do when nothing is connected', async () => {
    const { refused: refusedThere } = await bot();
    assert.match((await refusedThere('scope sync')).hint ?? '', /firebreak connect/);
  });
});
