import assert from 'node:assert/strict';

import { z } from 'zod';

import { shippedPolicy } from '../approval-policy.ts';
import type { Reply } from '../domain/reply.ts';
import { isFinal } from '../domain/verification.ts';
import { PlatformError } from '../errors.ts';
import { contain } from '../jobs/contain.ts';
import { aFact } from './containment.ts';
import { untilDead, withCrashPoints } from './crash-points.ts';
import type { EstateBot } from './estate-bot.ts';
import type { StoryStep, verbs } from './story-steps.ts';
import { toyJobs } from './toy-platform.ts';
import { lookOnce } from './watch-story.ts';

const minuteMs = 60_000;

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
  /** It was started or went on, and was not paused, cancelled or finished since. */
  goesOn: boolean;
  /** What it has acted on. */
  readonly begun: Set<string>;
  /** Calls that may have been decided on before somebody said so. */
  stragglers: number;
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
  /** Levers that were pulled while no plan that names the target went on. */
  readonly strayActs: string[] = [];
  incident = '';
  #name = '';
  #refuses: { readonly call: string; readonly how: 'refused' | 'unavailable' } | undefined;
  #refusesLeft = 0;
  /** The last call to the platform failed, and is to be made again. */
  #hasFailed = false;

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
    else if ('refuses' in step) {
      this.#refuses = { call: step.refuses, how: step.how };
      this.#refusesLeft = step.how === 'refused' ? 1 : step.times;
    } else if ('move' in step) this.#move(this.workflows[step.move] ?? '', step.how);
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
    if (verb === 'pause' || verb === 'cancel') {
      plan.goesOn = false;
      plan.stragglers = this.#hasFailed ? 0 : 1;
    }
    if (verb === 'run') plan.goesOn = true;
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
    passed: (step: string) => Promise<void> = async () => {},
    assertAlive: () => void = () => {},
  ): Promise<void> {
    const { store, clock, toy } = this.night;
    const id = await this.idOf(plan);
    const alive = untilDead(toyJobs(store, clock, toy), assertAlive);
    const jobs = {
      ...withCrashPoints(alive, (step) => passed(step)),
      wait: async (ms: number, signal: AbortSignal) => {
        // A call is to be made again: nothing else is between its decision and its call then.
        if (this.#hasFailed) await passed('wait');
        await alive.wait(ms, signal);
      },
    };
    await contain(jobs, { plan: id }, new AbortController().signal);
    if ((await this.stateOf(plan)) !== 'running') plan.goesOn = false;
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
    this.#refuses = undefined;
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
    undo.goesOn = true;
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
      goesOn: false,
      begun: new Set(),
      stragglers: 0,
    };
    this.plans.push(plan);
    return plan;
  }

  async #hear(line: string, by: string): Promise<Reply> {
    const reply = await this.night.say(line, by);
    this.replies.push(reply);
    return reply;
  }

  async #work(plan: KnownPlan, point: number | 'wait', event: string): Promise<void> {
    let left = point === 'wait' ? 1 : point;
    let isDead = false;
    const assertAlive = () => {
      if (isDead) throw new Death();
    };
    const passed = async (step: string) => {
      assertAlive();
      if (point !== 'wait' || step === 'wait') left -= 1;
      else return;
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
    this.#noteAct(call);
    this.#hasFailed = false;
    const refuses = this.#refuses;
    if (!refuses || this.#refusesLeft === 0 || !call.startsWith(`${refuses.call} `))
      return undefined;
    this.#refusesLeft -= 1;
    this.#hasFailed = refuses.how === 'unavailable';
    const cause = new Error(`The header was: ${secretOfPlatform}`);
    return new PlatformError('n8n', refuses.how, 'The platform does not do that.', { cause });
  }

  #noteAct(call: string): void {
    const [lever, id = ''] = call.split(' ');
    if (lever !== 'disable' && lever !== 'stop' && lever !== 'enable') return;
    if (!this.workflows.includes(id)) return;
    const his = this.plans.filter(
      ({ undoes, targets }) => targets.has(id) && (undoes === undefined) === (lever !== 'enable'),
    );
    const ongoing = his.filter(({ goesOn }) => goesOn);
    for (const plan of ongoing) plan.begun.add(id);
    if (ongoing.length > 0) return;
    // What was switched off is stopped, too: only of others nothing is done any more.
    if (lever === 'stop' && his.some(({ begun }) => begun.has(id))) return;
    const decided = his.find(({ stragglers }) => stragglers > 0);
    if (decided) decided.stragglers -= 1;
    else this.strayActs.push(call);
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
