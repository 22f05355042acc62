/** One workflow of a plan fails: nobody waits for it, and it is asked again once the others are off. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Night } from '../sandbox-night.ts';
import { aNight } from '../sandbox-night.ts';

const does = { kind: 'fails', code: 'unavailable' } as const;
/** None of them waits for its next fire. */
const refs = 'w27 w28 w30 w36 w37 w44';
const cleanup = 'w30 “Address cleanup”';
const router = 'w37 “Partner webhook router”';
const returns = 'w36 “Return approved”';

/** P-2 is to disable six, with the yes of another person. */
async function sixAreApproved(): Promise<Night & { readonly idOf: (name: string) => string }> {
  const night = await aNight('Address cleanup');
  // Those that are off were seen so for longer than the platform takes to let go of them.
  night.clock.forward(4 * 60_000);
  await night.see('person add @ben "Ben Lind" may:responder,approver');
  await night.see(`contain plan ${refs}`);
  await night.see('contain approve P-2', 'ben');
  const workflows = (await night.estate('shop').look()).workflows();
  const idOf = (name: string): string => {
    const found = workflows.find((one) => one.name === name);
    if (!found) throw new Error(`The shop has no workflow ${name}.`);
    return found.id;
  };
  return { ...night, idOf };
}

/** What the timeline says of one, but for how many executions it happened to have. */
function about(words: readonly string[], what: string): readonly string[] {
  const told = words.filter((text) => text.includes(what));
  return told
    .filter((text) => !/sealed evidence|(?:to|not) stop/.test(text))
    .map((text) => text.replace(/that \d+ executions? ended/, 'that some ended'));
}

/** Where in the timeline these words stand. */
function place(words: readonly string[], text: string): number {
  const at = words.findIndex((one) => one.includes(text));
  assert.notEqual(at, -1, text);
  return at;
}

describe('one workflow of many that cannot be switched off', () => {
  it('is asked again when the others are verified, until the platform takes it', async () => {
    const { idOf, trouble, carryOut, wordsFrom } = await sixAreApproved();
    await trouble.make('5xx', {
      call: 'disable',
      workflow: idOf('Address cleanup'),
      times: 4,
      does,
    });

    await carryOut('contain run P-2', 'P-2');

    const words = await wordsFrom('P-2 started');
    assert.deepEqual(about(words, cleanup), [
      `P-2: ${cleanup} is set aside. The sandbox says that it cannot answer just now. Nobody waits for it: it is asked again once the others were, for 1 min at most.`,
      `P-2: the platform accepted to disable ${cleanup}; not verified yet. The platform was asked 5 times to disable it: 4 times it could not answer just then.`,
      `P-2: ${cleanup} is verified disabled.`,
      `P-2: ${cleanup} is verified stopped. It was stopped 2 times; the platform says that some ended by it.`,
    ]);
    const taken = place(words, `accepted to disable ${cleanup}`);
    for (const ref of ['w27', 'w28', 'w36', 'w37', 'w44']) {
      const verified = words.findIndex(
        (text) => text.startsWith(`P-2: ${ref} `) && text.includes('is verified stopped.'),
      );
      assert.ok(verified > 0 && verified < taken, `${ref} was verified behind the failing one`);
    }
    const stopped = place(words, `accepted to stop the executions of ${cleanup}`);
    assert.ok(stopped < taken, 'what runs of it was stopped with that of the others');
    assert.equal(words.at(-1), 'P-2 has ended for 6 workflows: 6 verified.');
  });

  it('fails after a minute of its own when it never is, as does a second one beside it', async () => {
    const { idOf, trouble, carryOut, wordsFrom, clock } = await sixAreApproved();
    for (const name of ['Address cleanup', 'Partner webhook router']) {
      await trouble.make(name, { call: 'disable', workflow: idOf(name), does });
    }
    const began = clock.now().getTime();

    await carryOut('contain run P-2', 'P-2');

    assert.ok(clock.now().getTime() - began < 120_000, 'their waits added up');
    const words = await wordsFrom('P-2 started');
    for (const what of [cleanup, router]) {
      assert.deepEqual(about(words, what).slice(0, 2), [
        `P-2: ${what} is set aside. The sandbox says that it cannot answer just now. Nobody waits for it: it is asked again once the others were, for 1 min at most.`,
        `P-2: could not disable ${what}. The sandbox says that it cannot answer just now. It failed for 51 s, however often it was tried; Firebreak tries for 1 min at most. The platform was asked 6 times to disable it; each time it could not answer just then. It is NOT contained. Left to try: archive it, with \`contain plan ${what.slice(0, 3)} else:archive\`.`,
      ]);
    }
    assert.ok(
      place(words, 'w44 “Checkout (legacy)” is verified stopped') < place(words, 'could not'),
    );
    assert.equal(
      words.at(-1),
      'P-2 has ended for 6 workflows: 2 failed, 4 verified. w30 and w37 are NOT contained: they could not be disabled, and were on when they were last seen. `contain status P-2` tells what is left to try.',
    );
  });
});

describe('one workflow of many whose executions cannot be stopped', () => {
  it('does not keep those of the others running', async () => {
    const { idOf, trouble, carryOut, wordsFrom } = await sixAreApproved();
    await trouble.make('5xx', { call: 'stop', workflow: idOf('Return approved'), times: 4, does });

    await carryOut('contain run P-2', 'P-2');

    const words = await wordsFrom('P-2 started');
    const stopped = place(words, `accepted to stop the executions of ${returns}`);
    assert.ok(place(words, 'w44 “Checkout (legacy)” is verified stopped') < stopped);
    assert.equal(words.at(-1), 'P-2 has ended for 6 workflows: 6 verified.');
  });
});

describe('one workflow of many that cannot be read', () => {
  it('is acted on when the others are off', async () => {
    const { idOf, trouble, carryOut, wordsFrom } = await sixAreApproved();
    await trouble.make('5xx', {
      call: 'observe',
      workflow: idOf('Return approved'),
      times: 4,
      does,
    });

    await carryOut('contain run P-2', 'P-2');

    const words = await wordsFrom('P-2 started');
    const sealed = place(words, `sealed evidence of ${returns}`);
    assert.ok(place(words, 'w44 “Checkout (legacy)” is verified stopped') < sealed);
    assert.equal(words.at(-1), 'P-2 has ended for 6 workflows: 6 verified.');
  });
});

describe('one workflow of many that drifts under the hand', () => {
  it('is left alone, and the others are contained', async () => {
    const { idOf, trouble, carryOut, wordsFrom } = await sixAreApproved();
    await trouble.make('drift', {
      call: 'observe',
      workflow: idOf('Return approved'),
      times: 1,
      does: { kind: 'drifts' },
    });

    await carryOut('contain run P-2', 'P-2');

    const words = await wordsFrom('P-2 started');
    assert.deepEqual(about(words, returns), [
      `P-2: did not disable ${returns}. It changed since the plan was made and is still on; run “scope sync” and plan it again.`,
    ]);
    assert.equal(
      words.at(-1),
      'P-2 has ended for 6 workflows: 1 skipped, 5 verified. w36 is NOT contained: it changed since the plan was made and is still on. Next: `scope sync`, then `contain plan w36`.',
    );
  });
});

describe('a platform that cannot switch off any of many', () => {
  it('is waited for as a whole, and has all of them off once it can', async () => {
    const { trouble, carryOut, wordsFrom, clock } = await sixAreApproved();
    await trouble.make('5xx', { call: 'disable', times: 20, does });
    const began = clock.now().getTime();

    await carryOut('contain run P-2', 'P-2');

    assert.ok(clock.now().getTime() - began < 120_000);
    const words = await wordsFrom('P-2 started');
    assert.equal(words.at(-1), 'P-2 has ended for 6 workflows: 6 verified.');
  });
});
