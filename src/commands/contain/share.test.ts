import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { enrolled } from '../../testing/factor.ts';

const refs = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `w${from + index}`).join(' ');

describe('what one person disables of a connection', async () => {
  const night = await estateBot((toy) => {
    for (let number = 1; number <= 80; number += 1) toy.add(`wf${number}`);
  });
  const { see, refused, person } = night;
  it('ends at 30 per cent a day, also with a code, also in pieces of several persons', async () => {
    await see('declare Worm severity:sev1', 'bo');
    const app = await enrolled(night, 'ana');
    await see(`contain plan ${refs(1, 20)}`);
    await see('contain run P-1', 'ana', app.next());
    await see(`contain plan ${refs(21, 24)}`, 'cy');
    await see('contain run P-2', 'cy');
    await see('contain plan w25', 'cy');
    assert.equal(
      (await refused('contain run P-3', 'cy')).message,
      '25 of 80 workflows on prod would be off today on nobody else’s yes; beyond 30 % it takes the yes of another person, or in a sev1 or sev2 a code of the commander.',
    );
    const planned = await see(`contain plan ${refs(30, 40)}`);
    assert.match(
      shown(planned),
      /3\d of 80 workflows on prod would be off today on nobody else’s yes/,
      'before anybody tries to run it',
    );
    const past =
      /^3\d of 80 workflows on prod would be off .*beyond 30 % it takes the yes of another/;
    const factor = async () => await night.store.factors.of((await person('ana')).id);
    const before = await factor();
    for (const code of [undefined, app.next()]) {
      const ana = await refused('contain run P-4', 'ana', code);
      assert.match(ana.message, past, 'no code would help, so none is asked for');
      assert.equal(ana.asks, undefined);
    }
    assert.match(
      shown(await see('contain status P-4')),
      /3\d of 80 workflows on prod would be off today on nobody else’s yes/,
    );
    assert.doesNotMatch(shown(await see('contain status P-2')), /nobody else’s yes/);
    await refused('contain approve P-4', 'ana', app.next());
    assert.deepEqual(await factor(), before, 'and none is used up by what is refused');
    assert.equal(
      (await night.store.plans.byName('P-4', (await person('ana')).id))?.state,
      'proposed',
    );
  });

  it('goes on with the yes of another person, which does not count against anybody', async () => {
    await see('contain approve P-4', 'cy');
    await see('contain run P-4');
    await see('contain approve P-3', 'ana');
    await see('contain run P-3', 'cy');
  });

  it('goes on with a code of the commander, and a day later', async () => {
    await see(`contain plan ${refs(41, 50)}`, 'bo');
    const app = await enrolled(night, 'bo');
    assert.equal((await refused('contain run P-5', 'bo')).asks, 'code');
    await see('contain run P-5', 'bo', app.next());
    await see('contain plan w60', 'cy');
    assert.match((await refused('contain run P-6', 'cy')).message, /beyond 30 %/);
    night.clock.forward(25 * 60 * 60_000);
    await see('contain plan w60', 'cy');
    await see('contain run P-7', 'cy');
  });
});
