import type { DrillScore } from '../domain/drill-score.ts';
import { isWithin, scoreJson, scoreOf } from '../domain/drill-score.ts';
import type { Drill } from '../domain/drill.ts';
import { drillJob } from '../domain/drill.ts';
import type { Incident } from '../domain/incident.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Block, View } from '../domain/reply.ts';
import type { Scenario } from '../domain/scenario.ts';
import { counted, span } from '../domain/wording.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { headOf, said, warned } from './incident-view.ts';
import { audienceOf } from './plan-view.ts';

/** The line that tells how a drill gets on, from any room. */
export function followDrill(incident: Incident): string {
  return `drill score in:${incident.name}`;
}

/** The drill of an incident. @throws UserError `bad_input` for an incident that is none */
export async function drillOf({ store }: CommandContext, incident: Incident): Promise<Drill> {
  const drill = await store.drills.ofIncident(incident.id);
  if (drill) return drill;
  const what = incident.drill ? 'is a drill without a scenario' : 'is no drill';
  throw new UserError('bad_input', `${incident.name} ${what}, so there is nothing to score.`, {
    hint: '`drill start` lists the scenarios.',
  });
}

/** How the drill went, or goes so far. */
export async function scoreNow({ store }: CommandContext, drill: Drill): Promise<DrillScore> {
  if (drill.score) return drill.score;
  const plans = await store.plans.ofIncident(drill.incident);
  return scoreOf(drill, {
    plans: await Promise.all(
      plans.map(async (plan) => ({
        plan,
        approvals: await store.plans.approvals(plan.id),
        actions: await store.plans.actions(plan.id),
      })),
    ),
    revocations: await store.revocations.ofIncident(drill.incident),
  });
}

/** What a person is shown of a drill: its answer only when it has ended. */
export async function drillView(
  context: CommandContext,
  incident: Incident,
  drill: Drill,
  note: readonly Block[] = [],
): Promise<View> {
  const { scenario, endedAt, readyAt, clearedAt } = drill;
  const score = await scoreNow(context, drill);
  const isOpen = endedAt === undefined ? readyAt === undefined : clearedAt === undefined;
  const trouble = isOpen ? await troubleOf(context, drill) : undefined;
  const ended = endedAt !== undefined;
  return {
    kind: 'view',
    title: `${headOf(incident)}: ${ended ? verdictOf(score) : 'under way'}`,
    blocks: [
      ...note,
      ...(ended ? [] : [said(scenario.briefing)]),
      ...(trouble === undefined ? [] : [warned(trouble)]),
      ...(isOpen && !ended ? [said('The estate is being made ready.')] : []),
      timesTable(drill, score),
      ...(ended ? [...answerBlocks(score), ...ways(scenario)] : [said(soFar(score))]),
    ],
    next: ended
      ? [`export md in:${incident.name}`, 'drill start']
      : [
          ...(scenario.runbook === undefined ? [] : [`runbook start ${scenario.runbook}`]),
          'scope find …',
          'contain plan …',
          `drill end in:${incident.name}`,
        ],
    audience: audienceOf(incident),
    outcome: outcomeOf(isOpen && trouble === undefined, ended, score),
    follow: followDrill(incident),
    data: drillJson(incident, drill, score),
  };
}

function verdictOf({ passed }: DrillScore): string {
  return passed ? 'passed' : 'not passed';
}

function outcomeOf(isOpen: boolean, ended: boolean, { passed }: DrillScore): View['outcome'] {
  if (isOpen) return 'open';
  return ended && !passed ? 'failed' : 'done';
}

async function troubleOf({ store }: CommandContext, drill: Drill): Promise<string | undefined> {
  const { id } = drillJob(drill, drill.endedAt ? 'end' : 'begin');
  const job = await store.jobs.state('drill', id);
  if (job?.lastError === undefined) return undefined;
  return `The estate could not be ${drill.endedAt ? 'put back' : 'made ready'}: ${job.lastError}`;
}

function timesTable({ scenario, startedAt, endedAt }: Drill, { times }: DrillScore): Block {
  const { goals } = scenario;
  const row = (what: string, takenMs: number | undefined, goalMs: number) => [
    what,
    takenMs === undefined ? '–' : span(takenMs),
    span(goalMs),
    takenMs === undefined && endedAt === undefined
      ? 'not yet'
      : isWithin(takenMs, goalMs)
        ? 'in time'
        : takenMs === undefined
          ? 'never'
          : 'late',
  ];
  return {
    kind: 'table',
    columns: [`since ${startedAt.toISOString().slice(11, 16)} UTC`, 'took', 'goal', ''],
    rows: [
      row('first plan', times.planMs, goals.planMs),
      row('leave to run it', times.leaveMs, goals.leaveMs),
      row('all verified', times.verifiedMs, goals.verifiedMs),
    ],
  };
}

/** Numbers alone: names would give the answer away. */
function soFar({ wanted, missed, collateral }: DrillScore): string {
  const done = wanted - missed.length;
  const hit = collateral.length;
  return [
    `${done} of ${wanted} that must be dealt with are.`,
    ...(hit === 0 ? [] : [`${counted(hit, 'thing')} hit without need.`]),
    'Which they are is told when the drill has ended.',
  ].join(' ');
}

function answerBlocks({ wanted, missed, collateral }: DrillScore): readonly Block[] {
  return [
    ...(missed.length === 0
      ? [said(`Nothing of ${wanted} was missed.`)]
      : [
          warned(`Missed ${missed.length} of ${wanted}:`),
          {
            kind: 'table',
            columns: ['missed', 'why'],
            rows: missed.map(({ name, why }) => [name, why]),
          } as const,
        ]),
    ...(collateral.length === 0
      ? [said('Nothing else was hit.')]
      : [warned('Hit without need:'), { kind: 'list', items: collateral } as const]),
  ];
}

/** How its runbook leads through it: told with the answer, because what it is started with is half of that. */
function ways({ runbook, answer }: Scenario): readonly Block[] {
  if (runbook === undefined) return [];
  const lines = (answer.runs ?? [{}]).map((given) => {
    const values = Object.entries(given).map(([name, value]) => `${name}:"${value}"`);
    return `\`${['runbook start', runbook, ...values].join(' ')}\``;
  });
  return [said('The runbook that leads through it:'), { kind: 'list', items: lines }];
}

function drillJson(incident: Incident, drill: Drill, score: DrillScore): JsonObject {
  const { missed, collateral, passed, ...rest } = scoreJson(score);
  const ended = drill.endedAt !== undefined;
  return {
    incident: incident.name,
    scenario: drill.scenario.id,
    ready: drill.readyAt !== undefined,
    ended,
    cleared: drill.clearedAt !== undefined,
    ...rest,
    missedCount: score.missed.length,
    collateralCount: score.collateral.length,
    ...(ended ? { passed, missed, collateral } : {}),
  };
}
