import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot } from '../../testing/estate-bot.ts';

/** P-1 has switched off w1 to w4; w1 calls w2, and w4 was off before. */
async function contained() {
  const night = await estateBot((toy) => {
    toy.add('a', { facts: [aFact('calls', 'b')] });
    toy.add('b');
    toy.add('c');
    toy.add('d', { active: false });
  });
  const { see, work, look, toy } = night;
  await see('declare Theft');
  await see('contain plan w1 w2 w3 w4');
  await see('contain run P-1');
  await work('P-1');
  await look();
  const active = () => [...toy.workflows.values()].filter((one) => one.active).map(({ id }) => id);
  return { ...night, active };
}

describe('an undo of some', () => {
  it('switches on what is named alone, stage by stage, and says who needs the others', async () => {
    const { see, work, active, refused, timeline, store } = await contained();
    const first = await see('contain undo P-1 w1, W3');
    assert.match(first.title, /^P-2: /);
    assert.match(shown(first), /w2 stays off, because others were named; `contain undo P-1 w2`/);
    assert.match(shown(first), /w1 needs w2 and may fail until that is on/);
    assert.match(
      (await timeline()).at(-1)?.text ?? '',
      /2 workflows to switch on again: w1 and w3/,
    );
    // Said again while it goes on it is shown; others have to wait until it is over.
    assert.match((await see('contain undo P-1 w3')).title, /^P-2/);
    assert.match((await refused('contain undo P-1 w2')).message, /being undone already, by P-2/);
    await work('P-2');
    assert.deepEqual(active(), ['a', 'c']);
    assert.match(shown(await see('contain status P-1')), /2 undone/);
    assert.match(
      (await refused('contain undo P-1 w3')).message,
      /^w3 is not off by P-1: it was nev/,
    );
    assert.equal((await store.watch.held()).length, 2);

    const rest = await see('contain undo P-1');
    assert.doesNotMatch(shown(rest), /stays off, because others/);
    await work('P-3');
    assert.deepEqual(active(), ['a', 'b', 'c']);
    assert.equal((await store.watch.held()).length, 0);
  });

  it('is agreed to as what it is, where a credential may still open something', async () => {
    const { see, refused, work, toy } = await estateBot();
    const active = () =>
      [...toy.workflows.values()].filter((one) => one.active).map(({ id }) => id);
    await see('declare Theft');
    await see('contain plan credential:c1 active:true');
    await see('contain run P-1');
    await work('P-1');
    await see('scope add c1');
    const asked = await see('contain undo P-1 w1');
    assert.match(shown(asked), /may still open something/);
    assert.ok(!active().includes('charge'));
    assert.match((await refused('contain run P-2')).message, /another person|says yes/);
    const before = await see('contain status P-2', 'cy');
    assert.match(shown(before), /"w1","Charge cards"/);
    assert.match(shown(before), /w\d and w\d stay off: P-2 leaves them out\./);
    await see('contain approve P-2', 'cy');
    await see('contain run P-2');
    await work('P-2');
    assert.ok(active().includes('charge'));
    assert.ok(!active().includes('refund'));
  });

  it('names what is not in the plan, or would end a freeze, and changes nothing', async () => {
    const { see, refused, work, look, active, timeline } = await contained();
    const before = await timeline();
    assert.match((await refused('contain undo P-1 w9')).message, /“w9” is no workflow of P-1/);
    assert.match((await refused('contain undo P-1 w1 please')).message, /“please” is no workflow/);
    assert.deepEqual(await timeline(), before);
    await see('contain undo P-1');
    await work('P-2');
    await look();
    const frozen = (await see('contain freeze prod')).title.split(':')[0] ?? '';
    await see(`contain approve ${frozen}`, 'cy');
    await see(`contain run ${frozen}`);
    await work(frozen);
    assert.deepEqual(active(), []);
    const alone = await refused(`contain undo ${frozen} w1`);
    assert.match(alone.message, /freezes prod as a whole, so nothing on it is switched on alone/);
    assert.match(alone.hint ?? '', /`contain thaw prod`/);
  });
});
