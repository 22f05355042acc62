import type { Notice } from './notice.ts';
import type { FactorKind, Person } from './person.ts';
import { frozenJson } from './plan-digest.ts';
import type { Action, Approval, Plan } from './plan.ts';
import type { Actor, NewTimelineEvent, TimelineSource } from './timeline.ts';

/** Who decides, when, and through which surface. */
export type Decider = {
  readonly person: Person;
  readonly source: TimelineSource;
  readonly now: Date;
  /** With which factor they proved just now, for this very act, that it is them. */
  readonly steppedUp?: FactorKind;
};

/** The durable work that a running plan needs: act, read back, record. Once for each id. */
export type ContainJob = {
  readonly kind: 'contain';
  readonly id: string;
  readonly data: { readonly plan: string };
};

/** What a decision on a plan leaves to be stored, all of it or nothing. */
export type PlanChange = {
  readonly plans: readonly Plan[];
  readonly approvals?: readonly Approval[];
  readonly actions?: readonly Action[];
  readonly notices?: readonly Notice[];
  readonly events: readonly NewTimelineEvent[];
  readonly jobs?: readonly ContainJob[];
};

/** The person as the timeline names them. */
export function actorFor(person: Person): Actor {
  return { kind: 'person', id: person.id, name: person.name };
}

/** One event about a plan on its incident's timeline. */
export function planEvent(
  plan: Plan,
  by: Decider,
  event: Pick<NewTimelineEvent, 'kind' | 'text' | 'data'>,
): NewTimelineEvent {
  return {
    chain: plan.incident,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    kind: event.kind,
    text: event.text,
    data: {
      plan: plan.id,
      ...(plan.name ? { name: plan.name } : {}),
      ...event.data,
      ...(makesPlan.includes(event.kind) && plan.targets.length <= recordedAtMost
        ? { frozen: frozenJson(plan) }
        : {}),
    },
  };
}

/** With these a plan begins, so that they hold what its digest covers. */
const makesPlan: readonly string[] = ['plan_proposed', 'undo_started'];

/** A freeze may hold many times more, and one line of an export is bounded. */
const recordedAtMost = 1_000;

/**
 * The job that carries a plan on.
 *
 * Its id holds the revision, so a plan that is paused and resumed gets a new one, while two presses
 * on the same button make one.
 */
export function containJob(plan: Plan): ContainJob {
  return {
    kind: 'contain',
    id: `contain:${plan.id}:${plan.revision}`,
    data: { plan: plan.id },
  };
}
