/** Somebody means well and switches the thief's workflow on again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { aNight, endedAgainst, leftToTry } from '../sandbox-night.ts';

const minuteMs = 60_000;

describe('a workflow that comes back', () => {
  it('minutes later is told of at once, with who and when, and contained again', async () => {
    const { what, carryOut, wordsFrom, clock, tick, see } = await aNight('Order export helper');
    await carryOut('contain run P-1');
    assert.equal((await wordsFrom('has ended')).at(0), 'P-1 has ended for 1 workflow: 1 verified.');
    assert.match(
      shown(await see('contain status P-1')),
      /not looked at yet since it was verified; a running server looks every minute/,
    );
    await tick();
    assert.match(
      shown(await see('contain status P-1')),
      /looked at again just now, and every minute/,
    );

    clock.forward(30 * minuteMs);
    const unseen = /BLIND: shop not seen since [-0-9]+ [:0-9]+ UTC \(30 min ago\); what comes back/;
    assert.match(shown(await see('contain status P-1')), unseen);
    assert.match(shown(await see('status')), unseen);
    await tick();
    assert.doesNotMatch(shown(await see('status')), /BLIND/);
    await tick();

    const [cameBack = '', ...rest] = await wordsFrom('came back');
    assert.deepEqual(rest, []);
    const since = / at [-0-9]+ [:0-9]+ UTC/g;
    const [ref = ''] = what.split(' ');
    assert.equal(
      cameBack.replaceAll(since, ' at …'),
      `P-1: ${what} came back: it was switched on again at … by Dana Holt <dana@acme.test>. ` +
        `The sandbox lists it as on. It was started again at …. ` +
        `Stopped is not verified any more: more may run by now. Next: \`contain plan ${ref} else:archive\`.`,
    );
    const again = `contain plan ${ref} else:archive`;
    assert.equal((await see('status')).next.at(0), again);
    const status = await see('contain status P-1');
    assert.equal(status.next.at(0), again);
    assert.match(shown(status), /It came back: it was switched on again at/);
    assert.match(shown(status), /unverifiable just now/);
    assert.doesNotMatch(shown(status), /lists no running/);

    await see(again);
    await carryOut('contain run P-2', 'P-2');
    assert.equal(
      (await wordsFrom(`P-2: ${what}: disabled is not`)).at(0),
      `P-2: ${what}: disabled is not verified yet. It came back before, so it counts as off only once it has stayed off for a minute.`,
    );
    assert.equal(
      (await wordsFrom('P-2 has ended')).at(0),
      'P-2 has ended for 1 workflow: 1 verified.',
    );
    assert.ok(!(await see('status')).next.includes(again));
  });

  it('again and again is archived once it is planned so', async () => {
    const night = await aNight('Order export helper');
    const { id, what, carryOut, wordsFrom, clock, tick, see, estate, trouble } = night;
    const [ref = ''] = what.split(' ');
    await carryOut('contain run P-1');
    await estate('shop').switchOn(id);
    clock.forward(minuteMs);
    await tick();

    await see(`contain plan ${ref} else:archive`);
    const does = { kind: 'resurrects', afterMs: 20_000 } as const;
    await trouble.make('undead', { call: 'disable', workflow: id, does });
    await carryOut('contain run P-2', 'P-2');

    const said = await wordsFrom('P-2');
    assert.ok(said.includes(`P-2: ${what} is verified disabled by archiving it.`), said.join('\n'));
    assert.equal((await estate('shop').look()).workflow(id).isArchived, true);
  });

  it('minutes later is contradicted by whoever asks for another look', async () => {
    const { what, carryOut, wordsFrom, clock } = await aNight('Order export helper');
    await carryOut('contain run P-1');

    clock.forward(30 * minuteMs);
    await carryOut('contain verify P-1');

    const [disabled = ''] = await wordsFrom('NOT disabled');
    const since = /It was started again at [-0-9]+ [:0-9]+ UTC\.$/;
    assert.match(disabled, since);
    assert.equal(
      disabled.replace(since, ''),
      `P-1: ${what} is NOT disabled: contradicted. The sandbox lists it as on. `,
    );
  });

  it('while it is still being looked at is never called disabled', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    const does = { kind: 'resurrects', afterMs: 100 } as const;
    await trouble.make('undead', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('NOT disabled'), [
      `P-1: ${what} is NOT disabled: contradicted. The sandbox lists it as on. The address of “Webhook” still answers. ${leftToTry(what)}`,
      `P-1: ${what}: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start.`,
      endedAgainst(what),
    ]);
  });
});
