/** A platform does not answer about some of many: the others are contained meanwhile. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { PlatformError } from '../../errors.ts';
import { shown } from '../bot.ts';
import type { EstateBot } from '../estate-bot.ts';
import { estateBot } from '../estate-bot.ts';
import { until } from '../until.ts';

const timedOut = () =>
  new PlatformError('n8n', 'timed_out', 'n8n did not answer in time. The call may have happened.');

type Night = EstateBot & {
  /** Works at P-1 beside the test. */
  readonly begin: () => Promise<void>;
  /** Lets calls like these give no answer from now on; answers how many are open. */
  readonly hang: (...calls: readonly string[]) => void;
  /** Calls that are open just now. */
  readonly open: () => readonly string[];
  /** Every open call, or this one, gets its answer, or none: its time is over. */
  readonly answer: (call?: string) => void;
  readonly giveUp: (call?: string) => void;
  readonly words: () => Promise<readonly string[]>;
  readonly untilTold: (text: string) => Promise<void>;
};

const releases: (() => void)[] = [];

/** P-1 is to disable five, each of which runs once. */
async function fiveToContain(): Promise<Night> {
  const night = await estateBot((toy) => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) toy.add(id, { running: 1 });
    toy.pace = { ...toy.pace, burst: 3, holdsUpMs: 60 };
  });
  await night.see('declare Worm');
  await night.see('contain plan w1 w2 w3 w4 w5');
  await night.see('contain run P-1');
  const hanging = new Set<string>();
  const open: { readonly call: string; readonly end: PromiseWithResolvers<void> }[] = [];
  night.toy.meanwhile = (call) => {
    if (!hanging.has(call)) return undefined;
    const end = Promise.withResolvers<void>();
    open.push({ call, end });
    return end.promise;
  };
  const end = (call: string | undefined, how: (one: PromiseWithResolvers<void>) => void): void => {
    for (const one of open.filter((some) => call === undefined || some.call === call)) {
      how(one.end);
      open.splice(open.indexOf(one), 1);
    }
  };
  releases.push(() => {
    hanging.clear();
    end(undefined, ({ resolve }) => resolve());
  });
  const words = async () => (await night.timeline()).map(({ text }) => text ?? '');
  return {
    ...night,
    begin: () => night.work('P-1'),
    hang: (...calls) => {
      for (const call of calls) hanging.add(call);
    },
    open: () => open.map(({ call }) => call),
    answer: (call) => {
      hanging.clear();
      end(call, ({ resolve }) => resolve());
    },
    giveUp: (call) => end(call, ({ reject }) => reject(timedOut())),
    words,
    untilTold: (text) =>
      until(
        `it was told: ${text}`,
        async () => {
          return (await words()).some((one) => one.includes(text));
        },
        20_000,
      ),
  };
}

after(() => {
  for (const release of releases) release();
});

/** `w2 “Workflow b”` */
function named(ref: string): string {
  return `${ref} “Workflow ${'abcde'[Number(ref[1]) - 1]}”`;
}

async function untilStopped(night: Night, refs: readonly string[]): Promise<void> {
  for (const ref of refs) await night.untilTold(`P-1: ${named(ref)} is verified stopped.`);
}

function made(night: Night, call: string): number {
  return night.toy.calls.filter((one) => one === call).length;
}

describe('a workflow about which the platform gives no answer', () => {
  it('holds up nobody: the others are verified while its call is open, and a late yes counts', async () => {
    const night = await fiveToContain();
    night.hang('disable b');

    const work = night.begin();
    await untilStopped(night, ['w1', 'w3', 'w4', 'w5']);

    assert.deepEqual(night.open(), ['disable b'], 'it is neither cut nor made a second time');
    const told = await night.words();
    night.answer();
    await work;
    assert.equal(made(night, 'disable b'), 1);
    assert.deepEqual(
      told.filter((text) => text.includes(named('w2')) && text.includes('no answer')),
      [
        'P-1: no answer about w2 “Workflow b” came within 0 s. Nobody waits for it: its answer is taken beside the others.',
      ],
    );
    assert.ok(
      told.includes(
        'P-1: the platform accepted to stop the executions of w2 “Workflow b”; not verified yet. n8n lists 1 execution as stopped.',
      ),
      'what runs of it was stopped with that of the others',
    );
    assert.deepEqual((await night.words()).slice(told.length), [
      'P-1: the platform accepted to disable w2 “Workflow b”; not verified yet.',
      'P-1: w2 “Workflow b” is verified disabled.',
      'P-1: w2 “Workflow b” is verified stopped.',
      'P-1 has ended for 5 workflows: 5 verified.',
    ]);
  });

  it('is asked again when its time is over, and read back when that is in vain', async () => {
    const night = await fiveToContain();
    night.hang('disable b');

    const work = night.begin();
    await untilStopped(night, ['w1', 'w3', 'w4', 'w5']);
    for (let tries = 1; tries <= 4; tries += 1) {
      await until(`it was asked ${tries} times`, () => made(night, 'disable b') === tries);
      await until('its call is open', () => night.open().length === 1);
      night.giveUp();
    }
    await work;

    const words = await night.words();
    assert.equal(words.at(-1), 'P-1 has ended for 5 workflows: 5 verified.');
    assert.ok(words.some((text) => /w2 .* asked 4 times .* each time no answer/.test(text)));
  });

  it('is no more than one of several, whose calls are open together', async () => {
    const night = await fiveToContain();
    night.hang('disable a', 'disable b', 'disable d');

    const work = night.begin();
    await untilStopped(night, ['w3', 'w5']);

    assert.deepEqual(night.open().toSorted(), ['disable a', 'disable b', 'disable d']);
    night.giveUp('disable a');
    night.answer();
    await work;
    assert.equal((await night.words()).at(-1), 'P-1 has ended for 5 workflows: 5 verified.');
  });

  for (const call of ['observe b', 'capture b', 'stop b']) {
    it(`holds up nobody at \`${call}\` either`, async () => {
      const night = await fiveToContain();
      night.hang(call);

      const work = night.begin();
      await untilStopped(night, ['w1', 'w3', 'w4', 'w5']);

      assert.deepEqual(night.open(), [call]);
      night.answer();
      await work;
      assert.equal(made(night, call), 1);
      assert.equal((await night.words()).at(-1), 'P-1 has ended for 5 workflows: 5 verified.');
    });
  }
});

describe('a plan that is to go no further while a call gets no answer', () => {
  it('is paused with what is off verified, keeps the late yes, and goes on from there', async () => {
    const night = await fiveToContain();
    night.hang('disable b', 'disable e');

    const work = night.begin();
    await untilStopped(night, ['w1', 'w3', 'w4']);
    await until('both are open', () => night.open().length === 2);
    const answer = shown(await night.see('contain pause P-1 payroll runs', 'bo'));
    const before = night.toy.calls.filter(isWrite).length;
    night.giveUp('disable e');
    night.answer();
    await work;

    assert.match(answer, /w2 and w5 were asked for/);
    assert.deepEqual(night.toy.calls.filter(isWrite).slice(before), []);
    assert.ok((await night.words()).includes(`P-1: ${named('w2')} is verified disabled.`));

    await night.see('contain run P-1', 'bo');
    await night.work('P-1');
    assert.deepEqual(night.toy.calls.filter(isWrite).slice(before).toSorted(), [
      'disable e',
      'stop e',
    ]);
    assert.equal((await night.words()).at(-1), 'P-1 has ended for 5 workflows: 5 verified.');
  });

  it('is cancelled, and ends when the call has, without another one', async () => {
    const night = await fiveToContain();
    night.hang('disable b');

    const work = night.begin();
    await untilStopped(night, ['w1', 'w3', 'w4', 'w5']);
    await night.see('contain cancel P-1 wrong key', 'bo');
    const before = night.toy.calls.filter(isWrite).length;
    night.giveUp();
    await work;

    assert.deepEqual(night.toy.calls.filter(isWrite).slice(before), []);
    const words = await night.words();
    assert.ok(words.some((text) => text.includes(`${named('w2')} is verified disabled.`)));
    assert.match(words.at(-1) ?? '', /^P-1 has ended for 5 workflows: 5 verified/);
  });
});

function isWrite(call: string): boolean {
  return /^(?:disable|stop|archive) /.test(call);
}
