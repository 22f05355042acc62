import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { spansOf } from '../../domain/spans.ts';
import { bot, shown } from '../../testing/bot.ts';

describe('log', async () => {
  const night = await bot();
  const { see, refused, timeline, clock } = night;

  it('keeps when it happened apart from when it was written', async () => {
    await see('declare Key leaked');
    const view = await see('log add Ana saw the “first” beacon at:02:40.');
    assert.match(shown(view), /2026-11-22 02:40 CET \(01:40 UTC\): Ana saw the “first” beacon/);
    const [, event] = await timeline();
    assert.equal(event?.kind, 'note_added');
    assert.equal(event?.text, 'Ana saw the “first” beacon');
    assert.equal(event?.occurredAt.toISOString(), '2026-11-22T01:40:00.000Z');
    assert.equal(event?.recordedAt.toISOString(), '2026-11-22T03:00:00.000Z');
    assert.deepEqual(view.data['seq'], 2);
    await see('note the CFO was told');
    assert.equal((await timeline())[2]?.occurredAt.getTime(), clock.now().getTime());
  });

  it('reads times in the person’s own zone once they set one', async () => {
    await see('me zone America/New_York', 'bo');
    const view = await see('log add call from the bank at:"yesterday 20:00" in:INC-1', 'bo');
    assert.match(shown(view), /2026-11-20 20:00 EST \(2026-11-21 01:00 UTC\)/);
    assert.match(shown(await see('log show in:INC-1', 'bo')), /Times are in America\/New_York/);
  });

  it('is shown newest last, and says what it leaves out', async () => {
    const all = await see('log show');
    assert.match(shown(all), /Times are in Europe\/Berlin\."/);
    assert.match(shown(all), /"11-22 02:40:00 \(written 1 h later\)","ANA","Ana saw/);
    const last = await see('timeline 2');
    assert.match(shown(last), /2 earlier events are not shown: add `before:3`/);
    assert.equal(last.data['earlier'], 2);
    const older = await see('log show 1 before:3');
    assert.match(shown(older), /1 earlier event is not shown: add `before:2`/);
    assert.match(shown(older), /"2","11-22 02:40:00 \(written 1 h later\)","ANA","Ana saw/);
  });

  it('says what happened to an hour that clocks left out', async () => {
    const view = await see('log add old note at:2026-03-29 02:30');
    assert.match(shown(view), /left out 02:30; taken as 2026-03-29 03:30 CEST/);
  });

  it('shows escape sequences instead of obeying them', async () => {
    await see('log add evil \u001B[2J\u202Etxt');
    assert.equal((await timeline()).at(-1)?.text, 'evil ‹U+001B›[2J‹U+202E›txt');
  });

  it('asks for the time that was left out, and keeps colons within a sentence', async () => {
    const before = (await timeline()).length;
    for (const line of ['log add the bank called at:', 'log add the bank called in:']) {
      const problem = await refused(line);
      assert.equal(problem.code, 'bad_input');
      assert.match(problem.message, /“(?:at|in)” needs a value/);
    }
    assert.equal((await timeline()).length, before);
    await see('log add we looked at: the logs');
    await see('log add "what the bank asked at:"');
    assert.deepEqual(
      (await timeline()).slice(before).map(({ text }) => text),
      ['we looked at: the logs', 'what the bank asked at:'],
    );
  });

  it('refuses viewers, the future and bad input, and records nothing', async () => {
    const before = await timeline();
    assert.equal((await refused('log add hello', 'vic')).code, 'not_allowed');
    const future = await refused('log add hello at:14:05');
    assert.match(future.message, /2026-11-22 14:05 CET \(13:05 UTC\) is in the future/);
    assert.match(future.hint ?? '', /at:"yesterday 14:05"/);
    assert.match((await refused('log add hello at:noonish')).message, /“noonish” is no time/);
    assert.match(
      (await refused('log add hello at:"0001-01-01 00:00"')).message,
      /more than 10 years ago/,
    );
    assert.equal((await refused('log show INC-1')).hint, '`log show in:INC-1`');
    assert.equal((await refused('status P-4')).hint, '`contain status P-4`');
    assert.match((await refused('log add')).message, /“text” is missing/);
    assert.match((await refused('log show many')).message, /“many” is no number for “count”/);
    assert.match((await refused('log show 1000')).message, /“count” is at most 200/);
    assert.deepEqual(await timeline(), before);
  });

  it('takes a pasted secret out before it is stored or repeated, and says so', async () => {
    const other = await bot();
    await other.see('declare Leaked key sk_live_4eC39HqLyjWDarjtT1zdp7dc');
    const reply = await other.see('log add found sk_live_4eC39HqLyjWDarjtT1zdp7dc in a ticket');
    assert.match(shown(reply), /taken out of what you typed/);
    assert.doesNotMatch(shown(reply), /4eC39Hq/);
    const kept = JSON.stringify([await other.timeline(), await other.see('list')]);
    assert.doesNotMatch(kept, /4eC39Hq/);
    assert.match(kept, /in a ticket/);
  });

  it('shows backquotes in what somebody writes as theirs, not as a line to type', async () => {
    const { blocks } = await see('log add Ana typed `contain freeze prod`');
    const [first] = blocks;
    assert.ok(first?.kind === 'text');
    assert.ok(spansOf(first.text).every(({ kind }) => kind === 'plain'));
  });
});
