import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { z } from 'zod';

import type { View } from '../../domain/reply.ts';
import { kindsOf, shown } from '../../testing/bot.ts';
import type { EstateBot } from '../../testing/estate-bot.ts';
import { estateBot } from '../../testing/estate-bot.ts';
import { unhurried } from '../../testing/unhurried.ts';

/** Seals what was asked for, as the worker would. */
async function sealAll({ store, seal, person, timeline, connection }: EstateBot, ids: string[]) {
  const incident = (await timeline())[0]?.chain ?? '';
  const by = (await person('ana')).id;
  for (const workflow of ids) {
    await seal({ incident, connection: connection.id, workflow, by });
  }
  return store.evidence.ofIncident(incident);
}

/** The heading of the step at which a run stands. */
function stepIn({ title }: View): string {
  return /step \d+: (.*)$/.exec(title)?.[1] ?? title;
}

function dataOf({ data }: View) {
  return z.object({ step: z.object({ verifiedByFirebreak: z.boolean() }) }).parse(data).step;
}

describe('runbooks/leaked-credential.md', async () => {
  it('is walked to its end where somebody else uses the key, and says so in the timeline', async () => {
    const night = unhurried(await estateBot());
    const { see, refused, work, timeline, clock } = night;
    const steps: string[] = [];
    const say = async (line: string, as?: string) => {
      const view = await see(line, as);
      steps.push(stepIn(view));
      return view;
    };
    await see('declare Stripe key leaked');
    const started = await say('runbook start leaked-credential credential:"Stripe live"');
    assert.match(shown(started), /does","Make whoever presses commander/);
    assert.deepEqual(started.next, [
      'runbook do run:R-1 step:1',
      'runbook done run:R-1 step:1',
      'runbook skip … run:R-1 step:1',
      'runbook assign … run:R-1 step:1',
    ]);
    const decide = await say('runbook do');
    assert.match(shown(decide), /@ana is commander/);
    assert.deepEqual(decide.next, [
      'runbook done infected run:R-1 step:2',
      'runbook done clean run:R-1 step:2',
      'runbook assign … run:R-1 step:2',
      'runbook back run:R-1 step:2',
    ]);
    await say('runbook done infected the laptop of Bo beacons');
    const scope = await say('runbook done');
    assert.match(
      shown(scope),
      /3 workflows \(w\d, w\d and w\d\), found now by credential c1 “Stripe live”/,
    );
    assert.match(shown(await say('runbook do run:R-1')), /in scope: w\d, w\d and w\d/);
    await say('runbook done yes foreign addresses in the log');
    assert.match(shown(await say('runbook do')), /Severity sev\d → sev1/);

    assert.match((await refused('runbook done')).message, /nothing of w\d, w\d and w\d is sealed/);
    const sealing = await see('runbook do');
    assert.equal(sealing.outcome, 'open');
    assert.match(sealing.follow ?? '', /^evidence list w\d w\d w\d since:/);
    assert.equal((await see('runbook next')).next[0], 'runbook do run:R-1 step:7');
    await sealAll(night, ['charge', 'refund', 'legacy']);
    assert.equal((await see('runbook next')).next[0], 'runbook done run:R-1 step:7');
    await say('runbook done');
    await say('runbook done kept as usage.csv');

    assert.match((await refused('runbook done')).message, /has no plan yet/);
    const planned = await see('runbook do');
    assert.match(
      shown(planned),
      /"found by","R-1 “Close the entrance”: credential c1 “Stripe live/,
    );
    assert.deepEqual(planned.next.slice(0, 1), ['contain run P-1']);
    assert.match((await refused('runbook do')).message, /has its plan: P-1 is proposed/);
    assert.match((await refused('runbook done')).message, /P-1 is proposed; it was not run/);
    await see('contain run P-1');
    assert.equal((await see('runbook next')).next[0], 'runbook done run:R-1 step:9');
    const proving = await say('runbook done');
    assert.match((await refused('runbook done')).message, /is not done: w\d disable planned/);
    await work('P-1');
    // The schedule of `refund` must have passed before its silence proves anything.
    clock.forward(24 * 60 * 60_000);
    await work('P-1');
    assert.equal((await see('contain status P-1')).outcome, 'done');
    assert.equal(stepIn(proving), 'Prove that it is closed');
    assert.ok(proving.next.includes('contain status P-1'));
    await say('runbook done');

    assert.match(shown(await say('runbook do')), /Phase analysis → eradication/);
    const byHand = await say('runbook done now.');
    assert.match(shown(byHand), /"warning","text":"Not verified by Firebreak/);
    assert.match(shown(byHand), /"does","People, by hand: c1 “Stripe live”"/);
    assert.deepEqual(byHand.next, [
      'runbook done … run:R-1 step:13',
      'runbook skip … run:R-1 step:13',
      'runbook assign … run:R-1 step:13',
      'runbook back run:R-1 step:13',
      'role claim operations in:INC-1',
    ]);
    assert.match((await refused('runbook do')).message, /Firebreak cannot/);
    assert.match((await refused('runbook done')).message, /Say how you know that “Revoke it/);
    await say('runbook done revoked rk_4 in the dashboard');
    assert.match(shown(await see('cred status')), /confirmed by nobody yet; not verified by Fire/);
    await say('runbook done 401 twice, from 192.0.2.7', 'bo');
    assert.match(shown(await see('cred status')), /by a second person; not verified by Firebreak/);
    await say('runbook done');
    await say('runbook done');
    await say('runbook done yes');
    await say('runbook done told @dpo at 05:10');
    await say('runbook do');
    assert.match(shown(await see('runbook do')), /taking back P-1: w\d/);
    await work('P-2');
    await say('runbook done');
    const end = await say('runbook done');
    assert.match(end.title, /^R-1 Leaked credential: finished$/);
    const ends = shown(await see('runbook show R-1'));
    assert.match(ends, /"done, not verified by Firebreak: revoked rk_4 in the dashboard"/);
    assert.match(ends, /"done, not verified by Firebreak: 401 twice, from 192\.0\.2\.7"/);
    assert.deepEqual(steps, [
      'Take command',
      "Is the leaker's machine still talking?",
      'Isolate the machine',
      'Put every workflow that uses it in scope',
      'Is it being used against you right now?',
      'Say that it is bad',
      'Seal the evidence',
      'Keep the provider’s usage log'.replace('’', "'"),
      'Close the entrance',
      'Prove that it is closed',
      'Say that the harm is contained',
      'Revoke now, or replace first?',
      'Revoke it at the provider',
      'Prove that it is dead',
      'Make the replacement',
      'Clean the places where it was seen',
      'Was personal data read?',
      'Start the legal clock',
      'Go over to recovery',
      'Bring the workflows back',
      'Keep it from happening again',
      'R-1 Leaked credential: finished',
    ]);
    const kinds = await kindsOf(night);
    assert.equal(kinds.filter((kind) => kind === 'runbook_step_done').length, 21);
    assert.equal(kinds.at(-1), 'runbook_finished');
    const texts = (await timeline()).map(({ text }) => text);
    assert.ok(texts.includes('R-1 “Revoke now, or replace first?” done: now'));
    assert.match((await refused('runbook done run:R-1')).message, /R-1 is finished/);
    assert.equal((await refused('runbook done')).code, 'not_found');
    assert.match(shown(await see('runbook show')), /finished/);
  });

  it('is walked to its end where nobody else has the key, by the other branches', async () => {
    const night = unhurried(await estateBot());
    const { see, refused } = night;
    await see('declare Key in a log');
    await see('runbook start leaked-credential credential:c1');
    const past = async (line: string) => stepIn(await see(line));
    await see('runbook do');
    assert.equal(await past('runbook done clean'), 'Put every workflow that uses it in scope');
    await see('runbook do');
    assert.equal(await past('runbook done no, only ours'), 'Seal the evidence');
    assert.equal(await past('runbook skip the plan seals it'), "Keep the provider's usage log");
    assert.equal(await past('runbook done'), 'Close the entrance');
    assert.equal(await past('runbook skip they are off already'), 'Prove that it is closed');
    assert.match((await refused('runbook done')).message, /has contained nothing/);
    assert.match((await refused('runbook do')).message, /has contained nothing/);
    await see('runbook skip nothing was contained');
    await see('runbook do');
    assert.match((await refused('runbook skip no time')).message, /is a decision/);
    assert.match((await refused('runbook done later')).message, /one of: now, overlap/);
    assert.equal(await past('runbook done overlap'), 'Make the replacement first');
    assert.equal(await past('runbook done'), 'Revoke it at the provider');
    await see('runbook done gone');
    // The replacement was made before, so that step is passed over.
    const own = await see('runbook done 401');
    assert.equal(stepIn(own), 'Clean the places where it was seen');
    assert.match(
      shown(own),
      /You have revoked c1 yourself, so your word confirms nothing.*`cred confirm c1 <what/,
    );
    await see('runbook done');
    assert.equal(await past('runbook done no'), 'Go over to recovery');
    await see('runbook do');
    assert.match((await refused('runbook do')).message, /Nothing is left that this step could/);
    await see('runbook skip nothing was switched off');
    assert.match((await see('runbook done')).title, /finished/);
    assert.match(shown(await see('runbook show R-1')), /"skipped: the plan seals it"/);
  });

  it('calls evidence sealed only where something was, and else asks the person', async () => {
    const night = unhurried(await estateBot());
    const { see, refused, timeline, toy, look } = night;
    await see('declare Key in a log');
    await see('runbook start leaked-credential credential:c1');
    for (const line of ['do', 'done clean', 'do']) await see(`runbook ${line}`);
    assert.equal(stepIn(await see('runbook done no')), 'Seal the evidence');
    toy.workflows.clear();
    await look();
    const none = await refused('runbook done');
    assert.match(none.message, /^Nothing was found to seal, so nothing is: credential c1 “Stripe/);
    assert.match(none.hint ?? '', /`runbook done <why that is right>`/);
    await see('runbook done all of them were deleted by the thief');
    assert.match(
      (await timeline()).at(-1)?.text ?? '',
      /says @ana; not verified by Firebreak: nothing found to seal; all of them were deleted/,
    );
  });

  it('names what is off by another hand, and how this incident comes to keep it off', async () => {
    const { see, refused, work, clock, look, toy } = unhurried(await estateBot());
    for (const workflow of toy.workflows.values()) workflow.active = false;
    await look();
    await see('declare Key in a log');
    await see('runbook start leaked-credential credential:c1');
    for (const line of ['do', 'done clean', 'do', 'done no', 'skip later', 'done']) {
      await see(`runbook ${line}`);
    }
    const { message, hint } = await refused('runbook do');
    assert.match(message, /^\d workflows found, none of them active: w\d/);
    const [line = ''] = /contain plan w[^`]+/.exec(hint ?? '') ?? [];
    await see(line);
    await see('contain run P-1');
    await work('P-1');
    clock.forward(24 * 60 * 60_000);
    await work('P-1');
    assert.match(shown(await see('runbook do')), /workflows are off already, kept off by P-1/);
  });

  it('takes for done what another plan of its incident keeps off, and proves it by that', async () => {
    const night = unhurried(await estateBot());
    const { see, refused, work, clock, look, toy } = night;
    await see('declare Key in a log');
    await see('contain plan credential:c1 active:true');
    await see('contain run P-1');
    await work('P-1');
    clock.forward(24 * 60 * 60_000);
    await work('P-1');
    await look();
    await see('runbook start leaked-credential credential:c1');
    for (const line of ['do', 'done clean', 'do', 'done no', 'skip later']) {
      await see(`runbook ${line}`);
    }
    const closing = await see('runbook done');
    assert.equal(stepIn(closing), 'Close the entrance');
    assert.match(shown(closing), /; 2 workflows are off already, kept off by P-1"/);
    const proving = await see('runbook do');
    assert.match(shown(proving), /done: 2 workflows are off already, kept off by P-1/);
    assert.equal(stepIn(proving), 'Prove that it is closed');
    assert.ok(proving.next.includes('contain status P-1'));

    const again = await see('runbook do');
    assert.equal(again.outcome, 'open');
    assert.match((await refused('runbook done')).message, /is not done: w\d disable pending/);
    const charge = toy.workflows.get('charge') ?? assert.fail();
    charge.active = true;
    clock.forward(60 * 60_000);
    await work('P-1');
    assert.match((await refused('runbook done')).message, /w\d disable contradicted/);
    charge.active = false;
    await see('contain verify P-1');
    await work('P-1');
    clock.forward(24 * 60 * 60_000);
    await work('P-1');
    assert.equal(stepIn(await see('runbook done')), 'Say that the harm is contained');
  });

  it('is not told that Firebreak did what it did not do', async () => {
    const night = unhurried(await estateBot());
    const { see, refused, timeline } = night;
    await see('declare Key in a log');
    const claim = await see('runbook start leaked-credential credential:"Stripe live"');
    assert.equal(dataOf(claim).verifiedByFirebreak, true);
    const decide = await see('runbook done');
    assert.equal(dataOf(decide).verifiedByFirebreak, false);
    const adding = await see('runbook done clean');
    assert.deepEqual(adding.next, [
      'runbook do run:R-1 step:3',
      'runbook skip … run:R-1 step:3',
      'runbook assign … run:R-1 step:3',
      'runbook back run:R-1 step:3',
    ]);
    const outside = await refused('runbook done');
    assert.match(outside.message, /is not done: not in scope: w\d, w\d and w\d\.$/);
    assert.match(outside.hint ?? '', /`runbook do` does it/);
    await see(`scope add ${/w\d/.exec(outside.message)?.[0] ?? ''}`);
    assert.match((await refused('runbook done')).message, /not in scope: w\d and w\d\.$/);
    for (const line of ['do', 'done no', 'skip later', 'done', 'skip later', 'skip later']) {
      await see(`runbook ${line}`);
    }
    const before = await timeline();
    const phase = await refused('runbook done it is contained, really');
    assert.match(phase.message, /INC-1 is in analysis, not in eradication/);
    assert.deepEqual(await timeline(), before);
    await see('phase eradication');
    await see('runbook done');
    await see('runbook done now');
    await see('runbook done revoked in the dashboard');
    assert.equal(
      (await timeline()).findLast(({ kind }) => kind === 'runbook_step_done')?.text,
      'R-1 “Revoke it at the provider” done, says @ana; not verified by Firebreak: revoked in the dashboard',
    );
  });
});
