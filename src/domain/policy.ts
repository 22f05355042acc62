import type { Connection } from './connection.ts';
import type { Severity } from './incident.ts';
import type { Permission } from './person.ts';
import type { Plan, PlanPurpose } from './plan.ts';
import { counted } from './wording.ts';

/**
 * How much harm an act can do, hence what it needs: R0 reads, R0s reads what is sensitive, R1 and
 * R2 can be taken back, R3 cannot, R4 destroys, R5 changes Firebreak's own security; `reverse`
 * takes back what was done.
 */
export const actionClasses = ['R0', 'R0s', 'R1', 'R2', 'R3', 'R4', 'R5', 'reverse'] as const;
export type ActionClass = (typeof actionClasses)[number];

/** Who proves with a code that it is them: each who can, or whoever cannot is refused. */
export const provers = ['who_has_a_factor', 'everyone'] as const;

/** One way to get leave for an act; all of it must hold. */
export type Way = {
  /** Distinct persons who stand behind it; who asks for it is one of them. */
  readonly persons: number;
  /** The others must have one of these permissions. */
  readonly others: readonly Permission[];
  /** Each of them has proved just now, with a factor of their own, that it is them. */
  readonly stepUp: boolean;
  /** Only in incidents of these severities. */
  readonly severities?: readonly Severity[];
  /** Only once every credential of the incident is dead for good, or the incident is closed. */
  readonly credentialsFinal?: boolean;
  /** Whoever runs it commands the incident, says why, and is reviewed before it is closed. */
  readonly override?: boolean;
  /** Whoever does it says why. */
  readonly reason?: boolean;
  /** Only for what takes away: a permission, or somebody's access. */
  readonly takesAway?: boolean;
};

/** What acts of one class need. */
export type ClassRule = {
  /** Which acts it is about, in words. */
  readonly what: string;
  /** Any one of them will do; people are told first what the first one lacks. */
  readonly ways: readonly Way[];
  /** How long a plan of the class may be used, and again from the yes that was enough, in ms. */
  readonly lifeMs: number;
  /** What must have been kept before: nothing, a snapshot or the reason why there is none, or sealed bytes. */
  readonly evidence: 'none' | 'snapshot' | 'sealed';
  /** More targets than this are another class, or another plan. */
  readonly targetsAtMost?: number;
};

/** Who must agree to what. Data: read and checked once, the same for a whole instance. */
export type ApprovalPolicy = {
  /** Goes up with every change; a plan holds the one under which it was made. */
  readonly version: number;
  readonly classes: Readonly<Record<ActionClass, ClassRule>>;
  /** Since when at least somebody must have had the permission with which they agree, in ms. */
  readonly roleAgeMs: number;
  /** Permissions given within this time after an instance was made count as old, in ms. */
  readonly firstDayMs: number;
  /** In which incidents the commander's code lifts the two bounds that follow. */
  readonly aloneLiftedIn: readonly Severity[];
  /** So many workflows one person may disable within an hour on nobody else's yes. */
  readonly aloneEachHour: number;
  /** How much of one connection may be disabled in a day on nobody else's yes, by all persons. */
  readonly aloneShare: { readonly percent: number; readonly atLeast: number };
  /** How Firebreak's own security is changed. */
  readonly ownSecurity: {
    /** Permissions that are given on the word of two admins: who has one acts or says yes. */
    readonly given: readonly Permission[];
    /** So long after the last other admin has gone, the one who remains gives nothing alone, in ms. */
    readonly afterLossMs: number;
    /** Of whom a code is asked when they agree; in a chat, where nobody can prove anything, nobody agrees. */
    readonly codeOf: (typeof provers)[number];
  };
  /** So many plans of one person may wait for a decision at the same time. */
  readonly pendingAtMost: number;
  /** In what it asks less than the policy that ships, each in a sentence. */
  readonly looser?: readonly string[];
};

/** What one plan needs, frozen into it: a part of what is approved. */
export type Leave = {
  readonly class: ActionClass;
  /** The version of the policy. */
  readonly policy: number;
  readonly ways: readonly Way[];
  readonly roleAgeMs: number;
};

/** What decides the class of a plan. */
export type Deed = {
  readonly purpose: PlanPurpose;
  /** How many workflows it touches; for a block, how many it keeps from a credential. */
  readonly targets: number;
  /** It disables everything that a connection holds. */
  readonly freezes?: boolean;
};

/** What a plan is going to do, as far as its class depends on it. */
export function deedOf(plan: Pick<Plan, 'purpose' | 'targets' | 'freezes'>): Deed {
  const freezes = plan.freezes !== undefined;
  const reach = plan.targets.reduce((sum, { usedBy = 1 }) => sum + usedBy, 0);
  return { purpose: plan.purpose, targets: reach, freezes };
}

/**
 * True when one person might run it on nobody else's yes, as far as its class goes: what then
 * bounds them is worth knowing beforehand.
 */
export function mayBeAlone({ ways }: Pick<Leave, 'ways'>, severity: Severity): boolean {
  return ways.some(
    ({ persons, override, severities }) =>
      persons === 1 && !override && (severities?.includes(severity) ?? true),
  );
}

/** True when nobody does what is of this class without saying why. */
export function asksReason({ ways }: Pick<ClassRule, 'ways'>): boolean {
  return ways.every(({ reason }) => reason === true);
}

/** How many workflows a plan keeps from their work; what is off already is only kept off. */
export function switchedOffBy(plan: Pick<Plan, 'purpose' | 'targets'>): number {
  if (plan.purpose !== 'contain') return deedOf(plan).targets;
  return plan.targets.filter(({ active }) => active).length;
}

/** True when nothing real can be harmed: all of it is there for drills. */
export function isDrill(on: readonly Pick<Connection, 'environment'>[]): boolean {
  return on.length > 0 && on.every(({ environment }) => environment === 'drill');
}

/** The class of what a plan does. */
export function classOf(policy: ApprovalPolicy, { purpose, targets, freezes }: Deed): ActionClass {
  switch (purpose) {
    case 'undo':
    case 'unblock':
    case 'unmute':
      return 'reverse';
    case 'revoke':
    case 'overwrite':
      return 'R3';
    case 'delete':
    case 'remove':
      return 'R4';
    case 'contain':
    case 'block':
    case 'mute':
      return freezes || targets > aloneAtMost(policy) ? 'R2' : 'R1';
  }
}

/** How much of a connection is, or would be, disabled on nobody else's yes. */
export type AloneShare = {
  /** Of the connection. */
  readonly name: string;
  readonly workflows: number;
  /** All that are, or were, active there. */
  readonly of: number;
};

/** True when more of a connection would be off on nobody else's yes than the policy lets. */
export function isTooMuchAlone({ aloneShare }: ApprovalPolicy, share: AloneShare): boolean {
  const most = Math.floor((share.of * aloneShare.percent) / 100);
  return share.workflows > Math.max(aloneShare.atLeast, most);
}

/** What it takes beyond the bounds of what is done alone. */
export function liftedInWords({ aloneLiftedIn }: ApprovalPolicy): string {
  const where = aloneLiftedIn.join(' or ');
  return `the yes of another person${where === '' ? '' : `, or in a ${where} a code of the commander`}`;
}

/** Up to so many workflows are of the class that one responder may disable. */
export function aloneAtMost({ classes }: ApprovalPolicy): number {
  return classes.R1.targetsAtMost ?? 0;
}

/**
 * What a plan needs.
 *
 * Drills ask for no factor and no old permission: nothing real can be harmed there, and a newcomer
 * with two people of today must be able to practise the rest. What one person may do for the sake
 * of a code alone, two must do there.
 *
 * @param drill every connection that it touches is one for drills
 */
export function leaveFor(policy: ApprovalPolicy, deed: Deed, drill: boolean): Leave {
  const name = classOf(policy, deed);
  const { ways } = policy.classes[name];
  return {
    class: name,
    policy: policy.version,
    ways: drill ? ways.filter(isNotForCode).map((way) => ({ ...way, stepUp: false })) : ways,
    roleAgeMs: drill ? 0 : policy.roleAgeMs,
  };
}

function isNotForCode({ persons, stepUp, override }: Way): boolean {
  return !stepUp || persons > 1 || override === true;
}

/** How things stand in an incident, as far as a way to get leave depends on it. */
export type Standing = { readonly credentialsFinal: boolean };

/** The ways that need neither an emergency nor an override. */
function usualWays({ ways }: Pick<Leave, 'ways'>): readonly Way[] {
  return ways.filter(({ override, severities }) => !override && !severities);
}

/** How many others must say yes on the usual way, as things stand. */
export function yesesNeeded(leave: Pick<Leave, 'ways'>, standing: Standing): number {
  const open = usualWays(leave).filter(
    ({ credentialsFinal }) => !credentialsFinal || standing.credentialsFinal,
  );
  const fewest = Math.min(...open.map(({ persons }) => persons));
  // With no way open the strictest is asked for, which then is refused when it is run.
  return (Number.isFinite(fewest) ? fewest : Math.max(...leave.ways.map((way) => way.persons))) - 1;
}

/** The permissions of which another person must have one to say yes. */
export function othersMustBe({ ways }: Pick<Leave, 'ways'>): readonly Permission[] {
  return [...new Set(ways.flatMap(({ others }) => others))];
}

/** What a frozen plan needs, in one sentence: the usual way, then those of an emergency. */
export function needsInWords(leave: Pick<Leave, 'ways'>, yeses: number): string {
  const usual = usualWays(leave).find(({ persons }) => persons === yeses + 1);
  const others = leave.ways.filter(({ override, severities }) => override || severities);
  return [usual ? whoOf(usual) : 'what the policy no longer gives', ...others.map(wayInWords)].join(
    '; or ',
  );
}

/** One way to get leave, with its conditions. */
export function wayInWords(way: Way): string {
  const when = [
    ...(way.severities ? [`in a ${way.severities.join(' or ')} `] : []),
    ...(way.credentialsFinal ? ['once the credentials are final '] : []),
  ];
  return `${when.join('')}${whoOf(way)}`;
}

function codeOf({ stepUp, persons }: Way): string {
  if (!stepUp) return '';
  return persons > 1 ? ', each with a code' : ' with a code';
}

function whoOf(way: Way): string {
  if (way.takesAway) return 'one admin for what takes away, which all admins are told';
  if (!way.override) return `${personsOf(way)}${codeOf(way)}`;
  const code = way.stepUp ? 'a code, ' : '';
  return `the commander alone with ${code}a reason and a review before close`;
}

function personsOf({ persons, others }: Way): string {
  if (persons <= 1) return 'one responder';
  if (persons > 2) return `the yes of ${counted(persons - 1, 'other person', 'other persons')}`;
  const [only, ...more] = others;
  return only !== undefined && more.length === 0
    ? `the yes of another person who is an ${only}`
    : `the yes of another ${others.join(' or ')}`;
}

/** A class as people read it: `R2, reversible, many workflows (policy 2)`. */
export function classInWords(
  policy: ApprovalPolicy,
  leave: Pick<Leave, 'class' | 'policy'>,
): string {
  return `${leave.class}, ${policy.classes[leave.class].what} (policy ${leave.policy})`;
}
