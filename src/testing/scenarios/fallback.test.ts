/** What does not go off when it is disabled is archived, where the plan says so. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { accept, request } from '../../domain/action.ts';
import { takeFallback } from '../../domain/fallback.ts';
import { shown } from '../bot.ts';
import { aNight } from '../sandbox-night.ts';

describe('a fallback', () => {
  it('is taken where the plan says so, is proved, told, and taken back', async () => {
    const night = await aNight('Address cleanup');
    const { id, what, trouble, carryOut, wordsFrom, estate, see } = night;
    const ref = what.split(' ')[0] ?? '';
    const before = await estate('shop').activations();
    const does = { kind: 'lies', how: 'stays active' } as const;
    await trouble.make('lie', { call: 'disable', workflow: id, does });
    const plan = await see(`contain plan ${ref} else:archive`);
    assert.match(
      shown(plan),
      /"what does not go off","is archived on shop; an undo brings it back"/,
    );
    assert.match((await wordsFrom('P-2'))[0] ?? '', /What does not go off on shop is archived\./);

    await carryOut('contain run P-2', 'P-2');

    assert.deepEqual((await wordsFrom('NOT disabled')).slice(0, 4), [
      `P-2: ${what} is NOT disabled: contradicted. The sandbox lists it as on. The address of “Webhook” still answers.`,
      `P-2: asks to archive ${what}. So the plan says for what does not go off.`,
      `P-2: the platform accepted to archive ${what}; not verified yet.`,
      `P-2: ${what} is verified disabled by archiving it.`,
    ]);
    assert.match((await wordsFrom('P-2 has ended')).join(), /1 workflow: 1 verified\./);
    assert.equal(await estate('shop').callWebhook('cleanup-7f3a', 'GET'), false, 'and it is so');
    assert.equal((await see('contain status P-2')).outcome, 'done');

    await carryOut('contain undo P-2', 'P-3');

    assert.match((await wordsFrom('P-3 has ended')).join(), /1 workflow: 1 verified\./);
    assert.deepEqual(await estate('shop').activations(), before);
    const look = await estate('shop').look();
    assert.equal(look.workflow(id).isArchived, undefined, 'it is not archived any more');
  });

  it('is taken when the platform refuses, and says so when that fails, too', async () => {
    const night = await aNight('Address cleanup');
    const { id, what, trouble, carryOut, wordsFrom, see } = night;
    const does = { kind: 'fails', code: 'refused' } as const;
    await trouble.make('no', { call: 'disable', workflow: id, does });
    await trouble.make('no again', { call: 'archive', workflow: id, does });
    const ref = what.split(' ')[0] ?? '';
    await see(`contain plan ${ref} else:archive`);

    await carryOut('contain run P-2', 'P-2');

    const says = 'The sandbox does not allow this account to do that.';
    assert.deepEqual((await wordsFrom('could not disable')).slice(0, 3), [
      `P-2: could not disable ${what}. ${says}`,
      `P-2: asks to archive ${what}. So the plan says for what does not go off.`,
      `P-2: could not archive ${what}. ${says} It is NOT contained. Next: \`contain plan ${ref}\`.`,
    ]);
  });

  it('is never taken by looking again', async () => {
    const night = await aNight('Address cleanup');
    const { id, estate, carryOut, wordsFrom, see, what } = night;
    await see(`contain plan ${what.split(' ')[0] ?? ''} else:archive`);
    await carryOut('contain run P-2', 'P-2');
    await estate('shop').switchOn(id);

    await carryOut('contain verify P-2', 'P-2');

    assert.equal((await wordsFrom('NOT disabled')).length > 0, true);
    assert.doesNotMatch((await wordsFrom('P-2')).join(), /asks to archive/);
    const look = await estate('shop').look();
    assert.equal(look.workflow(id).isArchived, undefined);
  });

  it('is told of as what was done while it is not proved yet', async () => {
    const { clock, store, see, what } = await aNight('Address cleanup');
    await see(`contain plan ${what.split(' ')[0] ?? ''} else:archive`);
    await see('contain run P-2');
    const plan = await store.plans.byName('P-2', store.instance.operator);
    const actions = await store.plans.actions(plan?.id ?? '');
    const entrance = actions.find(({ lever }) => lever === 'disable') ?? assert.fail();
    const before = { platform: null, contentHash: 'x', byHand: [], wasOff: false };
    const asked = accept(request(entrance, before, clock.now()), clock.now(), 60_000);
    const fallen = takeFallback({ ...asked, state: 'contradicted' }, 'archive');
    const pending = accept(fallen, clock.now(), 60_000);
    await store.save({ actions: [{ ...pending, state: 'pending' }] });

    assert.match(
      shown(await see('contain status P-2')),
      /disabling was contradicted; archiving it: pending until .*, asked for just now/,
    );
  });

  it('that is contradicted, too, leads to what was not tried, and not to the same again', async () => {
    const night = await aNight('Charge card');
    const { id, what, trouble, carryOut, wordsFrom, see } = night;
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'disable', workflow: id, does });
    await trouble.make('lie again', { call: 'archive', workflow: id, does });
    const ref = what.split(' ')[0] ?? '';
    await see(`contain plan ${ref} else:archive`);

    await carryOut('contain run P-2', 'P-2');

    const status = await see('contain status P-2');
    assert.equal(status.outcome, 'failed');
    assert.match(shown(status), /disabling was contradicted; archiving it, too: contradicted/);
    const words = `${ref} was disabled, archived, too, and seen to go on: planning the same again does no more.`;
    assert.ok(shown(status).includes(words), shown(status));
    assert.match(shown(status), /take its address off at the proxy in front of shop/);
    assert.match((await wordsFrom('NOT disabled by archiving')).join(), new RegExp(words));
    const left = ['cred block c8', 'contain freeze shop'];
    assert.deepEqual(status.next, [...left, 'contain verify P-2', 'contain undo P-2']);
    const { next } = await see('status');
    assert.ok(
      left.every((line) => next.includes(line)),
      next.join(),
    );
    assert.ok(!next.some((line) => line.startsWith('contain plan')), next.join());

    const again = await see(`contain plan ${ref}`);
    const warning = `${ref}: P-2 disabled it and archived it, too, and it was seen to go on`;
    assert.ok(shown(again).includes(warning), shown(again));
    assert.ok(shown(await see('contain status P-3')).includes(warning), 'who says yes reads it');
    await carryOut('contain run P-3', 'P-3');
    const third = await see('contain status P-3');
    assert.deepEqual(third.next.slice(0, 2), left, 'whichever plan found it on last');
  });
});
