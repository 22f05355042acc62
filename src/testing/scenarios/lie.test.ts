/** The platform says yes and does not do it: Firebreak says so, whatever the list says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import { aNight, endedAgainst, endedRunning, leftToTry } from '../sandbox-night.ts';

describe('a platform that lies', () => {
  it('is found out when it lists as off what still answers', async () => {
    const { id, what, trouble, carryOut, wordsFrom, estate } = await aNight('Address cleanup');
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('NOT disabled'), [
      `P-1: ${what} is NOT disabled: contradicted. The address of “Webhook” still answers. ${leftToTry(what)}`,
      `P-1: ${what}: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start.`,
      endedAgainst(what),
    ]);
    assert.ok(await estate('shop').callWebhook('cleanup-7f3a', 'GET'), 'and it is so');
  });

  it('is not believed by what comes after, until a check shows that it is off', async () => {
    const { id, carryOut, look, see, trouble } = await aNight('Address cleanup');
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'disable', workflow: id, does });
    await carryOut('contain run P-1');
    await look();

    const simulated = shown(await see('contain simulate webhook:cleanup*'));
    assert.match(simulated, /NOT contained: it is listed as off, but its last check found it on/);
    assert.match(simulated, /Its webhook \S+ cleanup-7f3a will refuse/);
    assert.doesNotMatch(simulated, /off already/);
    assert.match(simulated, /w\d+ is drawn as not contained: listed as off, last found on/);
    const [found] = (await see('scope find webhook:cleanup*')).blocks;
    assert.ok(found?.kind === 'table');
    assert.match(found.rows[0]?.[3] ?? '', /^listed as off, NOT contained: last found on /);
    assert.match(found.rows[0]?.[4] ?? '', /has webhook GET cleanup-7f3a .*in node Webhook$/);
    const one = shown(await see(`scope show ${found.rows[0]?.[0]}`));
    assert.match(one, /"GET cleanup-7f3a","Webhook","anyone may call it"/);
    assert.doesNotMatch(one, /draft version only/);
    const active = await see('scope find webhook:cleanup* active:true');
    assert.equal(active.title, '1 workflow found');
    const [why] = active.blocks;
    assert.ok(why?.kind === 'table');
    assert.match(why.rows[0]?.[4] ?? '', /was found on by its last check$/);
    assert.match(JSON.stringify(active.data['hits']), /"active":true,"listedAs":"off","foundOnAt"/);
    const hosts = await see('scope show eu.collect.evil.example');
    assert.match(JSON.stringify(hosts.data['standing']), /"listedAs":"off","foundOnAt"/);
    assert.equal((await see('scope find webhook:cleanup* active:false')).data['total'], 0);
    const again = await see('contain plan webhook:cleanup* else:archive');
    assert.match(shown(again), /NOT contained: it is listed as off/);
    assert.match(shown(again), /disable 1 workflow/);
    assert.deepEqual(again.data['inactive'], []);

    await carryOut('contain run P-2', 'P-2');
    await look();
    assert.match(shown(await see('contain simulate webhook:cleanup*')), /it is off already/);
  });

  it('is found out when it changes nothing at all', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    const does = { kind: 'lies', how: 'stays active' } as const;
    await trouble.make('lie', { call: 'disable', workflow: id, does });

    await carryOut('contain run P-1');

    assert.deepEqual(await wordsFrom('NOT disabled'), [
      `P-1: ${what} is NOT disabled: contradicted. The sandbox lists it as on. The address of “Webhook” still answers. ${leftToTry(what)}`,
      `P-1: ${what}: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start.`,
      endedAgainst(what),
    ]);
  });

  it('is found out when it stops nothing', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Refund order');
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'stop', workflow: id, does });

    await carryOut('contain run P-1');

    const may = `What may still run of ${what.split(' ')[0]} can use cN “Stripe live”. Left to try: \`cred block cN\`, or for good \`cred revoke cN\`. To end every run by hand: nothing restarts a sandbox; on a real platform its process is restarted.`;
    const told = (await wordsFrom('accepted to stop')).map((text) =>
      text
        .replace(/\d+ times/, 'many times')
        .replace(/\d+ executions ended/, 'many ended')
        .replaceAll(/\bc\d+\b/g, 'cN'),
    );
    assert.deepEqual(told, [
      `P-1: the platform accepted to stop the executions of ${what}; not verified yet. The sandbox lists 2 executions as stopped.`,
      `P-1: ${what} is verified disabled.`,
      `P-1: ${what} is NOT stopped: contradicted. The sandbox lists executions of it that have not ended: 1 waiting. It was stopped many times; the platform says that many ended by it. ${may}`,
      endedRunning(what),
    ]);
  });

  it('is named by status as well when it stops nothing', async () => {
    const { id, what, trouble, carryOut, see } = await aNight('Refund order');
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'stop', workflow: id, does });
    await carryOut('contain run P-1');

    const [ref = ''] = what.split(' ');
    const words = `${ref} is NOT contained: its executions could not be stopped, and may go on.`;
    for (const line of ['status', 'contain status P-1']) {
      const view = await see(line);
      assert.ok(shown(view).includes(words), line);
      assert.ok(
        view.next.some((next) => next.startsWith('cred block')),
        view.next.join(),
      );
    }
  });

  it('is found out when it does not switch back on', async () => {
    const { id, what, trouble, carryOut, wordsFrom } = await aNight('Address cleanup');
    await carryOut('contain run P-1');
    const does = { kind: 'lies', how: 'keeps running' } as const;
    await trouble.make('lie', { call: 'enable', workflow: id, does });

    await carryOut('contain undo P-1', 'P-2');

    assert.deepEqual(await wordsFrom('NOT switched'), [
      `P-2: ${what} is NOT switched back on: contradicted. 0 of 1 webhooks answer again.`,
      endedAgainst(what, 'P-2', 'switched back on'),
    ]);
  });
});
