import { leverWords, wasOffBefore } from './action.ts';
import type { ConnectionId } from './connection.ts';
import type { JsonObject } from './json.ts';
import { progressOf, stateWords } from './plan-progress.ts';
import type { Action, Approval, Plan } from './plan.ts';
import type { RevocationRecord } from './revocation.ts';
import { isDead, revocationWords } from './revocation.ts';
import type { DrillTimes, Scenario } from './scenario.ts';
import { listed, span } from './wording.ts';

/** How a drill went, or goes so far. */
export type DrillScore = {
  /** What was reached, each from the start. */
  readonly times: Partial<DrillTimes>;
  /** How many workflows and credentials had to be dealt with. */
  readonly wanted: number;
  /** Which of them were not, and why not. */
  readonly missed: readonly { readonly name: string; readonly why: string }[];
  /** What was done without need, and to what; also when it was taken back. */
  readonly collateral: readonly string[];
  /** Nothing missed, nothing hit without need, all in time. */
  readonly passed: boolean;
};

/** What was done in a drill. */
export type DrillDeeds = {
  readonly plans: readonly {
    readonly plan: Plan;
    readonly approvals: readonly Approval[];
    readonly actions: readonly Action[];
  }[];
  readonly revocations: readonly RevocationRecord[];
};

type Played = {
  readonly scenario: Scenario;
  readonly connection: ConnectionId;
  readonly startedAt: Date;
};

/** Compares what was done with what the scenario asks for. */
export function scoreOf(drill: Played, deeds: DrillDeeds): DrillScore {
  const { scenario, connection, startedAt } = drill;
  const { contain, revoke, hostile = contain } = scenario.answer;
  const containing = deeds.plans.filter(({ plan }) => plan.purpose === 'contain');
  const ends = contain.map((name) => ({
    name,
    ...endOf(name, connection, containing, !hostile.includes(name)),
  }));
  const missed = [
    ...ends.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }])),
    ...revoke.flatMap((name) => {
      const why = aliveBecause(name, connection, deeds.revocations);
      return why === undefined ? [] : [{ name, why }];
    }),
  ];
  const useful = containing.filter(({ plan }) =>
    plan.targets.some((one) => one.connection === connection && contain.includes(one.name)),
  );
  const after = (at: Date | undefined) => at && at.getTime() - startedAt.getTime();
  const planMs = after(earliest(useful.map(({ plan }) => plan.createdAt)));
  const leaveMs = after(earliest(useful.flatMap((one) => leaveAt(one) ?? [])));
  const verifiedMs = ends.every(({ at }) => at !== undefined)
    ? after(latest(ends.flatMap(({ at }) => at ?? [])))
    : undefined;
  const times = {
    ...(planMs === undefined ? {} : { planMs }),
    ...(leaveMs === undefined ? {} : { leaveMs }),
    ...(verifiedMs === undefined ? {} : { verifiedMs }),
  };
  const collateral = collateralOf(scenario, connection, deeds.plans);
  return {
    times,
    wanted: contain.length + revoke.length,
    missed,
    collateral,
    passed: missed.length === 0 && collateral.length === 0 && inTime(times, scenario.goals),
  };
}

type Containing = DrillDeeds['plans'];

/** When a workflow that must be off was verified, or why it does not count as contained. */
function endOf(
  name: string,
  connection: ConnectionId,
  plans: Containing,
  mayComeBack: boolean,
): { readonly at?: Date; readonly why?: string } {
  const tries = plans
    .filter(({ plan }) => plan.startedAt !== undefined)
    .map(({ plan, actions }) => ({
      plan,
      actions: actions.filter(
        (action) => action.connection === connection && action.workflowName === name,
      ),
    }))
    .filter(({ actions }) => actions.length > 0)
    .flatMap((one) => progressOf(one.actions).map((progress) => ({ ...one, progress })));
  const held = tries.find(({ progress }) => progress.state === 'verified');
  const at = held && latest(held.actions.flatMap(({ settledAt }) => settledAt ?? []));
  if (at) return { at };
  const back = mayComeBack ? latest(tries.flatMap(({ actions }) => offBefore(actions) ?? [])) : at;
  if (back) return { at: back };
  const [last] = tries.toSorted((a, b) => startOf(b.plan) - startOf(a.plan));
  if (last === undefined) return { why: 'in no plan that was run' };
  const { state } = last.progress;
  const reason = last.actions.find((action) => action.state === state)?.reason;
  const words = stateWords(last.progress);
  return { why: `${last.plan.name}: ${words}${reason === undefined ? '' : `. ${reason}`}` };
}

/** When all of what was taken back since had been verified: that it was off was proved with its stop. */
function offBefore(actions: readonly Action[]): Date | undefined {
  const taken = actions.some(({ lever, state }) => lever === 'disable' && state === 'undone');
  const stops = actions.filter(({ lever }) => lever === 'stop');
  if (!taken || stops.length === 0 || stops.some(({ state }) => state !== 'verified'))
    return undefined;
  return latest(stops.flatMap(({ settledAt }) => settledAt ?? []));
}

function startOf({ startedAt }: Plan): number {
  return startedAt?.getTime() ?? 0;
}

function aliveBecause(
  name: string,
  connection: ConnectionId,
  revocations: readonly RevocationRecord[],
): string | undefined {
  const record = revocations.find((one) => one.connection === connection && one.name === name);
  if (record === undefined) return 'nothing was done about it at its provider';
  return isDead(record) || record.confirmedByHand ? undefined : revocationWords(record);
}

/** When a plan had all the leave that it needs: the last yes, or that somebody ran it alone. */
function leaveAt({ plan, approvals }: Containing[number]): Date | undefined {
  const yeses = approvals.filter(({ decision }) => decision === 'yes').map(({ at }) => at);
  const agreed = plan.approvalsNeeded > 0 && yeses.length >= plan.approvalsNeeded;
  return agreed ? latest(yeses) : plan.startedAt;
}

/** Levers that stop honest work. Which accounts are hostile no scenario says, so users are left out. */
const harmful = ['disable', 'mute', 'revoke', 'block', 'overwrite', 'delete'] as const;

function collateralOf(
  { answer }: Scenario,
  connection: ConnectionId,
  plans: Containing,
): readonly string[] {
  const wanted = [...answer.contain, ...answer.revoke];
  const hit = plans
    .flatMap(({ actions }) => actions)
    .filter((one) => harmful.some((lever) => lever === one.lever))
    .filter((one) => one.acceptedAt && !wasOffBefore(one))
    .filter(
      (one) =>
        !answer.tolerate.includes(one.workflowName) &&
        !(one.connection === connection && wanted.includes(one.workflowName)),
    );
  const words = hit.map(
    ({ ref, workflowName, lever }) => `${ref} “${workflowName}” ${leverWords[lever].held}`,
  );
  return [...new Set(words)];
}

/** True when each was reached, and soon enough. */
function inTime(times: Partial<DrillTimes>, goals: DrillTimes): boolean {
  const { planMs, leaveMs, verifiedMs } = times;
  return (
    isWithin(planMs, goals.planMs) &&
    isWithin(leaveMs, goals.leaveMs) &&
    isWithin(verifiedMs, goals.verifiedMs)
  );
}

/** True for what was reached, and not after its goal. */
export function isWithin(takenMs: number | undefined, goalMs: number): boolean {
  return takenMs !== undefined && takenMs <= goalMs;
}

function earliest(instants: readonly Date[]): Date | undefined {
  return instants.toSorted((a, b) => a.getTime() - b.getTime()).at(0);
}

function latest(instants: readonly Date[]): Date | undefined {
  return instants.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
}

/** The score in sentences, for a timeline. */
export function scoreInWords({ times, wanted, missed, collateral, passed }: DrillScore): string {
  const misses = missed.map(({ name, why }) => `“${name}” (${why})`);
  return [
    passed ? 'passed.' : 'not passed.',
    `First plan ${takenIn(times.planMs)}, leave to run it ${takenIn(times.leaveMs)}, all verified ${takenIn(times.verifiedMs)}.`,
    missed.length === 0
      ? `Nothing of ${wanted} was missed.`
      : `Missed ${missed.length} of ${wanted}: ${listed(misses, 20)}.`,
    collateral.length === 0
      ? 'Nothing else was hit.'
      : `Hit without need: ${listed(collateral, 20)}.`,
  ].join(' ');
}

function takenIn(ms: number | undefined): string {
  return ms === undefined ? 'never' : `after ${span(ms)}`;
}

/** The score for machines. */
export function scoreJson(score: DrillScore): JsonObject {
  const { times, wanted, missed, collateral, passed } = score;
  return {
    passed,
    planMs: times.planMs ?? null,
    leaveMs: times.leaveMs ?? null,
    verifiedMs: times.verifiedMs ?? null,
    wanted,
    missed: missed.map(({ name, why }) => ({ name, why })),
    collateral: [...collateral],
  };
}
