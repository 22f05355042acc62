/** A team exercises on the simulated platform, is scored, and finds it as it was before. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../bot.ts';
import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

const minuteMs = 60_000;

async function wordsOf({ see }: SandboxBot): Promise<readonly string[]> {
  const { blocks } = await see('log show 100 in:INC-1');
  return blocks.flatMap((block) =>
    block.kind === 'table' ? block.rows.map((row) => row.at(-1) ?? '') : [],
  );
}

describe('a drill', () => {
  it('is planned, approved, verified, scored, and leaves the platform as it was', async () => {
    const team = await sandboxBot();
    const { see, work, setStage, clock, estate } = team;
    const before = await estate('shop').activations();
    await see('person add @ben "Ben Lind" may:responder,approver');

    const started = await see('drill start leaked-secret');
    assert.match(started.title, /^INC-1 The live Stripe key leaked \(drill\)/);
    assert.equal(started.outcome, 'open');
    await setStage('INC-1');
    const ready = await see(started.follow ?? '');
    assert.equal(ready.outcome, 'done');
    assert.match(shown(ready), /A scanner found/);
    assert.match(shown(ready), /0 of 8 that must be dealt with are\./);

    clock.forward(2 * minuteMs);
    const plan = await see('contain plan credential:"Stripe live"');
    assert.match(shown(plan), /This is a drill\./);
    assert.match((await see('contain status P-1')).title, /\(proposed, drill\)$/);
    clock.forward(minuteMs);
    await see('contain approve P-1 in:INC-1', 'ben');
    await see('contain run P-1');
    await work('P-1');
    const soFar = await see('drill score');
    assert.match(shown(soFar), /7 of 8 that must be dealt with are\./);
    assert.doesNotMatch(shown(soFar), /Charge card/, 'the answer is told at the end');

    await see('cred revoke "Stripe live"');
    await see('contain approve P-2 in:INC-1', 'ben');
    await see('contain run P-2');
    await work('P-2');
    const ended = await see('drill end');
    await setStage('INC-1');
    const score = await see(ended.follow ?? '');

    assert.equal(score.title, 'INC-1 The live Stripe key leaked (drill, closed): passed');
    assert.equal(score.outcome, 'done', shown(score));
    assert.deepEqual(
      (await wordsOf(team))
        .slice(-4)
        .map((text) => text.replace(/all verified after .*? min/, 'all verified after …')),
      [
        'Drill “leaked-secret” ended: passed. First plan after 2 min, leave to run it after 3 min, all verified after …. Nothing of 8 was missed. Nothing else was hit.',
        'Resolved: The drill has ended.',
        'Closed: The drill has ended.',
        'shop was put back as it was before the drill.',
      ],
    );
    assert.deepEqual(await estate('shop').activations(), before);
  });

  it('tells what was missed, and what was hit without need, only when it has ended', async () => {
    const { see, work, setStage } = await sandboxBot();
    await see('drill start rogue-workflow');
    await setStage('INC-1');
    await see('contain plan name:"Address cleanup" OR name:"Print shipping label"');
    await see('contain run P-1');
    await work('P-1');
    const soFar = shown(await see('drill score'));
    assert.match(soFar, /1 of 3 that must be dealt with are\. 1 thing hit without need\./);
    assert.doesNotMatch(soFar, /Archive|label/);

    const ended = await see('drill end');

    assert.match(ended.title, /not passed$/);
    assert.match(shown(ended), /"Order export helper","in no plan that was run"/);
    assert.match(shown(ended), /"Archive of old orders","in no plan that was run"/);
    assert.match(shown(ended), /Hit without need:.*“Print shipping label” disabled/);
    await setStage('INC-1');
    assert.equal((await see('drill score in:INC-1')).outcome, 'failed');
  });

  it('is not passed by who revokes for good what nobody had to touch', async () => {
    const { see, work, setStage } = await sandboxBot();
    await see('person add @ben "Ben Lind" may:responder,approver');
    await see('drill start leaked-secret');
    await setStage('INC-1');
    await see('contain plan credential:"Stripe live"');
    await see('contain approve P-1 in:INC-1', 'ben');
    await see('contain run P-1');
    await work('P-1');
    for (const [plan, credential] of [
      ['P-2', 'Stripe live'],
      ['P-3', 'Customers DB'],
    ]) {
      await see(`cred revoke "${credential}"`);
      await see(`contain approve ${plan} in:INC-1`, 'ben');
      await see(`contain run ${plan}`);
      await work(`${plan}`);
    }

    const ended = shown(await see('drill end'));

    assert.match(ended, /not passed/);
    assert.match(ended, /Nothing of 8 was missed/);
    assert.match(ended, /Hit without need:.*“Customers DB” revoked/);
  });

  it('is ended by who exercises alone and overrode, with nobody to review it', async () => {
    const { see, work, setStage } = await sandboxBot();
    await see('drill start leaked-secret');
    await setStage('INC-1');
    const told = shown(await see('cred revoke "Stripe live"'));
    assert.match(told, /the commander runs it alone.*`contain run P-1 override:\\"…\\"`/);
    await see('contain run P-1 override:"nobody else is here"');
    await work('P-1');
    assert.match((await see('drill end')).title, /closed/);
  });

  it('touches nothing but the estate that is put back', async () => {
    const { see, refused, setStage } = await sandboxBot();
    await see('drill start leaked-secret');
    await setStage('INC-1');
    const { message, hint } = await refused('contain freeze office in:INC-1');
    assert.match(
      message,
      /^INC-1 is a drill on shop, and office would not be put back after it\.$/,
    );
    assert.match(hint ?? '', /connection:shop/);
  });

  it('ends with what still waits or runs, and is ended once', async () => {
    const { see, refused, setStage } = await sandboxBot();
    await see('drill start webhook-abuse');
    await setStage('INC-1');
    await see('contain plan host:forms.evil.example');

    await see('drill end');

    assert.match(shown(await see('contain status P-1')), /cancelled: The drill has ended\./);
    assert.equal(
      (await see('drill end in:INC-1')).outcome,
      'open',
      'asked once more to put it back',
    );
    await setStage('INC-1');
    assert.match((await refused('drill end in:INC-1')).message, /ended already/);
  });

  it('lets nobody rely on a platform that begins anew', async () => {
    const { see, refused, work, setStage } = await sandboxBot();
    await see('declare Customers leak severity:sev2');
    await see('contain plan name:"Address cleanup"');
    await see('contain run P-1');
    await work('P-1');
    assert.equal(
      (await refused('drill start leaked-secret')).message,
      'INC-1 keeps workflows of shop off, and a drill lets everything there begin anew.',
    );
    await see('contain undo P-1');
    await work('P-2');

    await see('drill start leaked-secret');
    const second = await refused('drill start rogue-workflow');
    assert.equal(second.message, 'shop is in use by INC-2.');
    assert.equal(second.hint, '`drill end in:INC-2` ends it.');
    await setStage('INC-2');
    await see('drill end in:INC-2');
    assert.match((await refused('drill start rogue-workflow')).hint ?? '', /try again in a moment/);
    await setStage('INC-2');
    await see('drill start rogue-workflow');
  });
});
