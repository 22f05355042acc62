import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { kindsOf, shown } from '../../testing/bot.ts';
import { aFact } from '../../testing/containment.ts';
import { estateBot, paymentsEstate } from '../../testing/estate-bot.ts';

describe('contain plan', async () => {
  const night = await estateBot((toy) => {
    paymentsEstate(toy);
    toy.add('open', {
      name: '$(reboot) `contain run P-1`',
      facts: [
        aFact('webhook', 'in', { auth: 'none' }),
        aFact('host', 'evil.example'),
        aFact('platform_api', 'n8n'),
      ],
    });
  });
  const { see, refused, timeline, clock, store, connection } = night;

  it('takes references, also of what is off already', async () => {
    await see('declare Stripe key leaked');
    const view = await see('contain plan w5 w6');
    assert.match(shown(view), /"1","w6".*"2","w5"/);
    assert.equal(
      view.title,
      'P-1: disable 1 workflow, keep off 1 that is off already, and stop their executions',
    );
    assert.match(shown(view), /"w5",[^\]]*off already: will be verified off and kept off/);
    assert.match(shown(view), /w6 can call the platform’s own API/);
    assert.deepEqual(view.next, ['contain run P-1', 'contain status P-1', 'contain edit P-1 …']);
  });

  it('takes the scope of the incident when nothing is said', async () => {
    assert.match((await refused('contain plan')).message, /No workflow is in the scope/);
    await see('scope add w2 evil.example');
    const view = await see('contain plan');
    assert.match(shown(view), /"1","w2","Refund","in the scope of INC-1"/);
    assert.match(shown(view), /"found by","scope of INC-1"/);
  });

  it('refuses viewers and bad input, and changes nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('contain plan w1', 'vic')).code, 'not_allowed');
    assert.equal((await refused('contain plan w1', 'aud')).code, 'not_allowed');
    assert.equal((await refused('contain plan colour:red')).code, 'bad_input');
    assert.match((await refused('contain plan w1 w99')).message, /the reference w99/);
    assert.match(
      (await refused('contain plan host:nowhere.example')).message,
      /nothing to contain/,
    );
    const off = await refused('contain plan name:Legacy*');
    assert.match(off.message, /none of them active: w5/);
    assert.match(off.hint ?? '', /^To have it verified off and kept off, .*`contain plan w5`/);
    assert.equal((await refused('contain plan w1 in:INC-9')).code, 'not_found');
    assert.deepEqual(await timeline(), before);
    assert.equal((await store.plans.ofIncident((await timeline())[0]?.chain ?? '')).length, 2);
  });

  it('warns when the inventory is old', async () => {
    clock.forward(20 * 60_000);
    assert.match(shown(await see('contain plan w1')), /seen 20 min ago.*may have changed since/);
  });

  it('is void once the connection is another one', async () => {
    const known = await store.connections.byId(connection.id);
    assert.ok(known);
    await store.save({ connections: [{ ...known, epoch: known.epoch + 1 }] });
    assert.match((await refused('contain run P-3')).message, /was changed since P-3 was made/);
  });

  it('leaves a plan that says who asked, for what, and its digest', async () => {
    const event = (await timeline()).find(({ kind }) => kind === 'plan_proposed');
    assert.equal(event?.actor?.kind === 'person' && event.actor.name, 'ANA');
    assert.match(
      event?.text ?? '',
      /^P-\d+: Planned to disable 1 workflow, keep off 1 that is off already, and stop their executions: w6/,
    );
    assert.match(JSON.stringify(event?.data), /"digest":"[0-9a-f]{64}"/);
    const words = (await timeline()).map(({ text }) => text);
    assert.doesNotMatch(words.join(), /reboot/);
    assert.equal((await kindsOf(night)).filter((kind) => kind === 'plan_proposed').length, 3);
  });

  it('says how to keep off what is off already', async () => {
    const some = shown(await see('contain plan w1 OR name:Legacy*'));
    assert.match(some, /off already and left out: w5\. To keep it off .*`contain plan w5`/);
    const offOnly = await see('contain plan w5');
    assert.match(offOnly.title, /: keep off 1 workflow that is off already, and stop its exec/);
    const told = (await timeline()).findLast(({ kind }) => kind === 'plan_proposed');
    assert.match(told?.text ?? '', /Planned to keep off 1 workflow that is off already, and stop/);
  });

  it('keeps plans of a private incident from others', async () => {
    await see('declare Quiet one private');
    const view = await see('contain plan w1');
    assert.equal(view.audience, 'person');
    const name = view.title.split(':')[0] ?? '';
    assert.equal((await refused(`contain status ${name}`, 'bo')).code, 'not_found');
    assert.equal((await refused(`contain run ${name}`, 'bo')).code, 'not_found');
    assert.equal((await refused(`contain cancel ${name}`, 'bo')).code, 'not_found');
  });
});

describe('a drill', async () => {
  const { see, refused } = await estateBot();

  it('never plans to touch a production connection', async () => {
    await see('declare Practice --drill');
    assert.match((await refused('contain plan w1')).message, /a drill never touches one/);
  });
});

describe('contain simulate', async () => {
  const night = await estateBot();
  const { see, refused } = night;

  it('says what breaks for everyone who may look, and changes nothing', async () => {
    await see('declare Stripe key leaked');
    const view = await see('contain simulate w3', 'vic');
    assert.equal(view.title, 'If 1 workflow were disabled: something breaks');
    assert.match(shown(view), /w2 calls it and will fail there\./);
    assert.match(shown(view), /5 workflows and 0 credentials seen just now/);
    assert.deepEqual(view.next, ['contain plan w3']);
    const both = await see('contain simulate w1');
    assert.equal(both.title, 'If 2 workflows were disabled: something breaks with 1 of them');
    assert.match(shown(both), /w4 is the error workflow of w1/);
    assert.match(shown(both), /"w4","Alarm","error workflow of w1",.*"w1","Charge cards","is w1"/);
    assert.match(shown(await see('contain simulate w5')), /it is off already/);
    assert.match(shown(await see('contain simulate w4')), /Failures of w1 will go unreported/);
    assert.deepEqual(await kindsOf(night), ['incident_declared']);
  });

  it('says whose credential stays in use', async () => {
    const view = await see('contain simulate w1');
    assert.match(shown(view), /Its credential c1 stays in use by 1 other workflow: w2\./);
  });

  it('is said of a plan too: what is called and stays on, what reports no failure', async () => {
    const child = shown(await see('contain plan w2'));
    assert.match(
      child,
      /w2 calls w3 “Tax” \(on\): that one is not in this plan and stays as it is\./,
    );
    const reporter = shown(await see('contain plan w1'));
    assert.match(reporter, /w4 “Alarm” is the error workflow of w1 and goes off first: while/);
    assert.doesNotMatch(reporter, /w1 calls/);
  });

  it('refuses nobody and bad input', async () => {
    assert.equal((await refused('contain simulate w1', 'nil')).code, 'not_allowed');
    assert.equal((await refused('contain simulate')).code, 'bad_input');
    assert.match((await refused('contain simulate w99')).message, /the reference w99/);
    assert.match((await refused('contain simulate name:nothing')).message, /No workflow was found/);
  });
});

describe('what to know of a plan about many', () => {
  for (const [count, isWhole] of [
    [14, true],
    [120, false],
  ] as const) {
    it(`${isWhole ? 'names each of them' : 'says how those are read that it does not name'} (${count})`, async () => {
      const { see } = await estateBot((toy) => {
        for (let number = 0; number < count; number += 1) {
          toy.add(`a${number}`, {
            facts: [aFact('platform_api', 'n8n'), aFact('calls', `b${number}`)],
          });
        }
        for (let number = 0; number < count; number += 1) toy.add(`b${number}`);
      });
      await see('declare Worm');
      const cautions = shown(await see('contain plan code:api'));

      const api = /"text":"([^"]*) can call the platform/.exec(cautions)?.[1] ?? '';
      assert.equal(api.match(/w\d+/g)?.length, isWhole ? count : 100);
      const calls = /"text":"[^"]* call (w\d[^"]*): those are not in this plan/.exec(cautions)?.[1];
      assert.equal(calls?.match(/w\d+/g)?.length, isWhole ? count : 100);
      assert.equal(/\d+ more/.test(cautions), !isWhole);
      assert.equal(
        / and 20 more \(plans by narrower queries name them all\)/.test(cautions),
        !isWhole,
      );
    });
  }
});
