import { UserError } from '../errors.ts';
import type { Incident, IncidentId } from './incident.ts';
import type { JsonObject } from './json.ts';
import type { PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { Plan } from './plan.ts';
import { assertOpen } from './planning.ts';
import { holderOf } from './role.ts';
import { inputWords } from './runbook-input.ts';
import type { InputValues } from './runbook-input.ts';
import type { Decisions, Runbook, RunbookStep } from './runbook.ts';
import { stepAfter, stepCalled } from './runbook.ts';
import type { NewTimelineEvent } from './timeline.ts';

export const runStates = ['running', 'finished', 'abandoned'] as const;
export type RunState = (typeof runStates)[number];

/** One walk through a runbook. It goes by the text that it was started with. */
export type RunbookRun = {
  readonly id: string;
  /** `R-3`, counted in the instance. */
  readonly name: string;
  readonly incident: IncidentId;
  /** The id in the front matter. */
  readonly runbook: string;
  readonly title: string;
  /** Hex, of `content`. */
  readonly contentSha256: string;
  /** The whole file as it was. */
  readonly content: string;
  readonly inputs: InputValues;
  readonly state: RunState;
  /** The step of another run that started this one. */
  readonly parent?: RunParent;
  readonly startedBy: PersonId;
  readonly startedAt: Date;
  readonly finishedAt?: Date;
  readonly revision: number;
};

/** A step of a run, by its position. */
export type RunParent = { readonly run: string; readonly position: number };

export const visitStates = ['current', 'done', 'skipped', 'left'] as const;
export type VisitState = (typeof visitStates)[number];

/** One visit of a step; a loop visits a step again. */
export type StepVisit = {
  readonly run: string;
  /** From 1, in the order of walking. */
  readonly position: number;
  readonly step: string;
  /** `left`: the run was stopped here, or went back from here. */
  readonly state: VisitState;
  /** Who held the step's role when it came up. */
  readonly owner?: PersonId;
  /** Who was given this step by name; without it, it waits for whoever holds its role. */
  readonly assigned?: PersonId;
  readonly answer?: string;
  readonly note?: string;
  /** The plan that this visit made. */
  readonly plan?: string;
  readonly startedAt: Date;
  readonly dueAt?: Date;
  /** When whose it is was reminded that it is over its time; at most once. */
  readonly ownerRemindedAt?: Date;
  /** The same for the commander. */
  readonly commanderRemindedAt?: Date;
  readonly endedAt?: Date;
  readonly endedBy?: PersonId;
};

/** A run with the runbook that it pins and all its visits in order. */
export type Walk = {
  readonly run: RunbookRun;
  readonly runbook: Runbook;
  readonly visits: readonly StepVisit[];
};

/** What a press leaves to be stored, all of it or nothing. */
export type RunbookChange = {
  readonly runbookRuns: readonly [RunbookRun];
  readonly runbookSteps: readonly StepVisit[];
  readonly events: readonly [NewTimelineEvent, ...NewTimelineEvent[]];
};

/** Begins a run at the first step. */
export function startRunbook(
  what: {
    readonly runbook: Runbook;
    readonly content: string;
    readonly contentSha256: string;
    readonly inputs: InputValues;
    readonly incident: Incident;
    readonly id: string;
    readonly parent?: RunParent;
  },
  by: Decider,
): RunbookChange {
  const { runbook, incident } = what;
  assertOpen(incident);
  const run: RunbookRun = {
    id: what.id,
    name: '',
    incident: incident.id,
    runbook: runbook.id,
    title: runbook.title,
    contentSha256: what.contentSha256,
    content: what.content,
    inputs: what.inputs,
    state: 'running',
    ...(what.parent === undefined ? {} : { parent: what.parent }),
    startedBy: by.person.id,
    startedAt: by.now,
    revision: 0,
  };
  const inputs = Object.entries(what.inputs).map(([name, value]) => `${name} ${inputWords(value)}`);
  const first = stepAtStart(runbook);
  return {
    runbookRuns: [run],
    runbookSteps: first ? [visitOf(run, first, 1, incident, by)] : [],
    events: [
      runEvent(run, by, {
        kind: 'runbook_started',
        text: `Runbook “${runbook.title}” started${inputs.length === 0 ? '' : `: ${inputs.join(', ')}`}.`,
        data: {
          runbook: runbook.id,
          version: runbook.version,
          sha256: what.contentSha256,
          ...(what.parent === undefined
            ? {}
            : { startedByRun: what.parent.run, startedByStep: what.parent.position }),
          inputs: Object.fromEntries(
            Object.entries(what.inputs).map(([name, value]) => [name, inputWords(value)]),
          ),
        },
      }),
    ],
  };
}

/** The step at which a run stands. @throws UserError `conflict` when it is over */
export function currentOf(walk: Walk): { readonly visit: StepVisit; readonly step: RunbookStep } {
  const visit = walk.visits.find(({ state }) => state === 'current');
  const step = visit && stepCalled(walk.runbook, visit.step);
  if (walk.run.state !== 'running' || !visit || !step) {
    throw new UserError('conflict', `${walk.run.name} is ${walk.run.state}.`, {
      hint: `See \`runbook show ${walk.run.name}\`.`,
    });
  }
  return { visit, step };
}

/** How a step ends: done, with an answer where it decides, or skipped with the reason. */
export type Ending = {
  readonly kind: 'done' | 'skipped';
  readonly answer?: string;
  readonly note?: string;
  /** What Firebreak did at this press, in a sentence. */
  readonly did?: string;
  /** True when that it is done is what a person says, where Firebreak would do or prove it. */
  readonly onWord?: boolean;
};

/**
 * Ends the current step and goes on to the one that follows, or ends the run.
 *
 * @throws UserError `bad_input` for a decision without one of its answers
 */
export function endStep(
  walk: Walk,
  ending: Ending,
  at: { readonly incident: Incident; readonly by: Decider },
): RunbookChange {
  const { incident, by } = at;
  assertOpen(incident);
  const { visit, step } = currentOf(walk);
  assertAnswered(step, ending);
  const ended: StepVisit = {
    ...visit,
    state: ending.kind,
    endedAt: by.now,
    endedBy: by.person.id,
    ...(ending.answer === undefined ? {} : { answer: ending.answer }),
    ...(ending.note === undefined ? {} : { note: ending.note }),
  };
  const next = stepAfter(
    walk.runbook,
    step,
    decisionsOf([...walk.visits.filter((one) => one.position < visit.position), ended]),
  );
  const run: RunbookRun = next ? walk.run : { ...walk.run, state: 'finished', finishedAt: by.now };
  const finished = next
    ? []
    : [
        runEvent(run, by, {
          kind: 'runbook_finished',
          text: `${run.name} “${run.title}” is at its end.`,
        }),
      ];
  return {
    runbookRuns: [run],
    runbookSteps: [ended, ...(next ? [visitOf(run, next, visit.position + 1, incident, by)] : [])],
    events: [endEvent(run, step, ending, by), ...finished],
  };
}

/** Keeps which plan the current step made, or that it was carried out without one. */
export function recordDeed(
  walk: Walk,
  did: { readonly text: string; readonly plan?: Plan },
  by: Decider,
): RunbookChange {
  const { visit, step } = currentOf(walk);
  return {
    runbookRuns: [walk.run],
    runbookSteps: [did.plan === undefined ? visit : { ...visit, plan: did.plan.id }],
    events: [
      runEvent(walk.run, by, {
        kind: 'runbook_step_run',
        text: `${walk.run.name} “${step.heading}”: ${did.text}`,
        data: {
          step: step.id,
          position: visit.position,
          ...(did.plan === undefined ? {} : { plan: did.plan.id, digest: did.plan.digest }),
        },
      }),
    ],
  };
}

/** Ends a run before its end, because it was started by mistake or another one fits better. */
export function stopRunbook(walk: Walk, why: string, by: Decider): RunbookChange {
  const { visit, step } = currentOf(walk);
  const run: RunbookRun = { ...walk.run, state: 'abandoned', finishedAt: by.now };
  return {
    runbookRuns: [run],
    runbookSteps: [{ ...visit, state: 'left', endedAt: by.now, endedBy: by.person.id, note: why }],
    events: [
      runEvent(run, by, {
        kind: 'runbook_stopped',
        text: `${run.name} “${run.title}” was stopped at “${step.heading}”: ${why}`,
        data: { step: step.id, position: visit.position, why },
      }),
    ],
  };
}

/** The decisions of the visits so far; of a step that was visited twice the later one. */
export function decisionsOf(visits: readonly StepVisit[]): Decisions {
  return Object.fromEntries(
    visits.flatMap(({ step, answer }) => (answer === undefined ? [] : [[step, answer]])),
  );
}

function assertAnswered(step: RunbookStep, ending: Ending): void {
  if (step.kind !== 'decide') return;
  const names = step.answers.map(({ name }) => name);
  if (ending.kind === 'skipped') {
    throw new UserError('bad_input', `“${step.heading}” is a decision; it cannot be skipped.`, {
      hint: 'Answer it: what follows depends on it.',
      candidates: names.map((name) => `runbook done ${name}`),
    });
  }
  if (ending.answer !== undefined && names.includes(ending.answer)) return;
  throw new UserError(
    'bad_input',
    `“${step.heading}” is answered by one of: ${names.join(', ')}.`,
    { hint: `e.g. \`runbook done ${names[0] ?? ''}\``, candidates: names },
  );
}

function stepAtStart(runbook: Runbook): RunbookStep | undefined {
  return runbook.steps.find((step) => Object.keys(step.when).length === 0);
}

/** The visit that begins at a step: whose it is, and until when. */
export function visitOf(
  run: RunbookRun,
  step: RunbookStep,
  position: number,
  incident: Incident,
  by: Decider,
): StepVisit {
  const role = step.owner;
  const owner =
    role === undefined || role === 'responder' || role === 'approver'
      ? undefined
      : holderOf(incident, role);
  return {
    run: run.id,
    position,
    step: step.id,
    state: 'current',
    startedAt: by.now,
    ...(owner === undefined ? {} : { owner }),
    ...(step.withinMs === undefined ? {} : { dueAt: new Date(by.now.getTime() + step.withinMs) }),
  };
}

function endEvent(
  run: RunbookRun,
  step: RunbookStep,
  ending: Ending,
  by: Decider,
): NewTimelineEvent {
  const { kind, answer, note, did, onWord = false } = ending;
  const said = [did, answer, note].filter((part) => part !== undefined).join(' · ');
  const whose = onWord ? `, says @${by.person.handle}; not verified by Firebreak` : '';
  const word = kind === 'done' ? `done${whose}` : 'skipped';
  return runEvent(run, by, {
    kind: `runbook_step_${kind}`,
    text: `${run.name} “${step.heading}” ${word}${said === '' ? '.' : `: ${said}`}`,
    data: {
      step: step.id,
      ...(answer === undefined ? {} : { answer }),
      ...(note === undefined ? {} : kind === 'skipped' ? { why: note } : { note }),
      ...(onWord ? { verifiedByFirebreak: false } : {}),
    },
  });
}

/** One entry of the timeline about a run. */
export function runEvent(
  run: RunbookRun,
  by: Decider,
  event: { readonly kind: string; readonly text: string; readonly data?: JsonObject },
): NewTimelineEvent {
  return {
    chain: run.incident,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    kind: event.kind,
    text: event.text,
    data: { run: run.id, ...(run.name ? { name: run.name } : {}), ...event.data },
  };
}
