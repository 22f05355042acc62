import fc from 'fast-check';

import type { Severity } from '../domain/incident.ts';
import { severities } from '../domain/incident.ts';
import type { Permission } from '../domain/person.ts';
import type { PlanPurpose } from '../domain/plan.ts';
import type { ActionClass } from '../domain/policy.ts';

/** Ana asks; the others may say yes or run. Mia was made both an hour ago. */
export const crewNames = ['ana', 'ben', 'eve', 'mia'] as const;
export type CrewName = (typeof crewNames)[number];

const aName = fc.constantFrom(...crewNames);
const aStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('approve'), who: aName, code: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('run'),
      who: aName,
      code: fc.boolean(),
      override: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deny'), who: aName }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait'), minutes: fc.constantFrom(1, 9, 16, 31) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose'), who: aName }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('second'), who: aName }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('sev'), to: fc.constantFrom(...severities) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('command'), who: aName }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('final'), is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tamper') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect') }) },
);
/** One thing that happens. */
export type LeaveStep = typeof aStep extends fc.Arbitrary<infer One> ? One : never;

/** A plan of some class, how things stand, and what happens then. */
export const aLeaveStory = fc.record({
  purpose: fc.constantFrom<PlanPurpose>(
    'contain',
    'contain',
    'revoke',
    'overwrite',
    'delete',
    'undo',
    'unblock',
    'block',
  ),
  targets: fc.integer({ min: 1, max: 8 }),
  /** What this person has switched off alone within the hour, and what of the connection is off. */
  lately: fc.constantFrom(0, 0, 16, 20),
  share: fc.constantFrom(0, 0, 31),
  severity: fc.constantFrom(...severities),
  steps: fc.array(aStep, { maxLength: 14 }),
});
export type LeaveStory = typeof aLeaveStory extends fc.Arbitrary<infer One> ? One : never;

/** All that decides who may run it, told anew; nothing in it is computed by what is tested. */
export type LeaveModel = {
  people: Record<CrewName, { may: readonly Permission[]; isNew: boolean }>;
  state: 'proposed' | 'approved' | 'over';
  yes: { who: CrewName; code: boolean }[];
  /** Minutes after the night began. */
  minute: number;
  usableUntil: number;
  severity: Severity;
  commander: CrewName;
  final: boolean;
  touched: boolean;
  reconnected: boolean;
};

const livesOf: Readonly<Record<string, number>> = { R1: 10, R2: 30, R3: 30, R4: 30, reverse: 30 };

/** The class of a story's plan. */
function classIn({ purpose, targets }: LeaveStory): ActionClass {
  if (purpose === 'undo' || purpose === 'unblock') return 'reverse';
  if (purpose === 'revoke' || purpose === 'overwrite') return 'R3';
  if (purpose === 'delete') return 'R4';
  return targets > 5 ? 'R2' : 'R1';
}

/** Who may say yes to a class, today. */
function isFit(model: LeaveModel, who: CrewName, name: ActionClass): boolean {
  const { may, isNew } = model.people[who];
  const fits = name === 'R3' || name === 'R4' ? ['approver'] : ['approver', 'responder'];
  return !isNew && may.some((one) => fits.includes(one));
}

/** Whether their yes is to be taken now. */
export function modelApproves(
  model: LeaveModel,
  story: LeaveStory,
  who: CrewName,
  code: boolean,
): boolean {
  const name = classIn(story);
  return (
    model.state === 'proposed' &&
    model.minute < model.usableUntil &&
    !model.touched &&
    who !== 'ana' &&
    isFit(model, who, name) &&
    (code || (name !== 'R3' && name !== 'R4'))
  );
}

/** Only the commander overrides, who may contain, and not since today. */
function mayOverride({ people, commander }: LeaveModel, who: CrewName): boolean {
  const { may, isNew } = people[who];
  return commander === who && !isNew && may.some((one) => one !== 'viewer');
}

/** Whether the plan is to start when they run it now: the usual way, where that is met. */
export function modelRuns(
  model: LeaveModel,
  story: LeaveStory,
  press: { readonly who: CrewName; readonly code: boolean; readonly override: boolean },
): 'usual' | 'overridden' | false {
  const { who, code, override } = press;
  const { severity, commander, final } = model;
  const isOver = model.state === 'over' || model.minute >= model.usableUntil;
  if (isOver || model.touched || model.reconnected) return false;
  const name = classIn(story);
  const isUrgent = severity === 'sev1' || severity === 'sev2';
  const others = model.yes.filter((yes) => isFit(model, yes.who, name));
  if (override && name !== 'R3') return false;
  if (name === 'R3' || name === 'R4') {
    const isTwo = others.some((yes) => yes.code && yes.who !== who);
    if (isTwo && code && (name === 'R3' || final)) return 'usual';
    return override && code && mayOverride(model, who) && 'overridden';
  }
  if (others.length > 0) return 'usual';
  if (name === 'reverse') return final && 'usual';
  const isAlone = name === 'R1' || (isUrgent && code);
  const isPast =
    story.lately + story.targets > 20 || (story.purpose === 'contain' && story.share > 30);
  const isLifted = isUrgent && code && commander === who;
  return isAlone && (!isPast || isLifted) && 'usual';
}

/** How long a plan lives, and again from the yes that was enough, in minutes. */
export function lifeOf(story: LeaveStory): number {
  return livesOf[classIn(story)] ?? 0;
}
