/** The thief finds the workflow off, and makes a copy of it under a harmless name. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { aNight } from '../sandbox-night.ts';

const minuteMs = 60_000;

describe('a copy of what was contained', () => {
  it('is found by what it is made of, told of once, and contained in turn', async () => {
    const { id, what, carryOut, wordsFrom, clock, look, see, estate } =
      await aNight('Address cleanup');
    await carryOut('contain run P-1');
    await look();
    clock.forward(5 * minuteMs);
    await estate('shop').copy(id, 'Newsletter prefs');
    await look();
    await look();

    const [ref = ''] = what.split(' ');
    const [found = '', ...rest] = await wordsFrom('a copy of');
    assert.deepEqual(rest, []);
    const [, copy = ''] = /P-1: (w\d+) “Newsletter prefs”/.exec(found) ?? [];
    assert.equal(
      found.replace(/at [-0-9]+ [:0-9]+ UTC/, 'at …'),
      `P-1: ${copy} “Newsletter prefs” is a copy of ${ref}; it is on, saved at … by ` +
        `Dana Holt <dana@acme.test>. Next: \`contain plan ${copy}\`.`,
    );
    const status = await see('contain status P-1');
    assert.equal(status.next.at(0), `contain plan ${copy}`);
    const named = new RegExp(`${copy}, a copy of ${ref}, is on and NOT contained\\.`);
    assert.match(shown(status), named);
    assert.match(shown(await see('status')), named);
    assert.doesNotMatch(shown(status), new RegExp(`${ref} is NOT contained`));

    const again = await see(`contain plan ${ref}`);
    assert.match(
      shown(again),
      new RegExp(`not in this plan: ${copy} “Newsletter prefs” on shop \\(like ${ref}\\)\\.`),
    );

    const both = await see(`contain plan ${copy} ${ref}`);
    assert.doesNotMatch(shown(both), /not in this plan/);
    await see(`contain plan ${copy}`);
    await carryOut('contain run P-4', 'P-4');
    await carryOut('contain verify P-1');
    assert.match(shown(await see('status')), /1 verified/);
    assert.doesNotMatch(shown(await see('status')), /contradicted/);
  });
});
