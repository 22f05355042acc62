import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import type { ToyWorkflow } from '../testing/toy-platform.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { askToWatch, watch } from './watch.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;

const tomorrow = new Date('2026-11-24T09:00:00.000Z');

/** Workflows a and b, contained and verified, unless something keeps a from being so. */
async function contained(
  a: Partial<ToyWorkflow> = {},
): Promise<Engine & { readonly plan: Plan; readonly tick: () => Promise<void> }> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a', a);
      toy.add('b');
    },
  });
  const plan = await engine.planned();
  await engine.drive(plan);
  const context = toyJobs(engine.store, engine.clock, engine.toy);
  const tick = async (): Promise<void> => {
    engine.clock.forward(minuteMs);
    for (const connection of await engine.store.watch.connections()) {
      await watch(context, { connection, at: engine.clock.now().toISOString() }, never);
    }
  };
  return { ...engine, plan, tick };
}

function switchOn({ toy }: Engine, id: string): void {
  const workflow = toy.workflows.get(id) ?? assert.fail(`There is no ${id}.`);
  workflow.active = true;
}

const putOff = (retryAfterMs?: number) =>
  new PlatformError(
    'n8n',
    'rate_limited',
    'n8n asks for patience.',
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );

const told = async ({ timeline }: Engine) =>
  (await timeline()).filter(({ kind }) => kind === 'came_back').map(({ text }) => text);

describe('what was contained', () => {
  it('and stays off is told of to nobody', async () => {
    const engine = await contained();
    const before = await engine.timeline();
    await engine.tick();
    await engine.tick();
    assert.deepEqual(await engine.timeline(), before);
  });

  it('and is switched on again no longer counts as contained, and is told of once', async () => {
    const engine = await contained();
    switchOn(engine, 'b');
    await engine.tick();
    await engine.tick();
    assert.deepEqual(await engine.states(engine.plan), [
      'disable w1: verified',
      'stop w1: verified',
      'disable w2: contradicted',
      'stop w2: unverifiable',
    ]);
    assert.deepEqual(await told(engine), [
      'P-1: w2 “Workflow b” came back: it is on again; the platform does not say since when or by ' +
        'whom. It does not hold. Stopped is not verified any more: more may run by now. ' +
        'Next: `contain plan w2`.',
    ]);
    const stop = (await engine.actions(engine.plan)).at(-1);
    assert.match(
      stop?.reason ?? '',
      /more may run by now: its executions were not looked at since/,
    );
  });

  it('and waits for its next fire is watched as well, and its plan ends when it comes back', async () => {
    const engine = await contained({ notBefore: tomorrow });
    const states = () => engine.states(engine.plan);
    assert.deepEqual(await states(), [
      'disable w1: pending',
      'stop w1: pending',
      'disable w2: verified',
      'stop w2: verified',
    ]);
    await engine.tick();
    assert.deepEqual(await told(engine), []);
    switchOn(engine, 'a');
    await engine.tick();
    await engine.tick();
    assert.deepEqual(await told(engine), [
      'P-1: w1 “Workflow a” came back: it is on again; the platform does not say since when or by ' +
        'whom. It does not hold. Next: `contain plan w1`.',
    ]);
    const [back] = await engine.actions(engine.plan);
    assert.equal(back?.state, 'contradicted');
    assert.equal(back?.notBefore, undefined);
    const job = `contain:${engine.plan.id}:watched:${back?.settledAt?.toISOString()}`;
    assert.equal((await engine.store.jobs.state('contain', job))?.state, 'waiting');

    await engine.drive(engine.plan);
    assert.deepEqual((await states()).slice(0, 2), [
      'disable w1: contradicted',
      'stop w1: unverifiable',
    ]);
    assert.equal((await engine.store.plans.byId(engine.plan.id))?.state, 'finished');
  });

  it('is left to its plan while that still works at it', async () => {
    const engine = await contained({ notBefore: tomorrow });
    const [, , other] = await engine.actions(engine.plan);
    if (!other) return assert.fail();
    await engine.store.save({ actions: [{ ...other, state: 'accepted' }] });
    switchOn(engine, 'a');
    await engine.tick();
    const [back] = await engine.actions(engine.plan);
    assert.equal(back?.state, 'contradicted');
    const job = `contain:${engine.plan.id}:watched:${back?.settledAt?.toISOString()}`;
    assert.equal(await engine.store.jobs.state('contain', job), undefined);
  });

  it('is looked at again when the platform answers again', async () => {
    const engine = await contained();
    switchOn(engine, 'a');
    engine.toy.fail = () => new PlatformError('n8n', 'unavailable', 'It is down.');
    await engine.tick();
    assert.deepEqual(await told(engine), []);
    engine.toy.fail = () => undefined;
    await engine.tick();
    assert.equal((await told(engine)).length, 1);
  });

  it('is asked for again while the platform puts us off, before the next minute is due', async () => {
    const engine = await contained();
    switchOn(engine, 'a');
    let tries = 0;
    engine.toy.fail = () => {
      tries += 1;
      return tries > 3 ? undefined : putOff(tries === 1 ? 5_000 : undefined);
    };
    const before = engine.clock.now().getTime();
    await engine.tick();
    assert.equal((await told(engine)).length, 1);
    assert.ok(engine.clock.now().getTime() - before < 2 * minuteMs);
    engine.toy.fail = () => putOff(3 * minuteMs);
    const { calls } = engine.toy;
    const asked = calls.length;
    await engine.tick();
    assert.equal(calls.length, asked + 1, 'what asks for minutes is left to later ticks');
    await engine.tick();
    await engine.tick();
    assert.equal(calls.length, asked + 1, 'and is left alone for as long');
    engine.toy.fail = () => undefined;
    await engine.tick();
    assert.ok(calls.length > asked + 1);
  });

  it('is asked again after some minutes, however long its platform wants to be left alone', async () => {
    const engine = await contained();
    await engine.tick();
    engine.toy.fail = () => putOff(24 * 60 * minuteMs);
    await engine.tick();
    const asked = engine.toy.calls.length;
    for (let minute = 0; minute < 9; minute += 1) await engine.tick();
    assert.equal(engine.toy.calls.length, asked);
    const blind = (await engine.timeline()).filter(({ kind }) => kind === 'watch_blind');
    assert.match(
      blind.map(({ text }) => text).join(),
      /not been seen since .*: It asked not to be called before 2026-[\d-]+ [\d:]+ UTC\./,
    );
    await engine.tick();
    await engine.tick();
    assert.ok(engine.toy.calls.length > asked);
  });

  it('is told of to be unseen after minutes without a look, once, and when it is seen again', async () => {
    const engine = await contained();
    const blind = async () =>
      (await engine.timeline()).flatMap(({ kind, text }) =>
        kind.startsWith('watch_') ? [`${kind}: ${text}`] : [],
      );
    await engine.tick();
    engine.toy.fail = () => new PlatformError('n8n', 'unauthorized', 'n8n does not know this key.');
    await engine.tick();
    assert.deepEqual(await blind(), []);
    for (let minute = 0; minute < 5; minute += 1) await engine.tick();
    const [first = '', ...more] = await blind();
    assert.deepEqual(more, []);
    assert.match(
      first,
      /^watch_blind: P-1: prod has not been seen since [\d-]+ [\d:]+ UTC: n8n does not know this key\. What comes back there is not seen\. Next: `contain status P-1`\.$/,
    );
    engine.toy.fail = () => undefined;
    await engine.tick();
    await engine.tick();
    const [, second = '', ...others] = await blind();
    assert.deepEqual(others, []);
    assert.match(
      second,
      /^watch_sees: P-1: prod is looked at again\. The watch saw nothing there from [\d-]+ [\d:]+ UTC to [\d-]+ [\d:]+ UTC: what was on for moments meanwhile was missed\. Next: `contain verify P-1`\.$/,
    );
    engine.toy.fail = () => new PlatformError('n8n', 'unauthorized', 'n8n does not know this key.');
    for (let minute = 0; minute < 5; minute += 1) await engine.tick();
    assert.equal((await blind()).length, 3);
  });

  it('is told of to be seen by half while a part of each look fails, and whole again after', async () => {
    const engine = await contained();
    const whole = engine.toy.checkDisabled.bind(engine.toy);
    const notHad = { why: 'n8n failed to list executions (500).', isNeeded: false };
    engine.toy.checkDisabled = async (targets) =>
      (await whole(targets)).map((reading) => ({ ...reading, notHad }));
    switchOn(engine, 'b');
    for (let minute = 0; minute < 6; minute += 1) await engine.tick();
    assert.equal((await told(engine)).length, 1);
    engine.toy.checkDisabled = whole;
    await engine.tick();
    const [blind = '', sees = '', ...more] = (await engine.timeline()).flatMap(({ kind, text }) =>
      kind.startsWith('watch_') ? [text] : [],
    );
    assert.match(
      blind,
      /^P-1: prod has not been seen whole since [^.]+ UTC: n8n failed to list executions \(500\)\. What runs there for moments only is not seen\./,
    );
    assert.match(sees, /^P-1: prod is looked at again\./);
    assert.deepEqual(more, []);
  });

  it('is told of when no server ran for a while, and when it is another platform now', async () => {
    const engine = await contained();
    await engine.tick();
    engine.clock.forward(60 * minuteMs);
    await engine.tick();
    const kinds = async () =>
      (await engine.timeline()).map(({ kind }) => kind).filter((kind) => kind.startsWith('watch_'));
    assert.deepEqual(await kinds(), ['watch_sees']);
    const [id = ''] = await engine.store.watch.connections();
    const connection = (await engine.store.connections.byId(id)) ?? assert.fail();
    await engine.store.save({ connections: [{ ...connection, epoch: connection.epoch + 1 }] });
    for (let minute = 0; minute < 5; minute += 1) await engine.tick();
    assert.deepEqual(await kinds(), ['watch_sees', 'watch_blind']);
  });

  it('is watched on by another key to the same address', async () => {
    const engine = await contained();
    const [id = ''] = await engine.store.watch.connections();
    const connection = (await engine.store.connections.byId(id)) ?? assert.fail();
    const { epoch } = connection;
    const anew = { ...connection, epoch: epoch + 1, addressSince: epoch };
    await engine.store.save({ connections: [anew] });
    switchOn(engine, 'a');
    await engine.tick();
    assert.equal((await told(engine)).length, 1);
  });

  it('and is being taken back may be on', async () => {
    const engine = await contained();
    await engine.planned({ undoes: engine.plan });
    switchOn(engine, 'a');
    await engine.tick();
    assert.deepEqual(await told(engine), []);
  });

  it('and was taken back is watched no more', async () => {
    const engine = await contained();
    await engine.drive(await engine.planned({ undoes: engine.plan }));
    await engine.tick();
    assert.deepEqual(await told(engine), []);
    assert.deepEqual(await engine.store.watch.connections(), []);
  });

  it('is no longer watched once its incident is closed', async () => {
    const engine = await contained();
    const incident = await engine.store.incidents.forFirebreak(engine.incident.id);
    if (!incident) return assert.fail('The incident is gone.');
    await engine.store.save({ incidents: [{ ...incident, closedAt: engine.clock.now() }] });
    assert.deepEqual(await engine.store.watch.connections(), []);
  });

  it('contained again and back again is told of again', async () => {
    const engine = await contained();
    switchOn(engine, 'a');
    await engine.tick();
    await engine.look();
    const second = await engine.planned();
    await engine.drive(second);
    await engine.tick();
    switchOn(engine, 'a');
    await engine.tick();
    await engine.tick();
    const plans = (await told(engine)).map((text = '') => text.slice(0, 'P-1: w1'.length));
    assert.deepEqual(plans, ['P-1: w1', 'P-2: w1']);
  });

  it('asks for a look once for each tick and connection, whoever asks', async () => {
    const engine = await contained();
    const at = engine.clock.now();
    await askToWatch(engine.store, at);
    await askToWatch(engine.store, at);
    const [connection = ''] = await engine.store.watch.connections();
    const looks: string[] = [];
    const done = Promise.withResolvers<void>();
    await engine.store.jobs.work('watch', { atOnce: 2 }, async (data) => {
      looks.push(`${data.connection} ${data.at}`);
      if (data.at !== at.toISOString()) done.resolve();
    });
    await askToWatch(engine.store, new Date(at.getTime() + minuteMs));
    await done.promise;
    assert.equal(looks.filter((look) => look === `${connection} ${at.toISOString()}`).length, 1);
  });
});
