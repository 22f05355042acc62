import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { enrolled } from '../../testing/factor.ts';

const refs = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `w${from + index}`).join(' ');

describe('what one person disables within an hour on nobody else’s yes', async () => {
  const night = await estateBot((toy) => {
    for (let number = 1; number <= 200; number += 1) toy.add(`wf${number}`);
  });
  const { see, refused } = night;
  const bound =
    'You have disabled 22 workflows alone within an hour; with the 2 of P-3 it is more than 20, ' +
    'which takes the yes of another person, or in a sev1 or sev2 a code of the commander.';

  it('is bounded for the commander, too, until a code lifts it, for small plans as for large', async () => {
    await see('declare Worm severity:sev2');
    const app = await enrolled(night, 'ana');
    await see(`contain plan ${refs(1, 11)}`);
    await see('contain run P-1', 'ana', app.next());
    assert.match(
      shown(await see(`contain plan ${refs(12, 22)}`)),
      /You have disabled 11 workflows alone within an hour; with the 11 of P-2 it is more than 20/,
    );
    await see('contain run P-2', 'ana', app.next());
    assert.ok(shown(await see('contain plan w23 w24')).includes(bound), 'before anybody runs it');
    assert.ok(shown(await see('contain status P-3')).includes(bound));
    const problem = await refused('contain run P-3');
    assert.deepEqual([problem.message, problem.asks], [bound, 'code']);
    assert.equal((await see('contain run P-3', 'ana', app.next())).outcome, 'open');
  });

  it('is bounded for others also with a code, for large plans as for small', async () => {
    const app = await enrolled(night, 'cy');
    await see(`contain plan ${refs(30, 41)}`, 'cy');
    await see('contain run P-4', 'cy', app.next());
    for (const [plan, last] of [52, 45].entries()) {
      await see(`contain plan ${refs(42, last)}`, 'cy');
      if (plan === 1) await see(`contain plan ${refs(46, 50)}`, 'cy');
    }
    const large = await refused('contain run P-5', 'cy', app.next());
    assert.match(large.message, /12 workflows alone within an hour; with the 11 of P-5/);
    assert.equal(large.asks, undefined);
    await see('contain run P-6', 'cy');
    assert.match(
      (await refused('contain run P-7', 'cy')).message,
      /16 workflows alone within an hour; with the 5 of P-7/,
    );
  });

  it('is lifted by no code in a lesser incident', async () => {
    await see('sev sev3 looks smaller');
    await see('contain plan w60');
    const problem = await refused('contain run P-8');
    assert.match(problem.message, /24 workflows alone within an hour/);
    assert.equal(problem.asks, undefined);
    await see('contain approve P-8', 'bo');
    await see('contain run P-8');
  });
});
