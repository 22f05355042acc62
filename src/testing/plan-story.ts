import assert from 'node:assert/strict';

import fc from 'fast-check';
import { z } from 'zod';

import { shippedPolicy } from '../approval-policy.ts';
import type { Reply } from '../domain/reply.ts';
import { isFinal } from '../domain/verification.ts';
import { PlatformError } from '../errors.ts';
import { contain } from '../jobs/contain.ts';
import { aFact } from './containment.ts';
import { untilDead, withCrashPoints } from './crash-points.ts';
import type { EstateBot } from './estate-bot.ts';
import { toyJobs } from './toy-platform.ts';
import { lookOnce } from './watch-story.ts';

/** Who says things. `bo` sees nothing of a private story. */
const speakers = ['ana', 'cy', 'bo'] as const;
const verbs = ['run', 'approve', 'undo', 'deny', 'pause', 'cancel'] as const;
const minuteMs = 60_000;

const someone = fc.constantFrom('ana', ...speakers);
const aPlan = fc.nat(2);

const proposing = fc.record({ plan: fc.constantFrom('few', 'many'), by: someone });

/** One thing that happens; plans and workflows by position. */
const aStep = fc.oneof(
  { weight: 2, arbitrary: proposing },
  {
    weight: 5,
    arbitrary: fc.record({
      say: fc.constantFrom('run', 'run', 'approve', 'undo', ...verbs),
      about: aPlan,
      by: someone,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      work: aPlan,
      /** Behind so many effects the process dies, or somebody says something about the plan. */
      point: fc.nat(25),
      event: fc.constantFrom('die', 'pause', 'cancel', 'nothing'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(4, 16, 31) }) },
  {
    weight: 1,
    arbitrary: fc.record({ move: fc.nat(6), how: fc.constantFrom('edit', 'switch on') }),
  },
  { weight: 2, arbitrary: fc.constant({ look: 'watch' } as const) },
  { weight: 1, arbitrary: fc.record({ refuses: fc.constantFrom('disable', 'stop', 'capture') }) },
);
export type StoryStep = typeof aStep extends fc.Arbitrary<infer Step> ? Step : never;

const stepsAtMost = 14;

/** A beginning by which something is under way: left to chance, most stories never act. */
const underWay: readonly StoryStep[] = [
  { plan: 'few', by: 'ana' },
  { say: 'run', about: 0, by: 'ana' },
];

/** What happens in one story, which begins with a plan; in every second one it is started. */
export const someSteps: fc.Arbitrary<readonly StoryStep[]> = fc
  .tuple(
    fc.oneof(
      proposing.map((first) => [first]),
      fc.constant(underWay),
    ),
    fc.array(aStep, { minLength: 6, maxLength: stepsAtMost, size: 'max' }),
  )
  .map(([first, others]) => [...first, ...others]);

/** A story in which all goes on to its end, though a process dies. */
export const wholeStory: readonly StoryStep[] = [
  { plan: 'many', by: 'ana' },
  { say: 'approve', about: 0, by: 'cy' },
  { say: 'run', about: 0, by: 'ana' },
  { work: 0, point: 9, event: 'die' },
  { work: 0, point: 0, event: 'nothing' },
  { look: 'watch' },
  { move: 2, how: 'switch on' },
  { look: 'watch' },
  { say: 'undo', about: 0, by: 'ana' },
  { work: 1, point: 7, event: 'die' },
  { look: 'watch' },
];

/** What a story knows of a plan by itself, without asking the store. */
export type KnownPlan = {
  readonly name: string;
  readonly by: string;
  readonly isAlone: boolean;
  readonly targets: ReadonlySet<string>;
  readonly undoes?: KnownPlan;
  readonly madeAt: number;
  readonly yes: Map<string, number>;
  isOver: boolean;
  isStarted: boolean;
};

/** The process of a job that dies. */
class Death extends Error {}

const planOfReply = z.object({ plan: z.object({ name: z.string() }) });
/** Part of what a platform's failure carries with it, and nobody may ever see. */
export const secretOfPlatform = 'toy-key-that-nobody-may-see';

/** One incident on an estate of seven workflows of its own, and all that happens to it. */
export class PlanStory {
  readonly night: EstateBot;
  readonly tag: string;
  readonly isPrivate: boolean;
  readonly plans: KnownPlan[] = [];
  /** Workflows that somebody else has touched. */
  readonly moved = new Set<string>();
  readonly replies: Reply[] = [];
  incident = '';
  #name = '';
  #refuses = '';

  constructor(night: EstateBot, tag: string, isPrivate: boolean) {
    this.night = night;
    this.tag = tag;
    this.isPrivate = isPrivate;
  }

  get workflows(): readonly string[] {
    return [1, 2, 3, 4, 5, 6, 7].map((number) => `${this.tag}w${number}`);
  }

  /** Declares on a later day, so that no story counts against the next one's caps. */
  async begin(): Promise<void> {
    const { night, tag } = this;
    night.clock.forward(25 * 60 * minuteMs);
    for (const [index, id] of this.workflows.entries()) {
      const hosts = [aFact('host', `${tag}.example`)];
      if (index < 3) hosts.push(aFact('host', `few.${tag}.example`));
      night.toy.add(id, { name: `Flow ${id}`, facts: hosts, running: index % 2 });
    }
    await night.look();
    await night.see(`declare Leak of ${tag}`);
    if (this.isPrivate) {
      await night.see('private on');
      await night.see('private add @cy');
    }
    const ana = await night.person('ana');
    const [newest] = await night.store.incidents.list(ana.id, { closed: false, limit: 1 });
    assert.ok(newest);
    this.incident = newest.id;
    this.#name = newest.name;
    night.toy.fail = (call) => this.#failureOf(call);
  }

  sees(who: string): boolean {
    return !this.isPrivate || who !== 'bo';
  }

  async play(step: StoryStep): Promise<void> {
    const { night } = this;
    if ('wait' in step) night.clock.forward(step.wait * minuteMs);
    else if ('look' in step) await lookOnce(this);
    else if ('refuses' in step) this.#refuses = step.refuses;
    else if ('move' in step) this.#move(this.workflows[step.move] ?? '', step.how);
    else if ('plan' in step) await this.#plan(step);
    else {
      const plan = this.plans[('say' in step ? step.about : step.work) % this.plans.length];
      if (!plan) return;
      if ('say' in step) await this.say(step.say, plan, step.by);
      else await this.#work(plan, step.point, step.event);
    }
  }

  /** Says `contain <verb> <plan>` and keeps what the model must know of it. */
  async say(verb: (typeof verbs)[number], plan: KnownPlan, by: string): Promise<Reply> {
    const now = this.night.clock.now().getTime();
    const before = await this.stateOf(plan);
    const reply = await this.#hear(`contain ${verb} ${plan.name}`, by);
    if (reply.kind === 'problem') return reply;
    assert.ok(this.sees(by), 'who may not see it may not act on it');
    if (verb === 'approve') plan.yes.set(by, now);
    if (verb === 'deny' || verb === 'cancel') plan.isOver = true;
    if (verb === 'run' && before !== 'running' && before !== 'paused') {
      assert.ok(mayStart(plan, now), `${plan.name} was started by ${by} without leave`);
      plan.isStarted = true;
    }
    if (verb === 'undo') this.#learnUndo(plan, reply, by);
    return reply;
  }

  /** Does the job of a plan once, as a worker would. */
  async work(
    plan: KnownPlan,
    passed: () => Promise<void> = async () => {},
    assertAlive: () => void = () => {},
  ): Promise<void> {
    const { store, clock, toy } = this.night;
    const id = await this.idOf(plan);
    const alive = untilDead(toyJobs(store, clock, toy), assertAlive);
    const jobs = withCrashPoints(alive, passed);
    await contain(jobs, { plan: id }, new AbortController().signal);
  }

  async idOf(plan: KnownPlan): Promise<string> {
    const ana = await this.night.person('ana');
    const found = await this.night.store.plans.byName(plan.name, ana.id);
    assert.ok(found, `${plan.name} is stored`);
    return found.id;
  }

  async stateOf(plan: KnownPlan): Promise<string | undefined> {
    return this.night.store.plans.state(await this.idOf(plan));
  }

  /** Everything that is under way ends, and all of it is taken back. */
  async end(): Promise<void> {
    this.#refuses = '';
    for (const plan of this.plans) {
      const state = await this.stateOf(plan);
      if (state === 'paused' || state === 'proposed' || state === 'approved') {
        await this.say('cancel', plan, plan.by);
      }
      await this.work(plan);
      if (plan.isStarted) await this.#assertEnded(plan);
    }
    // What another plan keeps off stays so until that one is taken back: hence each twice.
    for (const plan of [...this.plans, ...this.plans]) {
      if (plan.undoes || !plan.isStarted) continue;
      await this.say('undo', plan, 'ana');
      for (const undo of this.plans.filter(({ undoes }) => undoes === plan)) {
        await this.work(undo);
        await this.#assertEnded(undo);
      }
    }
  }

  async #assertEnded(plan: KnownPlan): Promise<void> {
    const { plans } = this.night.store;
    const stored = await plans.byId(await this.idOf(plan));
    const open = (await plans.actions(stored?.id ?? '')).filter((action) => !isFinal(action));
    const words = open.map(({ lever, workflow, state }) => `${lever} ${workflow} ${state}`);
    assert.deepEqual(words, [], `${plan.name} (${stored?.state}) leaves nothing open`);
    assert.ok(stored?.finishedAt, `${plan.name} has ended`);
  }

  async #plan({ plan, by }: Extract<StoryStep, { plan: unknown }>): Promise<void> {
    const host = plan === 'few' ? `few.${this.tag}.example` : `${this.tag}.example`;
    const reply = await this.#hear(`contain plan host:${host} in:${this.#name}`, by);
    if (reply.kind === 'problem') return;
    this.#learn(reply, { by, targets: this.workflows.slice(0, plan === 'few' ? 3 : 7) });
  }

  #learnUndo(undoes: KnownPlan, reply: Reply, by: string): void {
    const { name } = planOfReply.parse(reply.kind === 'view' ? reply.data : {}).plan;
    if (this.plans.some((known) => known.name === name)) return;
    const undo = this.#learn(reply, { by, targets: [...undoes.targets], undoes });
    // Nobody else has to agree, as no credential is in doubt.
    undo.isStarted = true;
  }

  #learn(
    reply: Reply,
    { by, targets, undoes }: { by: string; targets: readonly string[]; undoes?: KnownPlan },
  ): KnownPlan {
    const { name } = planOfReply.parse(reply.kind === 'view' ? reply.data : {}).plan;
    const plan: KnownPlan = {
      name,
      by,
      isAlone: targets.length <= (shippedPolicy.classes.R1.targetsAtMost ?? 0),
      targets: new Set(targets),
      ...(undoes ? { undoes } : {}),
      madeAt: this.night.clock.now().getTime(),
      yes: new Map(),
      isOver: false,
      isStarted: false,
    };
    this.plans.push(plan);
    return plan;
  }

  async #hear(line: string, by: string): Promise<Reply> {
    const reply = await this.night.say(line, by);
    this.replies.push(reply);
    return reply;
  }

  async #work(plan: KnownPlan, point: number, event: string): Promise<void> {
    let left = point;
    let isDead = false;
    const assertAlive = () => {
      if (isDead) throw new Death();
    };
    const passed = async () => {
      assertAlive();
      left -= 1;
      if (left !== 0) return;
      isDead = event === 'die';
      assertAlive();
      if (event === 'pause' || event === 'cancel') await this.say(event, plan, plan.by);
    };
    try {
      await this.work(plan, passed, assertAlive);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    }
  }

  #move(id: string, how: 'edit' | 'switch on'): void {
    const workflow = this.night.toy.workflows.get(id);
    if (!workflow) return;
    if (how === 'edit') workflow.version += 1;
    else workflow.active = true;
    this.moved.add(id);
  }

  #failureOf(call: string): Error | undefined {
    if (this.#refuses === '' || !call.startsWith(`${this.#refuses} `)) return undefined;
    this.#refuses = '';
    const cause = new Error(`The header was: ${secretOfPlatform}`);
    return new PlatformError('n8n', 'refused', 'The platform refuses that.', { cause });
  }
}

/** Whether the shipped policy lets a plan be started, worked out from what was said alone. */
function mayStart(plan: KnownPlan, now: number): boolean {
  if (plan.isOver || plan.isStarted) return false;
  const { R1, R2 } = shippedPolicy.classes;
  const lifeMs = plan.isAlone ? R1.lifeMs : R2.lifeMs;
  const yeses = [...plan.yes].filter(([who]) => who !== plan.by).map(([, at]) => at);
  const from = yeses.length > 0 ? Math.max(...yeses) : plan.madeAt;
  return (plan.isAlone || yeses.length > 0) && now < from + lifeMs;
}
