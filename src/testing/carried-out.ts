import assert from 'node:assert/strict';

import { z } from 'zod';

import { workflowOf } from '../domain/evidence.ts';
import { isAboutNodes } from '../domain/plan.ts';
import type { Action, Lever, PlanTarget } from '../domain/plan.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { Look } from '../platforms/sandbox/look.ts';
import { belongingsOf } from '../platforms/sandbox/people.ts';
import { assertChainHolds } from './chain.ts';
import type { FlowItem } from './node-red/node-red-api.ts';
import type { PlanRig } from './plan-rig.ts';
import { deployedAt } from './planned-muting.ts';
import type { PlannedNight } from './planned-night.ts';
import { estateOf, nameIn, targetCount } from './planned-night.ts';
import type { Step } from './start-worker.ts';

/** Calls that change something, with the lever that they are for; of these a second one is told apart. */
const writes: Readonly<Record<string, Lever>> = {
  disable: 'disable',
  archive: 'disable',
  enable: 'enable',
  revoke: 'revoke',
  blockCredential: 'block',
  unblockCredential: 'unblock',
  overwriteCredential: 'overwrite',
  deleteCredential: 'delete',
  transfer: 'transfer',
  removeUser: 'remove',
  muteNodes: 'mute',
  unmuteNodes: 'unmute',
};

/** A process that was killed, and what it did. */
export type Dead = {
  readonly steps: readonly Step[];
  /** What it had done last at the point where it was held; undefined when it did not come to it. */
  readonly died: Step | undefined;
};

/**
 * Proves that a plan ended as it would have without a kill: the platform is in the right state, each
 * thing was done and told once, and what a provider is asked once was asked once.
 *
 * @param work.steps of all processes that worked at it, in the order of time
 */
export async function assertCarriedOut(
  rig: PlanRig,
  night: PlannedNight,
  work: { readonly steps: readonly Step[]; readonly dead?: Dead },
): Promise<void> {
  const { store } = rig;
  const { steps, dead } = work;
  const died = dead?.died;
  const plan = await store.plans.byId(night.plan.id);
  const actions = await store.plans.actions(night.plan.id);
  const neverAsked = diedBeforeAsking(steps, died);
  const wrong = actions.filter(
    ({ state, workflow }) => (state === 'verified') === (workflow === neverAsked),
  );
  const where = `killed after “${died?.step ?? 'nothing'}” ${died?.about ?? ''}`;
  assert.deepEqual(wrong.map(inShort), [], `all is verified but what was never asked; ${where}`);
  assert.equal(plan?.state, 'finished', where);
  assertAskedOnce(actions, steps, dead?.steps ?? []);
  await assertEstate(rig, night, neverAsked);
  await assertChainHolds(store, night.incident.id);
  assertToldOnce(night, actions, await store.timeline.latest(night.incident.id, 10_000));
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

/** @param ofDead steps of the process that was killed: other targets were under way beside the held one */
function assertAskedOnce(
  actions: readonly Action[],
  steps: readonly Step[],
  ofDead: readonly Step[],
): void {
  for (const [call, pulls] of Object.entries(writes)) {
    for (const { workflow } of actions.filter(({ lever }) => lever === pulls)) {
      const asked = steps.filter(({ step, about }) => step === call && about === workflow);
      // Who died before the answer was written may ask again, but for what cannot be asked twice.
      const answered = `know the answer to ${call === 'archive' ? call : pulls}`;
      const isLost =
        ofDead.findLast(({ step, about }) => about === workflow && [call, answered].includes(step))
          ?.step === call;
      const most = isLost && call !== 'revoke' ? 2 : 1;
      assert.ok(asked.length <= most, `${call} ${workflow}: ${asked.length} times`);
    }
  }
}

async function assertEstate(
  rig: PlanRig,
  night: PlannedNight,
  neverAsked: string | undefined,
): Promise<void> {
  if (isAboutNodes(night.deed)) return assertNodes(rig, night);
  const estate = estateOf(rig, night);
  const look = await estate.look();
  const { targets } = night.plan;
  switch (night.deed) {
    case 'contain':
    case 'archive': {
      const known = new Set(night.before.map(nameIn));
      const own = new Set(targets.map(({ name }) => name));
      assert.deepEqual(
        (await estate.activations()).filter((line) => known.has(nameIn(line))),
        night.before.map((line) => (own.has(nameIn(line)) ? `${nameIn(line)} nothing off` : line)),
      );
      for (const { id } of targets) {
        assert.equal(ownSwitches(look, id), 1, 'switched once');
        assert.equal(look.workflow(id).isArchived === true, night.deed === 'archive');
      }
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
      break;
    }
    case 'delete':
      assert.deepEqual(
        Object.keys(look.changes.deleted).toSorted(),
        targets.map(({ id }) => id).toSorted(),
      );
      break;
    case 'remove':
      assert.deepEqual(
        Object.keys(look.changes.removed).toSorted(),
        targets.map(({ id }) => id).toSorted(),
      );
      assertGivenAway(look, targets);
      break;
    case 'block':
    case 'unblock':
    case 'overwrite':
      assertLocked(night.deed, look, targets);
  }
}

/** The flow file is as it was but for the nodes that are off, and each was deployed once. */
async function assertNodes(rig: PlanRig, { baseUrl, before, deed, plan }: PlannedNight) {
  const { flows, deploys } = await deployedAt(rig, baseUrl);
  const named = new Set(plan.targets.flatMap(({ nodes = [] }) => nodes.map(({ id }) => id)));
  const isOff = (id: string) => deed === 'mute' && named.has(id);
  assert.deepEqual(
    flows.map((item) => (isOff(item.id) ? { ...item, d: 'off' } : item)),
    before
      .map((line): FlowItem => JSON.parse(line))
      .map((item) => (isOff(item.id) ? { ...item, d: 'off' } : item)),
  );
  assert.ok(flows.every(({ id, d }) => !isOff(id) || d === true));
  assert.equal(named.size, targetCount);
  assert.equal(deploys, deed === 'mute' ? targetCount : 2 * targetCount, 'off once, on once');
}

/** Each of them is as the lock leaves it, and no other credential was touched. */
function assertLocked(
  lever: 'block' | 'unblock' | 'overwrite',
  { changes }: Look,
  targets: readonly PlanTarget[],
): void {
  assert.deepEqual(Object.keys(changes.locked).toSorted(), targets.map(({ id }) => id).toSorted());
  for (const { isBlocked, hosts, dud } of Object.values(changes.locked)) {
    assert.equal(isBlocked, lever === 'block');
    assert.deepEqual(hosts, []);
    assert.equal(dud !== undefined, lever === 'overwrite');
  }
}

/** All that was theirs is there, off and the other's, and nothing else was given to anybody. */
function assertGivenAway(look: Look, targets: readonly PlanTarget[]): void {
  const moves = targets.flatMap((target) => target.moves ?? []);
  assert.ok(moves.length > targetCount);
  assert.deepEqual(
    Object.keys(look.changes.given).toSorted(),
    moves.map(({ id }) => id).toSorted(),
  );
  const [{ to } = { to: undefined }] = targets;
  const own = belongingsOf(look, to?.id ?? '');
  for (const { kind, id } of moves) {
    assert.deepEqual(
      own.find((one) => one.id === id),
      { kind, id, isOn: false },
    );
  }
}

/** How often Firebreak switched it, as the sandbox has counted. */
function ownSwitches(look: Look, id: string): number {
  return look.workflow(id).switches.filter(({ by }) => by === 'Firebreak').length;
}

function assertToldOnce(
  { deed }: PlannedNight,
  actions: readonly Action[],
  events: readonly TimelineEvent[],
): void {
  for (const action of actions) {
    const told = (kind: string) =>
      events.filter((event) => event.kind === kind && event.data?.['action'] === action.id);
    assert.equal(told(`action_${action.state}`).length, 1, `${action.lever}: one verdict`);
    if (action.lever === 'revoke') continue;
    const [first, ...again] = told('action_accepted');
    assert.ok(first, `${action.lever}: accepted`);
    // Only what a sweep found running is stopped, and told, once more.
    if (action.lever === 'stop') {
      // What was stopped while its entrance was still being shut is stopped once more after that.
      const entrance = actions.find(isEntranceOf(action));
      const isEarly = events.some(
        ({ kind, data, seq }) =>
          kind === 'action_accepted' && data?.['action'] === entrance?.id && seq > first.seq,
      );
      again.slice(isEarly ? 1 : 0).forEach(assertFoundMore);
    } else if (deed === 'archive') assertFellBack(first, again, told('action_contradicted'));
    else assert.deepEqual(again, []);
  }
  assert.equal(events.filter(({ kind }) => kind === 'plan_skipped').length, 0);
}

function isEntranceOf(stop: Action): (one: Action) => boolean {
  return ({ lever, workflow, connection }) =>
    lever === 'disable' && workflow === stop.workflow && connection === stop.connection;
}

/** Disabling was accepted and contradicted, each told once, and so was it that archiving was accepted. */
function assertFellBack(
  first: TimelineEvent,
  again: readonly TimelineEvent[],
  contradicted: readonly TimelineEvent[],
): void {
  assert.match(first.text ?? '', /accepted to disable/);
  assert.equal(contradicted.length, 1);
  assert.equal(again.length, 1);
  for (const { text = '' } of again) assert.match(text, /accepted to archive/);
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
  const evidence = await store.evidence.ofIncident(night.incident.id);
  const documents = evidence.map((one) => `${one.plan} ${workflowOf(one)?.id} ${one.title}`);
  // Who somebody is is sealed before each of the two things that are done to them.
  const again = evidence.filter(({ title }) => title === 'user.json').length / 2;
  assert.equal(new Set(documents).size, documents.length - again, 'no evidence twice');
  const sealed = new Set(evidence.map((one) => workflowOf(one)?.id));
  for (const { id, name } of night.plan.targets) assert.ok(sealed.has(id), `${name} was sealed`);
}
