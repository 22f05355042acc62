import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import type { Bot } from '../../testing/bot.ts';
import { bot, shown } from '../../testing/bot.ts';
import { aConnection } from '../../testing/nouns.ts';

describe('drill start', () => {
  let one: Bot;
  before(async () => {
    one = await bot();
    await one.store.save({
      connections: [
        aConnection({ name: 'prod' }),
        aConnection({ name: 'spare', environment: 'drill' }),
      ],
    });
  });
  const nothingBegan = async () =>
    assert.deepEqual(
      await one.store.incidents.list((await one.person('ana')).id, { closed: true, limit: 5 }),
      [],
    );

  it('lists the scenarios when none is named', async () => {
    assert.match(
      shown(await one.see('drill start')),
      /"leaked-secret","The live Stripe key leaked","sev2","shop"/,
    );
  });

  it('offers none where no simulated platform is connected, and says how one is', async () => {
    const view = await one.see('drill start');
    assert.deepEqual(view.next, []);
    assert.match(shown(view), /estate shop is not connected.*--url sandbox:\/\/shop --name shop/);
  });

  it('never touches a production connection', async () => {
    const { code, message } = await one.refused('drill start leaked-secret on:prod');
    assert.equal(code, 'conflict');
    assert.equal(message, 'prod is a production connection: a drill never touches one.');
    await nothingBegan();
  });

  it('is played on a simulated platform alone', async () => {
    const { message, hint } = await one.refused('drill start leaked-secret on:spare');
    assert.equal(message, 'leaked-secret is played on the simulated estate shop; spare is a n8n.');
    assert.match(hint ?? '', /declare <title> --drill/);
    assert.match(
      (await one.refused('drill start leaked-secret')).hint ?? '',
      /--url sandbox:\/\/shop/,
    );
    await nothingBegan();
  });

  it('names the nearest when there is no such scenario, and refuses who is no responder', async () => {
    assert.deepEqual((await one.refused('drill start leaked-secrets')).candidates, [
      'leaked-secret',
    ]);
    assert.equal((await one.refused('drill start leaked-secret', 'vic')).code, 'not_allowed');
    await nothingBegan();
  });

  it('is scored while it is open, though another incident of this shell is closed', async () => {
    const shell = await bot();
    await shell.store.save({
      connections: [
        aConnection({
          name: 'shop',
          kind: 'sandbox',
          baseUrl: 'sandbox://shop',
          environment: 'drill',
        }),
      ],
    });
    await shell.see('declare Earlier one');
    await shell.see('resolve');
    await shell.see('close');
    await shell.see('drill start leaked-secret', 'bo');
    const score = await shell.see('drill score');
    assert.match(score.title, /^INC-2 /);
    assert.match(shown(score), /the only open drill\. INC-1 is closed\./);
  });

  it('has nothing to score in an incident that is none', async () => {
    await one.see('declare Real trouble sev:2');
    assert.match(
      (await one.refused('drill score')).message,
      /is no drill, so there is nothing to score/,
    );
    assert.match((await one.refused('drill end')).message, /is no drill/);
    assert.equal((await one.refused('drill end', 'vic')).code, 'not_allowed');
  });
});
