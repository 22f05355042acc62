import assert from 'node:assert/strict';

import { shippedPolicy } from '../approval-policy.ts';
import type { Decided } from '../domain/approval.ts';
import { approve, deny } from '../domain/approval.ts';
import type { Person } from '../domain/person.ts';
import type { Decider, PlanChange } from '../domain/plan-change.ts';
import { digestOf } from '../domain/plan-digest.ts';
import { startRun } from '../domain/plan-life.ts';
import { deedOf, leaveFor } from '../domain/policy.ts';
import { UserError } from '../errors.ts';
import {
  aConnection,
  aDecided,
  after,
  ana,
  anIncident,
  approver,
  ben,
  decider,
  digester,
  minutesLater,
  night,
} from './containment.ts';
import type { CrewName, LeaveModel, LeaveStep, LeaveStory } from './leave-model.ts';
import { lifeOf, modelApproves, modelRuns } from './leave-model.ts';

const longAgo = minutesLater(-90 * 24 * 60);
const rules = { policy: shippedPolicy, instanceSince: longAgo };
const both = ['approver', 'responder'] as const;
const lately = { at: minutesLater(-60), by: 'person-root' };

const crew: Readonly<Record<CrewName, Person>> = {
  ana: { ...ana, addedAt: longAgo },
  ben: { ...ben, addedAt: longAgo },
  eve: { ...approver, permissions: both, addedAt: longAgo },
  mia: {
    ...approver,
    id: 'person-mia',
    handle: 'mia',
    permissions: both,
    addedAt: longAgo,
    grants: { approver: lately, responder: lately },
  },
};

/** A connection that can do all that a plan may ask. */
const able = aConnection({
  capabilities: {
    ...aConnection().capabilities,
    blockCredentials: 'http_steps',
    deleteCredentials: true,
    overwriteCredentials: true,
  },
});

/** How often a plan was started, and by what. */
export type Starts = { readonly usual: number; readonly overridden: number };

/** One plan in the hands of four, told to the domain and to the model, which agree at every press. */
export class LeavePlay {
  readonly #story: LeaveStory;
  readonly #model: LeaveModel;
  readonly #people: Record<CrewName, Person> = { ...crew };
  #decided: Decided;
  #starts: Starts = { usual: 0, overridden: 0 };

  constructor(story: LeaveStory) {
    this.#story = story;
    this.#decided = planned(story);
    this.#model = {
      people: {
        ana: { may: crew.ana.permissions, isNew: false },
        ben: { may: crew.ben.permissions, isNew: false },
        eve: { may: crew.eve.permissions, isNew: false },
        mia: { may: crew.mia.permissions, isNew: true },
      },
      state: 'proposed',
      yes: [],
      minute: 0,
      usableUntil: lifeOf(story),
      severity: story.severity,
      commander: 'ana',
      final: false,
      touched: false,
      reconnected: false,
    };
  }

  get starts(): Starts {
    return this.#starts;
  }

  /** @throws AssertionError where the domain decides otherwise than the model */
  play(step: LeaveStep): void {
    switch (step.do) {
      case 'approve':
        return this.#approve(step.who, step.code);
      case 'run':
        return this.#run(step.who, step.code, step.override);
      case 'deny':
        return this.#deny(step.who);
      case 'lose':
      case 'second':
        return this.#change(step.who, step.do);
      case 'wait':
      case 'sev':
      case 'command':
      case 'final':
      case 'tamper':
      case 'reconnect':
        return this.#happen(step);
    }
  }

  #approve(who: CrewName, code: boolean): void {
    const model = this.#model;
    const expected = modelApproves(model, this.#story, who, code);
    const by = this.#by(who, code);
    const change = tried(() => approve(this.#decided, { by, digester, ...rules }));
    assert.equal(change !== undefined, expected, `@${who} approves`);
    if (change === undefined) return;
    this.#decided = after(this.#decided, change);
    model.state = 'approved';
    model.yes.push({ who, code });
    model.usableUntil = model.minute + lifeOf(this.#story);
  }

  #run(who: CrewName, code: boolean, override: boolean): void {
    const model = this.#model;
    const expected = modelRuns(model, this.#story, { who, code, override });
    const change = tried(() => this.#start(this.#by(who, code), override));
    assert.equal(change !== undefined, expected !== false, `@${who} runs`);
    if (change === undefined) return;
    this.#decided = after(this.#decided, change);
    const isOverridden = expected === 'overridden';
    assert.equal(this.#decided.plan.override !== undefined, isOverridden);
    model.state = 'over';
    const { usual, overridden } = this.#starts;
    this.#starts = isOverridden
      ? { usual, overridden: overridden + 1 }
      : { usual: usual + 1, overridden };
  }

  #start(by: Decider, override: boolean): PlanChange {
    const { severity, commander, final, reconnected } = this.#model;
    const { lately: aloneLately, share } = this.#story;
    return startRun(this.#decided, {
      by,
      incident: anIncident({
        severity,
        roles: [{ role: 'commander', person: crew[commander].id, since: night }],
      }),
      connections: [{ ...able, epoch: reconnected ? 2 : 1 }],
      people: new Map(Object.values(this.#people).map((one) => [one.id, one])),
      aloneLately,
      aloneShares: [{ name: 'prod', workflows: share, of: 100 }],
      credentialsFinal: final,
      ...(override ? { override: 'nobody else answers' } : {}),
      ...rules,
      digester,
    });
  }

  #deny(who: CrewName): void {
    const by = this.#by(who, false);
    const change = tried(() => deny(this.#decided, { by, digester, ...rules }));
    if (change === undefined) return;
    assert.notEqual(who, 'ana', 'nobody decides on a plan of their own');
    assert.notEqual(this.#model.state, 'over', 'nothing is denied that is over');
    this.#decided = after(this.#decided, change);
    this.#model.state = 'over';
  }

  /** Somebody loses what they may, or a second admin stands by what they were given. */
  #change(who: CrewName, what: 'lose' | 'second'): void {
    const before = this.#people[who];
    const { people } = this.#model;
    if (what === 'lose') {
      people[who] = { may: ['viewer'], isNew: false };
      this.#people[who] = { ...before, permissions: ['viewer'] };
      return;
    }
    people[who] = { ...people[who], isNew: false };
    const stoodBy = { ...lately, secondedBy: 'person-sam' };
    if (before.grants === undefined) return;
    this.#people[who] = { ...before, grants: { approver: stoodBy, responder: stoodBy } };
  }

  #happen(
    step: Extract<LeaveStep, { do: 'wait' | 'sev' | 'command' | 'final' | 'tamper' | 'reconnect' }>,
  ): void {
    const model = this.#model;
    switch (step.do) {
      case 'wait':
        model.minute += step.minutes;
        break;
      case 'sev':
        model.severity = step.to;
        break;
      case 'command':
        model.commander = step.who;
        break;
      case 'final':
        model.final = step.is;
        break;
      case 'tamper':
        model.touched = true;
        this.#decided = { ...this.#decided, plan: { ...this.#decided.plan, query: 'changed' } };
        break;
      case 'reconnect':
        model.reconnected = true;
        break;
    }
  }

  #by(who: CrewName, code: boolean): Decider {
    const by = decider(this.#people[who], minutesLater(this.#model.minute));
    return code ? { ...by, steppedUp: 'totp' } : by;
  }
}

/** A plan of any purpose, with what its class needs frozen into it. */
function planned(story: LeaveStory): Decided {
  const { plan, actions, approvals } = aDecided(story.targets);
  const { purpose } = story;
  const leave = leaveFor(shippedPolicy, deedOf({ ...plan, purpose }), false);
  const expiresAt = minutesLater(lifeOf(story));
  const frozen = { ...plan, purpose, leave, approvalsNeeded: 1, expiresAt };
  return { plan: { ...frozen, digest: digestOf(frozen, digester) }, actions, approvals };
}

/** What comes of it; what is refused changes nothing, and what fails otherwise is our bug. */
function tried<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
