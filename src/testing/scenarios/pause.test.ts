/** Somebody pauses or cancels while one workflow is tried again and again: nothing more is written. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { shown } from '../bot.ts';
import type { EstateBot } from '../estate-bot.ts';
import { estateBot } from '../estate-bot.ts';
import { until } from '../until.ts';

const away = () =>
  new PlatformError('n8n', 'unavailable', 'n8n failed to switch workflows off (500).', {
    status: 500,
  });

/** P-1 is to disable four, of which the second cannot be. */
async function fourOfWhichOneFails(): Promise<EstateBot> {
  const night = await estateBot((toy) => {
    for (const id of ['a', 'b', 'c', 'd']) toy.add(id, { running: 1 });
    toy.pace = { ...toy.pace, burst: 4 };
  });
  await night.see('declare Worm');
  await night.see('contain plan w1 w2 w3 w4');
  await night.see('contain run P-1');
  night.toy.fail = (call) => (call === 'disable b' ? away() : undefined);
  return night;
}

/** Says a line while the platform is at this call for the first time, and keeps the answer. */
function sayDuring(
  { toy, see, timeline }: EstateBot,
  call: string,
  line: string,
): { readonly answer: () => string; readonly callsSince: () => readonly string[] } {
  let answer: string | undefined;
  let from = 0;
  toy.meanwhile = async (made) => {
    if (made !== call || answer !== undefined) return;
    answer = '';
    // What is told of a call is stored beside the next one.
    await until('w2 was set aside', async () =>
      (await timeline()).some(({ text = '' }) => text.includes('w2 “Workflow b” is set aside')),
    );
    answer = shown(await see(line, 'bo'));
    from = toy.calls.length;
  };
  return {
    answer: () => answer ?? assert.fail('nobody said it'),
    callsSince: () => toy.calls.slice(from),
  };
}

function isWrite(call: string): boolean {
  return /^(?:disable|stop|archive) /.test(call);
}

async function lastWords({ timeline }: EstateBot, words: string): Promise<readonly string[]> {
  const texts = (await timeline()).map(({ text }) => text ?? '');
  return texts.slice(texts.findIndex((text) => text.includes(words)));
}

describe('a pause while one workflow is tried again and again', () => {
  it('lets no call follow, names what may still be done, and goes on where it stood', async () => {
    const night = await fourOfWhichOneFails();
    const { answer, callsSince } = sayDuring(night, 'disable d', 'contain pause P-1 payroll runs');

    await night.work('P-1');

    assert.deepEqual(callsSince().filter(isWrite), []);
    assert.match(
      answer(),
      /w4 was asked for already, or about to be, and may still be done, but not asked for again\./,
    );
    assert.doesNotMatch(answer(), /w2/, 'no call of it is under way');
    assert.match(answer(), /w1.* switched off, but what runs of them is not stopped yet/);

    assert.match(
      shown(await night.see('contain status P-1')),
      /1 planned, 3 verified off with executions still to be stopped/,
    );

    night.toy.fail = () => undefined;
    await night.see('contain run P-1', 'bo');
    await night.work('P-1');

    assert.deepEqual(callsSince().filter(isWrite).slice(0, 1), ['disable b']);
    assert.deepEqual(callsSince().filter(isWrite).toSorted(), [
      'disable b',
      'stop a',
      'stop b',
      'stop c',
      'stop d',
    ]);
    const words = await lastWords(night, 'P-1 goes on');
    assert.equal(words[0], 'P-1 goes on: 5 actions left.');
    assert.equal(words.at(-1), 'P-1 has ended for 4 workflows: 4 verified.');
  });

  it('lets none follow between two rounds either, while what is off is verified', async () => {
    const night = await fourOfWhichOneFails();
    const { callsSince } = sayDuring(night, 'check-disabled', 'contain pause P-1 payroll runs');

    await night.work('P-1');

    assert.deepEqual(callsSince().filter(isWrite), []);
    assert.deepEqual(night.toy.calls.filter((call) => call === 'disable b').length, 2);
    assert.match(shown(await night.see('contain status P-1')), /paused/);
    assert.ok(
      (await lastWords(night, 'w1')).some((text) => /w1 .* is verified disabled/.test(text)),
    );
  });
});

describe('a cancel while one workflow is tried again and again', () => {
  it('lets no call follow, and says what was not done', async () => {
    const night = await fourOfWhichOneFails();
    const { callsSince } = sayDuring(night, 'check-disabled', 'contain cancel P-1 wrong key');

    await night.work('P-1');

    assert.deepEqual(callsSince().filter(isWrite), []);
    assert.deepEqual(await lastWords(night, 'P-1: could not'), [
      'P-1: could not disable w2 “Workflow b”. The platform was asked twice to disable it; each time it answered 500. The plan was cancelled before it was asked for again. It is NOT contained. Next: `contain plan w2`.',
      'P-1: w2 “Workflow b”: stopped cannot be verified. Nothing of it runs now, but its entrance is not shut, so more may start. What may still run of w2 uses no credential that could be taken from it. To end every run by hand: restart its process on its host, and its workers where it has any (with Docker: `docker restart <container>`).',
      'P-1 has ended for 4 workflows: 1 failed, 3 verified. w2 is NOT contained: it could not be disabled, and was on when it was last seen. `contain status P-1` tells what is left to try.',
    ]);
  });
});
