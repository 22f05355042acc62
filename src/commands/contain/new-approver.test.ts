import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';

const dayMs = 24 * 60 * 60_000;

describe('somebody who became approver a moment ago', async () => {
  const { see, refused, clock, timeline } = await estateBot((toy) => {
    for (let number = 1; number <= 8; number += 1) toy.add(`wf${number}`);
  });

  it('may say yes on the first day of an instance, so that a new team is not locked out', async () => {
    await see('declare Worm');
    // One admin: the other one has no way in.
    await see('person add @eve Eve may:approver', 'operator');
    await see('contain plan active:true');
    assert.match((await see('contain approve P-1', 'eve')).title, /P-1 is approved/);
    await see('contain cancel P-1');
  });

  it('may not later: a yes counts after a day', async () => {
    clock.forward(3 * dayMs);
    await see('person add @mal Mal may:approver', 'operator');
    await see('contain plan active:true');
    clock.forward(60_000);
    const before = await timeline();
    const problem = await refused('contain approve P-2', 'mal');
    assert.equal(
      problem.message,
      '@mal has been approver for 1 min only; to approve P-2 it takes 24 h.',
    );
    assert.deepEqual(await timeline(), before);
    assert.match((await see('contain deny P-2', 'mal')).title, /P-2 is denied/);
    await see('contain plan active:true');
    clock.forward(dayMs);
    await see('contain plan active:true');
    assert.match((await see('contain approve P-4', 'mal')).title, /P-4 is approved/);
  });

  it('may once a second admin stands by it, and not by the word of the same one', async () => {
    await see('person add @new New may:responder', 'operator');
    await see('person grant @new admin', 'operator');
    await see('contain plan active:true');
    assert.match((await refused('contain approve P-5', 'new')).hint ?? '', /person grant @new res/);
    for (const admin of ['operator', 'new']) {
      assert.match(
        (await refused('person grant @new responder', admin)).message,
        /responder already/,
      );
    }
    const view = await see('person grant @new responder', 'root');
    assert.match(shown(view), /on the word of two admins/);
    assert.equal((await timeline('instance')).at(-1)?.kind, 'permissions_seconded');
    assert.match((await see('contain approve P-5', 'new')).title, /P-5 is approved/);
  });

  it('has a yes that stops counting when the permission was taken and given again', async () => {
    await see('contain plan active:true');
    await see('contain approve P-6', 'new');
    await see('person revoke @new responder', 'operator');
    await see('person grant @new responder', 'operator');
    assert.match((await refused('contain run P-6')).message, /needs the yes of another person/);
  });
});

describe('one person', async () => {
  const { see, refused, timeline } = await estateBot((toy) => {
    for (let number = 1; number <= 8; number += 1) toy.add(`wf${number}`);
  });

  it('may not have more than ten plans that wait, so that each is read', async () => {
    await see('declare Worm');
    for (let number = 1; number <= 10; number += 1) await see('contain plan active:true');
    const before = await timeline();
    assert.match((await refused('contain plan active:true')).message, /of yours wait for a dec/);
    assert.deepEqual(await timeline(), before);
    await see('contain plan w1 w2');
    await see('contain plan active:true', 'bo');
    await see('contain cancel P-3');
    await see('contain plan active:true');
  });
});
