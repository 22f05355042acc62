import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { runbooksIn } from '../runbooks/load.ts';
import { estateBot } from '../testing/estate-bot.ts';
import { remindOverdue } from './remind-overdue.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const runbooks = runbooksIn(join(import.meta.dirname, '../../runbooks'), sha256);
const minuteMs = 60_000;

/** A run at its second step: five minutes, the commander's, who is Ana. */
async function atSecond() {
  const night = await estateBot();
  const { see, store, clock, timeline, opened } = night;
  await see('declare Stripe key leaked');
  await see('runbook start leaked-credential credential:"Stripe live"');
  await see('runbook do');
  const { recorder } = opened.options;
  /** One tick of a process that remembers nothing. */
  const tick = () =>
    remindOverdue({ store, runbooks, recorder, now: clock.now, newId: randomUUID });
  const told = async (handle: string) => {
    const { id } = await night.person(handle);
    const notices = await store.notices.since(id, new Date(0));
    return notices.map(({ text }) => text).filter((text) => text.includes('over its time'));
  };
  const recorded = async () =>
    (await timeline()).filter(({ kind }) => kind === 'runbook_step_overdue');
  return { ...night, tick, told, recorded };
}

describe('a step over its time', () => {
  it('is reminded of once, to whom it waits for, and later once to the commander', async () => {
    const { see, clock, tick, told, recorded } = await atSecond();
    await see('runbook assign @bo');
    await tick();
    assert.deepEqual(await recorded(), []);

    clock.forward(6 * minuteMs);
    await tick();
    await tick();
    const [toBo, ...rest] = await told('bo');
    assert.deepEqual(rest, []);
    assert.match(
      toBo ?? '',
      /^Step 2 of R-1 in INC-1 is 1 min over its time and waits for you: “Is the leaker.*`runbook next R-1`/,
    );
    assert.deepEqual(await told('ana'), []);
    assert.match(
      (await recorded())[0]?.text ?? '',
      /^R-1 “Is the leaker.* is 1 min over its time and waits for @bo\. @bo was reminded\.$/,
    );

    clock.forward(5 * minuteMs);
    await tick();
    await tick();
    assert.match((await told('ana'))[0] ?? '', /6 min over its time and waits for @bo/);
    assert.equal((await told('ana')).length, 1);
    assert.equal((await told('bo')).length, 1);
    assert.equal((await recorded()).length, 2);
  });

  it('is reminded of once by two processes, and a press beside it is no conflict', async () => {
    const { see, clock, tick, told, recorded, store } = await atSecond();
    clock.forward(6 * minuteMs);
    const [before] = await store.runbookRuns.overdue(clock.now());
    await Promise.all([tick(), tick(), tick()]);
    assert.equal((await recorded()).length, 1);
    assert.equal((await told('ana')).length, 1);
    const [after] = await store.runbookRuns.overdue(clock.now());
    assert.equal(after?.revision, before?.revision);
    await see('runbook done clean');
    clock.forward(60 * minuteMs);
    await see('runbook stop it was a drill');
    await tick();
    assert.equal((await recorded()).length, 1);
  });

  it('sends nothing to a chat while the incident is quiet, and is in the record all the same', async () => {
    const { see, clock, tick, told, recorded, store, person } = await atSecond();
    const { id } = await person('ana');
    await store.save({
      identities: [{ identity: 'slack:T1:UANA', person: id, name: 'ana', linkedAt: clock.now() }],
    });
    await see('quiet');
    clock.forward(6 * minuteMs);
    await tick();
    assert.equal((await told('ana')).length, 1);
    assert.equal((await recorded()).length, 1);
    assert.deepEqual(await store.outgoing.backlog(), []);
    await see('quiet off');
    clock.forward(5 * minuteMs);
    await tick();
    assert.deepEqual(
      (await store.outgoing.backlog()).map(({ surface, waiting }) => [surface, waiting]),
      [['slack', 1]],
    );
  });
});
