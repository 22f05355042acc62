import assert from 'node:assert/strict';

import fc from 'fast-check';
import { z } from 'zod';

import { unchanged } from '../platforms/sandbox/model.ts';
import { Trouble } from '../platforms/sandbox/trouble.ts';
import type { SandboxBot } from './sandbox-bot.ts';
import { sandboxBot } from './sandbox-bot.ts';

const names = ['Stripe live', 'Stripe test', 'Customers DB'] as const;
const people = ['operator', 'ben', 'cem'] as const;
const verbs = ['approve', 'deny', 'cancel', 'run'] as const;
const troubles = [
  { call: 'withdraw', does: { kind: 'lies', how: 'stays active' } },
  { call: 'withdraw', does: { kind: 'cuts', when: 'after' }, times: 1 },
  { call: 'withdraw', does: { kind: 'cuts', when: 'before' }, times: 1 },
  { call: 'lock', does: { kind: 'cuts', when: 'after' }, times: 1 },
] as const;

const aName = fc.nat(names.length - 1);

/** One thing that happens around credentials; plans by position, newest first. */
const aStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ plan: fc.constantFrom('revoke', 'delete'), of: aName }) },
  {
    weight: 6,
    arbitrary: fc.record({
      say: fc.constantFrom('approve', 'run', ...verbs),
      about: fc.nat(2),
      by: fc.constantFrom(...people),
    }),
  },
  { weight: 4, arbitrary: fc.record({ through: fc.constantFrom('revoke', 'delete'), of: aName }) },
  { weight: 2, arbitrary: fc.record({ scope: fc.constantFrom('add', 'drop'), of: aName }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom(5, 31) }) },
  { weight: 1, arbitrary: fc.record({ trouble: fc.nat(troubles.length - 1) }) },
  { weight: 1, arbitrary: fc.constant({ trouble: 'none' } as const) },
);
type DeletionStep = typeof aStep extends fc.Arbitrary<infer Step> ? Step : never;

/** All goes well, so that a deletion is part of every run of stories. */
const wholeStory: readonly DeletionStep[] = [
  { plan: 'delete', of: 0 },
  { plan: 'revoke', of: 0 },
  { say: 'approve', about: 0, by: 'ben' },
  { say: 'run', about: 0, by: 'operator' },
  { plan: 'delete', of: 0 },
  { say: 'approve', about: 0, by: 'ben' },
  { scope: 'add', of: 1 },
  { say: 'run', about: 0, by: 'operator' },
  { scope: 'drop', of: 1 },
  { say: 'run', about: 0, by: 'operator' },
];

const planOfReply = z.object({ plan: z.object({ name: z.string() }) });
const listed = z.object({ credentials: z.array(z.object({ ref: z.string(), name: z.string() })) });

/** A plan as the story knows it by what was said alone. */
type KnownPlan = {
  readonly name: string;
  readonly does: 'revoke' | 'delete';
  readonly id: string;
  readonly yes: Set<string>;
};

/**
 * One incident on the sandbox, in which people revoke and delete credentials at random.
 *
 * What is final is read off the provider itself, never off what Firebreak has recorded of it.
 */
class DeletionStory {
  readonly #bot: SandboxBot;
  readonly #refs: readonly string[];
  readonly #ids: readonly string[];
  readonly #plans: KnownPlan[] = [];
  readonly #scope = new Set<string>();
  #incident = '';

  constructor(bot: SandboxBot, credentials: { refs: readonly string[]; ids: readonly string[] }) {
    this.#bot = bot;
    this.#refs = credentials.refs;
    this.#ids = credentials.ids;
  }

  async begin(): Promise<void> {
    const { clock, estate, look, see } = this.#bot;
    clock.forward(25 * 60 * 60_000);
    await estate('shop').change(({ changes }) => Object.assign(changes, unchanged(clock.now())));
    await look();
    const declared = await see('declare Keys in a paste severity:sev2');
    this.#incident = /INC-\d+/.exec(declared.title)?.[0] ?? '';
  }

  /** How many credentials are gone. */
  async deleted(): Promise<number> {
    return Object.keys(await this.#deletions()).length;
  }

  async play(step: DeletionStep): Promise<void> {
    const { clock, estate } = this.#bot;
    if ('wait' in step) clock.forward(step.wait * 60_000);
    else if ('trouble' in step) {
      const trouble = new Trouble(estate('shop'));
      if (step.trouble === 'none') await trouble.end('it');
      else await trouble.make('it', troubles[step.trouble] ?? troubles[0]);
    } else if ('through' in step) await this.#through(step.through, step.of);
    else if ('scope' in step) await this.#rescope(step.scope, step.of);
    else if ('plan' in step) await this.#plan(step.plan, step.of);
    else await this.#say(step.say, step.about, step.by);
  }

  async #rescope(how: 'add' | 'drop', of: number): Promise<void> {
    const reply = await this.#bot.say(`scope ${how} ${this.#refs[of]} in:${this.#incident}`);
    if (reply.kind === 'problem') return;
    if (how === 'add') this.#scope.add(this.#ids[of] ?? '');
    else this.#scope.delete(this.#ids[of] ?? '');
  }

  async #plan(does: 'revoke' | 'delete', of: number): Promise<void> {
    const reply = await this.#bot.say(`cred ${does} ${this.#refs[of]} in:${this.#incident}`);
    if (reply.kind === 'problem') return;
    // What is dead already needs no plan.
    const planned = planOfReply.safeParse(reply.data);
    if (!planned.success) return;
    const { name } = planned.data.plan;
    this.#plans.unshift({ name, does, id: this.#ids[of] ?? '', yes: new Set() });
  }

  /** Left to chance alone, few plans would come to their run. */
  async #through(does: 'revoke' | 'delete', of: number): Promise<void> {
    await this.#plan(does, of);
    await this.#say('approve', 0, 'ben');
    await this.#say('run', 0, 'operator');
  }

  async #say(verb: (typeof verbs)[number], about: number, by: string): Promise<void> {
    const plan = this.#plans[about % this.#plans.length];
    if (plan === undefined) return;
    const who = by === 'operator' ? undefined : by;
    const before = await this.#deletions();
    const reply = await this.#bot.say(`contain ${verb} ${plan.name}`, who);
    if (reply.kind === 'problem') return;
    if (verb === 'approve') plan.yes.add(by);
    if (verb !== 'run') return;
    if (plan.does === 'delete') await this.#assertMayDelete(plan);
    await this.#bot.work(plan.name);
    const after = await this.#deletions();
    const gone = Object.keys(after).filter((id) => before[id] === undefined);
    assert.ok(
      gone.every((id) => plan.does === 'delete' && id === plan.id),
      `${plan.name}: ${gone.join()}`,
    );
  }

  /** I4, at the moment at which the plan is set going. */
  async #assertMayDelete({ name, id, yes }: KnownPlan): Promise<void> {
    const { changes } = await this.#bot.estate('shop').look();
    for (const one of [id, ...this.#scope]) {
      assert.ok(changes.withdrawn[one] !== undefined, `${name} runs while ${one} is alive`);
    }
    assert.ok(
      [...yes].some((who) => who === 'ben'),
      `${name} runs without an approver's yes`,
    );
  }

  async #deletions(): Promise<Readonly<Record<string, number>>> {
    const { changes } = await this.#bot.estate('shop').look();
    for (const [id, at] of Object.entries(changes.deleted)) {
      const dead = changes.withdrawn[id];
      assert.ok(dead !== undefined && dead <= at, `${id} was deleted before it was dead`);
    }
    return changes.deleted;
  }
}

/**
 * I4 over many stories: nothing is deleted that its provider still accepts, nor while anything else
 * of the incident is alive, nor without the yes of an approver.
 *
 * @returns how many credentials were deleted
 */
export async function tellDeletions(numRuns: number): Promise<number> {
  const bot = await sandboxBot();
  await bot.see('person add @ben "Ben Lind" may:responder,approver');
  await bot.see('person add @cem "Cem Ay" may:responder');
  // A fresh approver's yes does not count.
  bot.clock.forward(25 * 60 * 60_000);
  const refs: string[] = [];
  for (const name of names) {
    const { credentials } = listed.parse((await bot.see(`cred list "${name}"`)).data);
    refs.push(credentials.find((one) => one.name === name)?.ref ?? assert.fail(name));
  }
  const { base } = await bot.estate('shop').look();
  const ids = names.map(
    (name) => base.credentials.find((one) => one.name === name)?.id ?? assert.fail(name),
  );
  let deleted = 0;
  const steps = fc.array(aStep, { minLength: 6, maxLength: 16, size: 'max' });
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const told = new DeletionStory(bot, { refs, ids });
      await told.begin();
      for (const step of story) await told.play(step);
      deleted += await told.deleted();
    }),
    { numRuns, examples: [[[...wholeStory]]] },
  );
  return deleted;
}
