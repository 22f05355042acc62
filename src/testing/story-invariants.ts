import assert from 'node:assert/strict';

import type { JsonObject } from '../domain/json.ts';
import type { Action, Plan } from '../domain/plan.ts';
import type { TimelineEvent } from '../domain/timeline.ts';
import type { PlanStory } from './plan-story.ts';
import { secretOfPlatform } from './plan-story.ts';

/**
 * Of I1 and I2: whatever is done to a workflow is done for a plan that names it, between its start
 * and its end, and not while it is paused.
 */
export function assertActsWithLeave({ strayActs }: PlanStory): void {
  assert.deepEqual(strayActs, [], 'each is of a plan that goes on');
}

/** I3: before anything is switched off, its evidence is sealed, or it is said why not. */
export function assertEvidenceFirst(story: PlanStory, events: readonly TimelineEvent[]): void {
  const sealed = new Set<string>();
  for (const { kind, data } of events) {
    const of = `${textIn(data, 'plan')} ${textIn(data, 'workflow')}`;
    if (kind === 'evidence_sealed' || kind === 'evidence_skipped') sealed.add(of);
    if (kind === 'action_accepted' && data?.['lever'] === 'disable') assert.ok(sealed.has(of), of);
  }
  const known = [...sealed].map((of) => of.split(' ')[1]);
  for (const call of story.night.toy.calls) {
    const [lever, id = ''] = call.split(' ');
    if (lever !== 'disable' || !story.workflows.includes(id)) continue;
    assert.ok(known.includes(id), `${id} was asked to go off with nothing on record`);
  }
}

const planStates: Readonly<Record<string, Plan['state']>> = {
  plan_proposed: 'proposed',
  plan_denied: 'denied',
  plan_started: 'running',
  undo_started: 'running',
  plan_resumed: 'running',
  plan_paused: 'paused',
  plan_cancelled: 'cancelled',
};
const verdicts: ReadonlySet<string> = new Set([
  'verified',
  'contradicted',
  'unverifiable',
  'failed',
  'skipped',
]);

/** I5: told again from its entries alone, a chain gives just what is stored, and nothing twice. */
export function assertChainTells(
  plans: readonly Plan[],
  actions: readonly Action[],
  events: readonly TimelineEvent[],
): void {
  const told = new Map<string, string>();
  for (const { kind, data } of events) {
    const name = textIn(data, 'name') ?? textIn(data, 'plan') ?? '';
    const state = planStates[kind];
    if (state !== undefined) {
      assert.notEqual(told.get(name), state, `${name} is told to be ${state} twice`);
      told.set(name, state);
    }
    if (kind === 'plan_finished') {
      assert.ok(!told.has(`${name} ended`), `${name} ended twice`);
      told.set(`${name} ended`, '');
      if (told.get(name) === 'running') told.set(name, 'finished');
    }
    if (kind === 'came_back' || kind === 'not_off') {
      // One entry tells it of every plan of the incident that keeps the workflow off.
      for (const one of actions.filter((action) => isAbout(action, data, plans))) {
        if (one.lever === 'disable') told.set(one.id, 'contradicted');
        else if (told.get(one.id) === 'verified') told.set(one.id, 'unverifiable');
      }
    }
    const action = data?.['action'];
    const verdict = kind.replace('action_', '');
    if (typeof action !== 'string' || !verdicts.has(verdict)) continue;
    assert.ok(!told.has(action), `${action} is told to be ${verdict} after ${told.get(action)}`);
    told.set(action, verdict);
  }
  for (const { name, state, finishedAt } of plans) {
    // A yes is an entry of its own, whether or not it was the one that was enough.
    if (state !== 'approved') assert.equal(told.get(name), state, name);
    assert.equal(told.has(`${name} ended`), finishedAt !== undefined, name);
  }
  const cancelled = new Set(plans.filter(({ state }) => state === 'cancelled').map(({ id }) => id));
  for (const { id, plan, lever, ref, state } of actions) {
    // Told by the plan’s own entry, or by that of the action that took it back.
    if ((state === 'skipped' && cancelled.has(plan)) || state === 'undone') continue;
    assert.equal(told.get(id), verdicts.has(state) ? state : undefined, `${lever} ${ref}`);
  }
}

function isAbout(
  { lever, workflow, plan }: Action,
  data: JsonObject | undefined,
  plans: readonly Plan[],
): boolean {
  if (workflow !== textIn(data, 'workflow')) return false;
  const open = data?.['unverifiable'];
  if (lever !== 'disable' && !(Array.isArray(open) && open.includes(lever))) return false;
  const names = data?.['plans'];
  const name = plans.find(({ id }) => id === plan)?.name ?? '';
  return Array.isArray(names) && names.includes(name);
}

function textIn(data: JsonObject | undefined, key: string): string | undefined {
  const value = data?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** Of I5: nothing is told to have come back that nobody else has switched on. */
export function assertCameBackIsTrue(story: PlanStory, events: readonly TimelineEvent[]): void {
  for (const { kind, data, text } of events) {
    if (kind !== 'came_back') continue;
    assert.ok(story.moved.has(textIn(data, 'workflow') ?? ''), text);
  }
}

/** I6: nothing that was said or recorded holds the secret that failures carry. */
export function assertNoSecret(story: PlanStory, events: readonly TimelineEvent[]): void {
  assert.ok(!JSON.stringify([story.replies, events]).includes(secretOfPlatform));
}

/** I7: what nobody else has touched is on again, as all of it was. */
export function assertAsBefore(story: PlanStory): void {
  for (const id of story.workflows) {
    if (story.moved.has(id)) continue;
    assert.equal(story.night.toy.workflows.get(id)?.active, true, `${id} is on again`);
  }
}

/** I8: to who is excluded a plan, and its incident, are as if they did not exist. */
export async function assertUnseen(story: PlanStory): Promise<void> {
  if (!story.isPrivate) return;
  const { night, incident } = story;
  const stored = await night.store.incidents.forFirebreak(incident);
  assert.ok(stored);
  const nothing = 'P-999998';
  const [plan] = story.plans;
  for (const verb of plan ? (['status', 'approve', 'run', 'undo'] as const) : []) {
    const real = JSON.stringify(await night.say(`contain ${verb} ${plan?.name}`, 'bo'));
    const none = JSON.stringify(await night.say(`contain ${verb} ${nothing}`, 'bo'));
    assert.equal(real.replaceAll(plan?.name ?? '', nothing), none);
  }
  const real = JSON.stringify(await night.say(`status ${stored.name}`, 'bo'));
  const none = JSON.stringify(await night.say('status INC-999998', 'bo'));
  assert.equal(real.replaceAll(stored.name, 'INC-999998'), none);
  for (const line of ['log show', 'scope graph', 'evidence list', 'contain status']) {
    const theirs: string = JSON.stringify(await night.say(`${line} in:${stored.name}`, 'bo'));
    const nobodys = JSON.stringify(await night.say(`${line} in:INC-999998`, 'bo'));
    assert.equal(theirs.replaceAll(stored.name, 'INC-999998'), nobodys, line);
  }
  const ref = await night.ref(story.workflows[0] ?? '');
  const asked = `scope find host:${story.tag}.example`;
  const names = [stored.name, stored.title, ...story.plans.map(({ name }) => name)];
  const traces = new RegExp(names.map((name) => `\\b${name}\\b`).join('|'));
  for (const line of ['list', 'me', asked, `scope show ${ref}`, `scope graph ${ref}`]) {
    const reply = await night.say(line, 'bo');
    assert.equal(reply.kind, 'view', line);
    assert.doesNotMatch(JSON.stringify(reply), traces, line);
  }
}
