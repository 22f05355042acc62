import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { acquittalEvent, convictionEvent } from '../domain/conviction.ts';
import { holdersOf } from '../domain/holders.ts';
import { verifyAgain } from '../domain/plan-life.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { watch } from './watch.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;
const webhook = { kind: 'webhook', value: 'pay', method: 'POST', in: 'both' } as const;

type Night = Engine & {
  readonly plan: Plan;
  /** Has the address of a while the plan is verified again, or while it is watched. */
  readonly held: (by: string, during: () => Promise<unknown>) => Promise<void>;
  readonly verify: () => Promise<Action>;
  readonly tick: () => Promise<void>;
  readonly entrance: () => Promise<Action>;
  readonly by: () => Promise<Parameters<typeof verifyAgain>[2]>;
};

/** Workflow a, which is contained and verified, and b, which is off. */
async function contained(): Promise<Night> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a', { facts: [webhook] });
      toy.add('b', { active: false, facts: [webhook] });
    },
  });
  const { store, clock, toy } = engine;
  const plan = await engine.planned();
  await engine.drive(plan);
  const context = toyJobs(store, clock, toy);
  const entrance = async () => (await engine.actions(plan))[0] ?? assert.fail('No action.');
  const by = async () => {
    const person = await store.people.byId(store.instance.operator);
    return { person: person ?? assert.fail(), source: 'cli', now: clock.now() } as const;
  };
  return {
    ...engine,
    plan,
    entrance,
    by,
    async held(holder, during) {
      const workflow = toy.workflows.get('a') ?? assert.fail();
      workflow.heldBy = holder;
      workflow.doubts = [`“Workflow ${holder}” answers: contain it too.`];
      await during();
      delete workflow.heldBy;
      workflow.doubts = [];
      clock.forward(minuteMs);
    },
    async verify() {
      const current = (await store.plans.byId(plan.id)) ?? assert.fail();
      await store.save(verifyAgain(current, await engine.actions(plan), await by()));
      await engine.drive(plan);
      return entrance();
    },
    async tick() {
      clock.forward(minuteMs);
      const [connection = ''] = await store.watch.connections();
      await watch(context, { connection, at: clock.now().toISOString() }, never);
    },
  };
}

const taken = async ({ timeline }: Engine) =>
  (await timeline()).filter(({ kind }) => kind === 'address_taken').map(({ text }) => text);

const canAgain =
  /^w2 “Workflow b” answered at its address at [\d-]+ [\d:]+ UTC, and can again: contain it too, `contain plan w2`\.$/;

const hasNow =
  /^w2 “Workflow b” has its address now \(it answered at [\d-]+ [\d:]+ UTC\): contain it too, `contain plan w2`\.$/;

describe('who was seen at the address of what is contained', () => {
  it('by a verification is not forgotten by the next, which no longer sees it', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    assert.equal((await night.entrance()).state, 'unverifiable');
    assert.equal(
      (await night.entrance()).reason,
      '“Workflow b” answers: contain it too. “Workflow b” is w2: `contain plan w2`.',
    );
    const again = await night.verify();
    assert.equal(again.state, 'unverifiable');
    assert.match(again.reason ?? '', canAgain);
    assert.match((await night.verify()).reason ?? '', canAgain);
  });

  it('by the watch is told of once, and not forgotten by the next verification', async () => {
    const night = await contained();
    await night.held('b', night.tick);
    assert.equal((await night.entrance()).state, 'unverifiable');
    await night.tick();
    const [text = '', ...more] = await taken(night);
    assert.match(
      text,
      /^P-1: w1 “Workflow a” may be reached: w2 “Workflow b” has its address now \(it answered at .* UTC\)\. Next: `contain plan w2`\.$/,
    );
    assert.deepEqual(more, []);
    assert.match((await night.verify()).reason ?? '', canAgain);
  });

  it('by a whole look is not forgotten once it is off', async () => {
    const night = await contained();
    const taker = night.toy.workflows.get('b') ?? assert.fail();
    taker.active = true;
    night.clock.forward(minuteMs);
    await night.look();
    assert.equal((await night.entrance()).state, 'contradicted');
    taker.active = false;
    const again = await night.verify();
    assert.equal(again.state, 'unverifiable');
    assert.match(again.reason ?? '', /^w2 “Workflow b” was published at its address at/);
  });

  it('is told of when it has the address although it was only feared to have it again', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    assert.match((await night.verify()).reason ?? '', canAgain);
    await night.tick();
    const before = (await taken(night)).length;
    await night.held('b', night.tick);
    assert.equal((await taken(night)).length, before + 1);
    const there = await night.entrance();
    assert.equal(there.state, 'unverifiable');
    assert.match(there.reason ?? '', hasNow);
    assert.deepEqual(there.settledAt, holdersOf(there)[0]?.at);
    await night.tick();
    assert.match((await night.entrance()).reason ?? '', canAgain);
    assert.equal((await taken(night)).length, before + 1);
    await night.held('b', night.tick);
    assert.equal((await taken(night)).length, before + 2);
  });

  it('is known to every plan of the incident that contains the same', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    (night.toy.workflows.get('a') ?? assert.fail()).active = true;
    await night.look();
    const second = await night.planned();
    await night.drive(second);
    const [entrance] = await night.actions(second);
    assert.equal(entrance?.state, 'unverifiable');
    assert.match(entrance?.reason ?? '', canAgain);
  });

  it('and was deleted since, is said and is no doubt', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    night.toy.workflows.delete('b');
    const again = await night.verify();
    assert.equal(again.state, 'verified');
    const said = again.proofs.filter(({ finding }) => finding === 'silent');
    assert.match(
      said.map(({ text }) => text).join(),
      /^w2 “Workflow b” answered at its address at .* UTC; it is no longer listed: deleted, or hidden from us\.$/,
    );
  });

  it('and is contained since by the same incident, is said and is no doubt', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    (night.toy.workflows.get('b') ?? assert.fail()).active = true;
    await night.look();
    await night.drive(await night.planned());
    const again = await night.verify();
    assert.equal(again.state, 'verified');
    assert.match(again.proofs.map(({ text }) => text).join(' '), /UTC; P-2 keeps it off\./);
  });

  it('is told of anew when it has the address again after it was explained away', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    (night.toy.workflows.get('b') ?? assert.fail()).active = true;
    await night.look();
    await night.drive(await night.planned());
    assert.equal((await night.verify()).state, 'verified');
    const before = (await taken(night)).length;
    await night.held('b', night.tick);
    assert.equal((await night.entrance()).state, 'unverifiable');
    await night.held('b', night.tick);
    assert.equal((await taken(night)).length, before + 1);
  });

  it('and was acquitted, is said and is no doubt until it is convicted again', async () => {
    const night = await contained();
    await night.held('b', night.verify);
    const known = await night.store.inventory.resolve('workflow', 'w2');
    const [item] = known.map((one) => ({ ...one, kind: 'workflow' as const }));
    const { incident } = night;
    const judge = async (
      verdict: 'convicted' | 'acquitted',
      look: () => Promise<unknown> = night.verify,
    ): Promise<Action> => {
      const by = await night.by();
      const who = item ?? assert.fail();
      const event =
        verdict === 'convicted'
          ? convictionEvent(incident.id, by, who, { by: by.person.id, at: by.now })
          : acquittalEvent(incident.id, by, who, true);
      await night.store.save({ events: [event] });
      await look();
      return night.entrance();
    };
    const acquitted = await judge('acquitted');
    assert.equal(acquitted.state, 'verified');
    assert.match(
      acquitted.proofs.map(({ text }) => text).join(' '),
      /it was acquitted, and may have it again\./,
    );
    assert.equal((await judge('convicted', night.tick)).state, 'unverifiable');
    assert.equal((await judge('acquitted')).state, 'verified');
    assert.equal((await judge('convicted')).state, 'unverifiable');
  });
});
