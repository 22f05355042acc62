import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Fact } from '../domain/inventory.ts';
import type { Plan } from '../domain/plan.ts';
import type { Engine } from '../testing/engine.ts';
import { anEngine } from '../testing/engine.ts';
import { aFact } from '../testing/inventory.ts';

const evil = aFact('host', 'drop.evil.example', { in: 'live', node: 'Send' });
const shop = aFact('host', 'api.shop.example', { in: 'both', node: 'Order' });
const clean = aFact('host', 'clean.example', { in: 'draft', node: 'Send' });

/** What the platform shows of the workflow from now on, and one look at it. */
async function show(engine: Engine, ...facts: readonly Fact[]): Promise<void> {
  const workflow = engine.toy.workflows.get('a');
  assert.ok(workflow);
  workflow.facts = [...facts];
  engine.clock.forward(1_000);
  await engine.look();
}

async function whyFound({ store }: Engine, value: string): Promise<readonly string[]> {
  const { hits } = await store.inventory.find(
    { kind: 'text', field: 'host', value, wildcard: false },
    { limit: 10 },
  );
  return hits.flatMap(({ reasons }) => reasons);
}

async function thePlan({ store, incident }: Engine): Promise<Plan> {
  const [plan] = await store.plans.ofIncident(incident.id);
  assert.ok(plan);
  return plan;
}

async function contained(): Promise<Engine> {
  const engine = await anEngine({
    workflows: (toy) => toy.add('a', { facts: [evil, shop, clean] }),
  });
  await engine.drive(await engine.planned());
  await show(engine, { ...shop, in: 'draft' }, clean);
  return engine;
}

describe('what was contained, once its platform has forgotten the version that was live', () => {
  it('is found by what only that version did, for as long as an open incident holds it', async () => {
    const engine = await contained();
    const lately = [
      'calls host drop.evil.example in node Send, only in the version that was live before it was switched off',
    ];
    assert.deepEqual(await whyFound(engine, 'drop.evil.example'), lately);
    const [action] = await engine.actions(await thePlan(engine));
    const key = { connection: action?.connection ?? '', id: 'a' };
    const facts = [...(await engine.store.inventory.factsOf([key])).values()].flat();
    assert.deepEqual(
      facts.map(({ value, in: version }) => `${value} ${version}`),
      ['api.shop.example draft', 'clean.example draft', 'drop.evil.example was_live'],
    );

    const { incident } = engine;
    await engine.store.save({ incidents: [{ ...incident, closedAt: engine.clock.now() }] });
    await show(engine, { ...shop, in: 'draft' }, clean);
    assert.deepEqual(await whyFound(engine, 'drop.evil.example'), []);
  });

  it('is still found when somebody cleans the draft too, and looks come again and again', async () => {
    const engine = await contained();
    await show(engine, clean);
    await show(engine, clean);
    assert.match(
      (await whyFound(engine, 'api.shop.example')).join(),
      /live before it was switched/,
    );
    assert.match(
      (await whyFound(engine, 'drop.evil.example')).join(),
      /live before it was switched/,
    );
    assert.deepEqual(await whyFound(engine, 'clean.example'), [
      'calls host clean.example in node Send, draft only',
    ]);
  });

  it('keeps nothing of what another hand makes live later', async () => {
    const engine = await contained();
    const workflow = engine.toy.workflows.get('a');
    assert.ok(workflow);
    workflow.active = true;
    await show(engine, { ...clean, in: 'both' });
    await show(engine, shop);
    assert.deepEqual(await whyFound(engine, 'clean.example'), []);
    assert.match(
      (await whyFound(engine, 'drop.evil.example')).join(),
      /live before it was switched/,
    );
  });

  it('is as it was before once the containment is taken back', async () => {
    const engine = await contained();
    await engine.drive(await engine.planned({ undoes: await thePlan(engine) }));
    await show(engine, evil, shop, clean);
    assert.deepEqual(await whyFound(engine, 'drop.evil.example'), [
      'calls host drop.evil.example in node Send, live version only',
    ]);
    await show(engine, shop);
    assert.deepEqual(await whyFound(engine, 'drop.evil.example'), []);
  });
});
