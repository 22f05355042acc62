import assert from 'node:assert/strict';

import { z } from 'zod';

import type { Action, Lever } from '../domain/plan.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Look } from '../platforms/sandbox/look.ts';
import { assertChainHolds } from './chain.ts';
import type { PlanRig } from './plan-rig.ts';
import type { PlannedNight } from './planned-night.ts';
import { estateOf, nameIn } from './planned-night.ts';
import type { Step } from './start-worker.ts';

/** Calls that change something; of these a second one is told apart. */
const writes: Readonly<Record<string, Lever>> = {
  disable: 'disable',
  enable: 'enable',
  revoke: 'revoke',
};

/**
 * Proves that a plan ended as it would have without a kill: the platform is in the right state, each
 * thing was done and told once, and what a provider is asked once was asked once.
 *
 * @param steps of all processes that worked at it, in the order of time
 * @param died  what the one that was killed had done last
 */
export async function assertCarriedOut(
  rig: PlanRig,
  night: PlannedNight,
  steps: readonly Step[],
  died?: Step,
): Promise<void> {
  const { store } = rig;
  const plan = await store.plans.byId(night.plan.id);
  const actions = await store.plans.actions(night.plan.id);
  const neverAsked = diedBeforeAsking(steps, died);
  const wrong = actions.filter(
    ({ state, workflow }) => (state === 'verified') === (workflow === neverAsked),
  );
  const where = `killed after “${died?.step ?? 'nothing'}” ${died?.about ?? ''}`;
  assert.deepEqual(wrong.map(inShort), [], `all is verified but what was never asked; ${where}`);
  assert.equal(plan?.state, 'finished', where);
  assertAskedOnce(actions, steps, died);
  await assertEstate(rig, night, neverAsked);
  await assertChainHolds(store, night.incident.id);
  assertToldOnce(actions, await store.timeline.latest(night.incident.id, 10_000));
  await assertSealedOnce(rig, night);
}

/** The credential of which a process died between the intent and the call: it is only looked at. */
function diedBeforeAsking(steps: readonly Step[], died: Step | undefined): string | undefined {
  if (died?.step !== 'intend to revoke' && died?.step !== 'probe') return undefined;
  const isAsked = steps.some(({ step, about }) => step === 'revoke' && about === died.about);
  return isAsked ? undefined : died.about;
}

function inShort({ lever, workflow, state, reason = '' }: Action): string {
  return `${lever} ${workflow}: ${state} ${reason}`;
}

function assertAskedOnce(
  actions: readonly Action[],
  steps: readonly Step[],
  died: Step | undefined,
): void {
  for (const { lever, workflow } of actions) {
    const asked = steps.filter(({ step, about }) => writes[step] === lever && about === workflow);
    // Who died before the answer was written may ask again, but for what cannot be asked twice.
    const isLost = died?.step === lever && died.about === workflow && lever !== 'revoke';
    if (writes[lever] === undefined) continue;
    assert.ok(asked.length <= (isLost ? 2 : 1), `${lever} ${workflow}: ${asked.length} times`);
  }
}

async function assertEstate(
  rig: PlanRig,
  night: PlannedNight,
  neverAsked: string | undefined,
): Promise<void> {
  const estate = estateOf(rig, night);
  const look = await estate.look();
  const { targets } = night.plan;
  switch (night.deed) {
    case 'contain': {
      const known = new Set(night.before.map(nameIn));
      const own = new Set(targets.map(({ name }) => name));
      assert.deepEqual(
        (await estate.activations()).filter((line) => known.has(nameIn(line))),
        night.before.map((line) => (own.has(nameIn(line)) ? `${nameIn(line)} nothing off` : line)),
      );
      for (const { id } of targets) assert.equal(ownSwitches(look, id), 1, 'switched once');
      break;
    }
    case 'undo':
      assert.deepEqual(await estate.activations(), night.before);
      for (const { id } of targets) assert.equal(ownSwitches(look, id), 2, 'off once and on once');
      break;
    case 'revoke': {
      const withdrawn = Object.keys(look.changes.withdrawn);
      const wanted = targets.map(({ id }) => id).filter((id) => id !== neverAsked);
      assert.deepEqual(withdrawn.toSorted(), wanted.toSorted());
    }
  }
}

/** How often Firebreak switched it, as the sandbox has counted. */
function ownSwitches(look: Look, id: string): number {
  return look.workflow(id).switches.filter(({ by }) => by === 'Firebreak').length;
}

function assertToldOnce(actions: readonly Action[], events: readonly TimelineEvent[]): void {
  for (const action of actions) {
    const told = (kind: string) =>
      events.filter((event) => event.kind === kind && event.data?.['action'] === action.id);
    assert.equal(told(`action_${action.state}`).length, 1, `${action.lever}: one verdict`);
    if (action.lever === 'revoke') continue;
    const [first, ...again] = told('action_accepted');
    assert.ok(first, `${action.lever}: accepted`);
    // Only what a sweep found running is stopped, and told, once more.
    if (action.lever === 'stop') again.forEach(assertFoundMore);
    else assert.deepEqual(again, []);
  }
  assert.equal(events.filter(({ kind }) => kind === 'plan_skipped').length, 0);
}

function assertFoundMore({ data, text }: TimelineEvent): void {
  const { proofs } = found.parse(data);
  assert.ok(
    proofs.some(({ finding }) => finding === 'contradicts'),
    `it was found going on before “${text}”`,
  );
}

const found = z.object({ proofs: z.array(z.object({ finding: z.string() })) });

async function assertSealedOnce({ store }: PlanRig, night: PlannedNight): Promise<void> {
  const documents = (await store.evidence.ofIncident(night.incident.id)).map(
    ({ from, title }) => `${from.workflow} ${title}`,
  );
  assert.equal(new Set(documents).size, documents.length, 'no evidence twice');
  for (const { id, name } of night.plan.targets) {
    assert.ok(
      documents.some((document) => document.startsWith(`${id} `)),
      `${name} was sealed`,
    );
  }
}
