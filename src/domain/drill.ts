import { UserError } from '../errors.ts';
import type { Connection, ConnectionId } from './connection.ts';
import type { DrillScore } from './drill-score.ts';
import { scoreInWords, scoreJson } from './drill-score.ts';
import type { Incident, IncidentId } from './incident.ts';
import { declareIncident, incidentEvent } from './lifecycle.ts';
import type { PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import type { Scenario } from './scenario.ts';
import type { NewTimelineEvent } from './timeline.ts';

/** One exercise: an incident in which a scenario is played on a simulated platform. */
export type Drill = {
  readonly incident: IncidentId;
  readonly connection: ConnectionId;
  /** As it was when the drill began. */
  readonly scenario: Scenario;
  readonly startedBy: PersonId;
  readonly startedAt: Date;
  /** When the estate was made ready for it. */
  readonly readyAt?: Date;
  readonly endedAt?: Date;
  /** How it went; set when it ended. */
  readonly score?: DrillScore;
  /** When the estate was put back as it always begins. */
  readonly clearedAt?: Date;
  readonly revision: number;
};

/** Makes the estate of a drill ready, or puts it back; once for each id. */
export type DrillJob = {
  readonly kind: 'drill';
  readonly id: string;
  readonly data: { readonly incident: IncidentId; readonly connection: ConnectionId };
};

/** What a decision on a drill leaves to be stored. */
export type DrillChange = {
  readonly incidents: readonly Incident[];
  readonly drills: readonly [Drill];
  readonly events: readonly NewTimelineEvent[];
  readonly jobs: readonly [DrillJob];
};

/** The job of one end of a drill. */
export function drillJob(
  { incident, connection }: Pick<Drill, 'incident' | 'connection'>,
  end: 'begin' | 'end',
): DrillJob {
  return { kind: 'drill', id: `drill:${incident}:${end}`, data: { incident, connection } };
}

/** Puts an estate back whose own job was lost, by a restore or after too many failures. */
export function clearAgain(drill: Drill, now: Date): DrillJob {
  const job = drillJob(drill, 'end');
  return { ...job, id: `${job.id}:${now.toISOString()}` };
}

/** True for connections on which a scenario of this estate can be played, by their address. */
export function canStage(connection: Connection, { estate }: Scenario): boolean {
  const { kind, baseUrl } = connection;
  const own = `sandbox://${estate}`;
  return kind === 'sandbox' && (baseUrl === own || baseUrl.startsWith(`${own}/`));
}

/**
 * Refuses everything but the simulated estate that the scenario is written for.
 *
 * @throws UserError `conflict` for production, `bad_input` for what cannot be made ready
 */
export function assertStage(connection: Connection, scenario: Scenario): void {
  const { name, environment, kind } = connection;
  if (environment !== 'drill') {
    throw new UserError(
      'conflict',
      `${name} is a production connection: a drill never touches one.`,
      { hint: `\`drill start ${scenario.id}\` takes the simulated platform.` },
    );
  }
  if (canStage(connection, scenario)) return;
  const what = kind === 'sandbox' ? 'another simulated estate' : `a ${kind}`;
  throw new UserError(
    'bad_input',
    `${scenario.id} is played on the simulated estate ${scenario.estate}; ${name} is ${what}.`,
    { hint: `For an exercise of your own there: \`declare <title> --drill\`.` },
  );
}

/** Declares the incident of a drill and has its estate made ready. */
export function startDrill(
  what: { readonly id: IncidentId; readonly scenario: Scenario; readonly connection: Connection },
  by: Decider,
): DrillChange {
  const { id, scenario, connection } = what;
  assertStage(connection, scenario);
  const { title, severity, briefing } = scenario;
  const declared = declareIncident({ id, title, severity, visibility: 'open', drill: true }, by);
  const started = incidentEvent(id, by, {
    kind: 'drill_started',
    text: `Drill “${scenario.id}” begins on ${connection.name}. ${briefing}`,
    data: { scenario: scenario.id, connection: connection.name },
  });
  const drill: Drill = {
    incident: id,
    connection: connection.id,
    scenario,
    startedBy: by.person.id,
    startedAt: by.now,
    revision: 0,
  };
  return {
    incidents: declared.incidents,
    drills: [drill],
    events: [...declared.events, started],
    jobs: [drillJob(drill, 'begin')],
  };
}

/**
 * Ends a drill with its score, and has its estate put back.
 *
 * @throws UserError `conflict` when it has ended already
 */
export function endDrill(
  drill: Drill,
  score: DrillScore,
  by: Decider,
): Omit<DrillChange, 'incidents'> {
  if (drill.endedAt) {
    throw new UserError('conflict', 'This drill has ended already.', {
      hint: '`drill score` shows how it went.',
    });
  }
  return {
    drills: [{ ...drill, endedAt: by.now, score }],
    events: [
      incidentEvent(drill.incident, by, {
        kind: 'drill_ended',
        text: `Drill “${drill.scenario.id}” ended: ${scoreInWords(score)}`,
        data: { scenario: drill.scenario.id, ...scoreJson(score) },
      }),
    ],
    jobs: [drillJob(drill, 'end')],
  };
}
