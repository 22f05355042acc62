import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

describe('how a containment stands that was taken back', async () => {
  const { see, work, look } = await estateBot((toy) => {
    toy.add('a');
  });

  it('does not call stopped what may run again', async () => {
    await see('declare First');
    await see('contain plan w1');
    await see('contain run P-1');
    await work('P-1');
    await look();
    assert.match(
      shown(await see('contain status P-1')),
      /"w1","Workflow a","verified [^"]*","verified/,
    );
    const undo = await see('contain undo P-1');
    await work(undo.title.split(':')[0] ?? '');
    const status = await see('contain status P-1');
    assert.match(shown(status), /Nothing of P-1 is contained any more: it was undone\./);
    assert.equal(status.outcome, 'unverified');
    assert.equal(status.data['states'], '1 undone');
    const row = /\["w1",.*?\]/.exec(shown(status))?.[0] ?? '';
    assert.match(row, /"undone [^"]*","until it was undone",/);
    assert.doesNotMatch(row, /verified|no execution/i);
  });
});

describe('a platform that does not show everything', async () => {
  const gap = 'It has no way to stop executions.';
  const { see, work, look } = await estateBot((toy) => {
    toy.add('a');
    toy.gaps = [gap];
  });

  it('is said to be so in every answer about what was done there', async () => {
    await look();
    await see('declare First');
    await see('contain plan w1');
    const said = async (line: string) =>
      assert.match(shown(await see(line)), /no way to stop/, line);
    await said('contain run P-1');
    await work('P-1');
    await said('contain status P-1');
    await said('contain verify P-1');
    await work('P-1');
    await said('contain undo P-1');
    await said('cred status');
  });
});

describe('what is not settled yet', async () => {
  const { see, work, store, clock, person } = await estateBot((toy) => {
    toy.add('a');
  });

  it('says until when, at the latest with its entrance', async () => {
    await see('declare First');
    await see('contain plan w1');
    await see('contain run P-1');
    await work('P-1');
    const plan = await store.plans.byName('P-1', (await person('ana')).id);
    const acceptedAt = clock.now();
    const minutes = (count: number) => new Date(acceptedAt.getTime() + count * 60_000);
    await store.save({
      actions: (await store.plans.actions(plan?.id ?? '')).map(({ settledAt: _at, ...one }) => ({
        ...one,
        state: 'pending' as const,
        acceptedAt,
        settleBy: minutes(one.lever === 'disable' ? 20 : 10),
      })),
    });
    clock.forward(5 * 60_000);

    const row = () =>
      see('contain status P-1').then((view) => /\["w1",.*?\]/.exec(shown(view))?.[0]);
    const until = String.raw`pending until [^"]* \(03:20 UTC\), asked for 5 min ago`;
    assert.match((await row()) ?? '', new RegExp(`"${until}","${until}"`));
    clock.forward(30 * 60_000);
    assert.match((await row()) ?? '', /"pending 35 min ago"/);
  });
});
