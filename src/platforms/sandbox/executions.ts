import { definitionOf, enabledSteps, runningAt } from './activation.ts';
import { chanceOf } from './chance.ts';
import type { Definition, Rule, WorkflowNow } from './model.ts';

export type ExecutionStatus = 'running' | 'waiting' | 'success' | 'canceled';

/** One run of a workflow, derived from what was on when its trigger came. */
export type Execution = {
  readonly id: string;
  readonly workflow: string;
  readonly mode: 'webhook' | 'schedule' | 'manual';
  readonly startedAt: number;
  readonly status: ExecutionStatus;
  readonly endedAt?: number;
  /** What it was doing when it was stopped. */
  readonly stoppedWhile?: 'running' | 'waiting';
};

/** How long an execution runs that has nothing to wait for, in ms. */
const usualMs = 900;
/** No list is longer, however long the time. */
const executionsAtMost = 2_000;

/**
 * Executions that started in `(since, now]`, the newest first.
 *
 * None is stored but those that somebody called for: schedules and visitors come at known times, and
 * they started something when a version that listens to them was really running then.
 */
export function executionsSince(
  workflow: WorkflowNow,
  since: number,
  now: number,
): readonly Execution[] {
  const found: Execution[] = [];
  const add = (mode: Execution['mode'], startedAt: number): void => {
    const version = definitionOf(workflow, runningAt(workflow, startedAt));
    found.push(executionOf(workflow, version ?? workflow.draft, mode, startedAt, now));
  };
  for (const { at, mode } of workflow.calls) if (at > since && at <= now) add(mode, at);
  for (const [mode, rule] of rulesOf(workflow)) {
    const jitterMs = mode === 'webhook' ? rule.everyMs / 2 : 0;
    for (const at of firesBackwards(rule, since, now, jitterMs)) {
      if (startsAt(workflow, mode, rule, at)) add(mode, at);
    }
  }
  return found.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, executionsAtMost);
}

/** Executions that have not ended. */
export function unended(workflow: WorkflowNow, now: number): readonly Execution[] {
  const longest = Math.max(...[...workflow.versions, workflow.draft].map(lengthOf));
  return executionsSince(workflow, now - longest - 1, now).filter(
    ({ status }) => status === 'running' || status === 'waiting',
  );
}

/** Windows in which the last run is looked for, in ms: most ran lately. */
const windowsMs = [3_600_000, 86_400_000, 31 * 86_400_000];

/** When it last started, as far back as a month. */
export function lastRun(workflow: WorkflowNow, now: number): number | undefined {
  for (const windowMs of windowsMs) {
    const [last] = executionsSince(workflow, now - windowMs, now);
    if (last) return last.startedAt;
  }
  return undefined;
}

/** The first time after an instant at which a rule comes round. */
export function nextFire({ everyMs, phaseMs }: Rule, after: number): number {
  return phaseMs + (Math.floor((after - phaseMs) / everyMs) + 1) * everyMs;
}

function rulesOf(workflow: WorkflowNow): readonly (readonly ['schedule' | 'webhook', Rule])[] {
  const rules = new Map<string, Rule>();
  for (const { steps } of [...workflow.versions, workflow.draft]) {
    for (const { schedule } of steps) if (schedule) rules.set(schedule.words, schedule);
  }
  return [
    ...[...rules.values()].map((rule) => ['schedule', rule] as const),
    ...(workflow.visitors ? [['webhook', workflow.visitors] as const] : []),
  ];
}

function* firesBackwards(
  rule: Rule,
  since: number,
  now: number,
  jitterMs: number,
): Generator<number> {
  let made = 0;
  for (let at = nextFire(rule, now) - rule.everyMs; at > since - jitterMs; at -= rule.everyMs) {
    const fires = at + Math.floor(chanceOf(`${rule.phaseMs} ${at}`) * jitterMs);
    if (fires > since && fires <= now) yield fires;
    made += 1;
    if (made >= executionsAtMost) return;
  }
}

function startsAt(
  workflow: WorkflowNow,
  mode: 'schedule' | 'webhook',
  rule: Rule,
  at: number,
): boolean {
  const steps = enabledSteps(definitionOf(workflow, runningAt(workflow, at)));
  return mode === 'schedule'
    ? steps.some(({ schedule }) => schedule?.words === rule.words)
    : steps.some(({ webhook }) => webhook !== undefined);
}

function executionOf(
  workflow: WorkflowNow,
  definition: Definition,
  mode: Execution['mode'],
  startedAt: number,
  now: number,
): Execution {
  const course = courseOf(workflow, definition, startedAt);
  const endsAt = course.at(-1)?.until ?? startedAt;
  const missed = Math.max(0, ...course.map(({ woken }) => woken?.missedBy ?? 0));
  const stop = workflow.stops.slice(missed).find((at) => at >= startedAt && at < endsAt);
  const base = {
    id: `${startedAt}${mode === 'schedule' ? '1' : mode === 'webhook' ? '2' : '3'}`,
    workflow: workflow.id,
    mode,
    startedAt,
  };
  const doing = (at: number) => course.find(({ until }) => at < until)?.status ?? 'running';
  if (stop !== undefined && stop <= now) {
    return { ...base, status: 'canceled', endedAt: stop, stoppedWhile: doing(stop) };
  }
  if (now >= endsAt) return { ...base, status: 'success', endedAt: endsAt };
  return { ...base, status: doing(now) };
}

type Stretch = { readonly status: 'running' | 'waiting'; readonly ms: number };

/** How an execution goes: what it does, and until when unless it is stopped. */
type Course = readonly (Pick<Stretch, 'status'> & {
  readonly until: number;
  readonly woken?: WorkflowNow['wakes'][number];
})[];

function courseOf({ wakes }: WorkflowNow, definition: Definition, startedAt: number): Course {
  let from = startedAt;
  return stretchesOf(definition).map(({ status, ms }) => {
    const begun = from;
    const woken =
      status === 'waiting' ? wakes.find(({ at }) => at >= begun && at < begun + ms) : undefined;
    from = woken?.at ?? begun + ms;
    return { status, until: from, ...(woken === undefined ? {} : { woken }) };
  });
}

const known = new WeakMap<Definition, readonly Stretch[]>();

/** Definitions never change, so they are read once. */
function stretchesOf(definition: Definition): readonly Stretch[] {
  const found = known.get(definition);
  if (found) return found;
  const stretches = enabledSteps(definition).flatMap(({ worksMs, waitsMs }): Stretch[] => [
    ...(worksMs === undefined ? [] : [{ status: 'running' as const, ms: worksMs }]),
    ...(waitsMs === undefined ? [] : [{ status: 'waiting' as const, ms: waitsMs }]),
  ]);
  const own: readonly Stretch[] =
    stretches.length > 0 ? stretches : [{ status: 'running', ms: usualMs }];
  known.set(definition, own);
  return own;
}

function lengthOf(definition: Definition): number {
  return stretchesOf(definition).reduce((sum, { ms }) => sum + ms, 0);
}
