import { fallbackWords } from './fallback.ts';
import { doneWords } from './plan-words.ts';
import type { Plan } from './plan.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { listed } from './wording.ts';

/** That a containment was planned, with what it does and whose yes it needs. */
export function proposedEvent(plan: Plan): Pick<NewTimelineEvent, 'kind' | 'text' | 'data'> {
  const { missing = [] } = plan;
  const text =
    `Planned to ${doneWords(plan)}: ` +
    `${listed(
      plan.targets.map((target) => target.ref),
      20,
    )}. ${missing.map((one) => `${one} `).join('')}${fallbackWords(plan)}${approvalWords(plan.approvalsNeeded)}`;
  return {
    kind: 'plan_proposed',
    text,
    data: {
      query: plan.query,
      ...(missing.length === 0 ? {} : { missing: [...missing] }),
      digest: plan.digest,
      targets: plan.targets.map((target) => target.ref),
      levers: [...plan.levers],
      ...(plan.leave ? { class: plan.leave.class, policy: plan.leave.policy } : {}),
      approvalsNeeded: plan.approvalsNeeded,
      expiresAt: plan.expiresAt.toISOString(),
    },
  };
}

function approvalWords(needed: number): string {
  return needed === 0 ? 'One responder may run it.' : 'It needs the yes of another person.';
}
