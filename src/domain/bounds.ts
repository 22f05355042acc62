import { UserError } from '../errors.ts';
import type { Incident } from './incident.ts';
import type { Decider } from './plan-change.ts';
import type { Plan } from './plan.ts';
import type { AloneShare, ApprovalPolicy } from './policy.ts';
import { isTooMuchAlone, liftedInWords, switchedOffBy } from './policy.ts';
import { holderOf } from './role.ts';
import { counted } from './wording.ts';

/** What was switched off on nobody else's yes, as far as it bounds what one person may still do. */
export type AloneSoFar = {
  readonly policy: ApprovalPolicy;
  /** Workflows that this person has switched off, wholly or in part, within the last hour. */
  readonly aloneLately: number;
  /** Of each connection of a containment, with this plan. */
  readonly aloneShares: readonly AloneShare[];
};

/**
 * Each bound that a plan goes past, in words; none while one person may run it alone. A freeze is
 * everything by what it is, so what it needs is in its class alone.
 */
export function boundsPast(plan: Plan, soFar: AloneSoFar): readonly string[] {
  if (plan.freezes !== undefined) return [];
  return [...shareWords(plan, soFar), ...hourWords(plan, soFar)];
}

/**
 * Why this person does not run it on nobody else's yes: one rule for small plans and large ones.
 *
 * @param check.isProved with a code, now or by what the way will ask for next
 */
export function refusalPastBounds(
  plan: Plan,
  check: AloneSoFar & {
    readonly by: Decider;
    readonly incident: Incident;
    readonly isProved: boolean;
  },
): UserError | undefined {
  const words = boundsPast(plan, check);
  if (words.length === 0) return undefined;
  const { by, incident, policy, isProved } = check;
  const mayLift =
    holderOf(incident, 'commander') === by.person.id &&
    policy.aloneLiftedIn.includes(incident.severity);
  if (mayLift && isProved) return undefined;
  return new UserError('not_allowed', words.join(' '), {
    hint: `Somebody else types \`contain approve ${plan.name}\`.`,
    ...(mayLift ? { asks: 'code' as const } : {}),
  });
}

function shareWords(plan: Plan, { policy, aloneShares }: AloneSoFar): readonly string[] {
  if (!['contain', 'mute'].includes(plan.purpose)) return [];
  const past = aloneShares.find((share) => isTooMuchAlone(policy, share));
  if (past === undefined) return [];
  return [
    `${past.workflows} of ${counted(past.of, 'workflow')} on ${past.name} would be off today on nobody else’s yes; ` +
      `beyond ${policy.aloneShare.percent} % it takes ${liftedInWords(policy)}.`,
  ];
}

function hourWords(plan: Plan, { policy, aloneLately }: AloneSoFar): readonly string[] {
  if (['undo', 'unblock', 'unmute'].includes(plan.purpose)) return [];
  const adds = switchedOffBy(plan);
  if (adds === 0 || aloneLately + adds <= policy.aloneEachHour) return [];
  return [
    `You have disabled ${counted(aloneLately, 'workflow')} alone within an hour; with the ${adds} of ${plan.name} ` +
      `it is more than ${policy.aloneEachHour}, which takes ${liftedInWords(policy)}.`,
  ];
}
