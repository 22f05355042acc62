/** Whatever is contained and taken back, in whatever order, in the end all is as it was. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import { z } from 'zod';

import type { SandboxBot } from '../sandbox-bot.ts';
import { sandboxBot } from '../sandbox-bot.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Nights on one instance; each begins where the last one ended. */
const nights = 3;

/** Contain some workflows (by position), or take the plan at a position back. */
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ contain: fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ undo: fc.nat(8) }) },
);

const hits = z.object({ hits: z.array(z.object({ ref: z.string() })) });
const plans = z.object({ plan: z.object({ name: z.string() }) });

describe('undo after containment', () => {
  it('is identity on what runs and what is listed as on', async () => {
    const bot = await sandboxBot();
    await bot.see('declare Some or other severity:sev2');
    // Off are some of them, too; those that a clock starts would take days to verify, each time.
    const { data } = await bot.see('scope find NOT node:scheduletrigger limit:100');
    const refs = hits.parse(data).hits.map(({ ref }) => ref);
    const before = await activations(bot);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (steps) => {
        const made: string[] = [];
        for (const one of steps) {
          if ('contain' in one) {
            const some = one.contain.flatMap((at) => refs[at % refs.length] ?? []);
            const plan = await contained(bot, [...new Set(some)]);
            if (plan !== undefined) made.push(plan);
          } else {
            await takenBack(
              bot,
              made.filter((_, at) => at === one.undo % made.length),
            );
          }
        }
        await allTakenBack(bot, made);
        assert.deepEqual(await activations(bot), before);
      }),
      { numRuns: nights, endOnFailure: true },
    );
  });
});

/** @returns the name of the plan, unless it was refused */
async function contained(bot: SandboxBot, refs: readonly string[]): Promise<string | undefined> {
  // Within an hour one person may disable so many alone.
  bot.clock.forward(hourMs);
  const answer = await bot.say(`contain plan ${refs.join(' ')}`);
  if (answer.kind === 'problem') return undefined;
  const { name } = plans.parse(answer.data).plan;
  const run = await bot.say(`contain run ${name}`);
  // With an error workflow they may be more than one person may disable.
  if (run.kind === 'problem') {
    await bot.see(`contain cancel ${name}`);
    return undefined;
  }
  await bot.work(name);
  await bot.look();
  return name;
}

/**
 * What another plan keeps off, and what calls something that is off, is refused until that one is
 * taken back: hence all of them again, as long as there is something to take back.
 */
async function allTakenBack(bot: SandboxBot, made: readonly string[]): Promise<void> {
  for (const _ of made) if (!(await takenBack(bot, made))) return;
}

/** @returns true when there was something to take back */
async function takenBack(bot: SandboxBot, names: readonly string[]): Promise<boolean> {
  let some = false;
  for (const name of names) {
    const answer = await bot.say(`contain undo ${name}`);
    if (answer.kind === 'problem') {
      assert.match(answer.message, /switched nothing off that is not on again/);
      continue;
    }
    some = true;
    await bot.work(plans.parse(answer.data).plan.name);
    await bot.look();
  }
  return some;
}

/** Once all that takes a while has happened. */
async function activations(bot: SandboxBot): Promise<readonly string[]> {
  bot.clock.forward(dayMs);
  return [
    ...(await bot.estate('shop').activations()),
    ...(await bot.estate('office').activations()),
  ];
}
