import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Plan } from '../domain/plan.ts';
import { PlatformError } from '../errors.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { toyJobs } from '../testing/toy-platform.ts';
import { askToWatch, watch } from './watch.ts';

const never = new AbortController().signal;
const minuteMs = 60_000;

/** Workflows a and b, contained and verified. */
async function contained(): Promise<
  Engine & { readonly plan: Plan; readonly tick: () => Promise<void> }
> {
  const engine = await anEngine({
    workflows: (toy) => {
      toy.add('a');
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
      'stop w2: verified',
    ]);
    assert.deepEqual(await told(engine), [
      'P-1: w2 “Workflow b” came back: it is on again; the platform does not say since when or by ' +
        'whom. It does not hold. Next: `contain plan w2`.',
    ]);
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
