import type { Incident } from './incident.ts';
import { isVisibleTo } from './incident.ts';
import type { Notice } from './notice.ts';
import type { PersonId } from './person.ts';
import { holderOf } from './role.ts';
import type { RunbookRun, StepVisit } from './runbook-run.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { span } from './wording.ts';

/** Who is reminded of a step that is over its time: first whose it is, later the commander. */
export const reminded = ['owner', 'commander'] as const;
export type Reminded = (typeof reminded)[number];

/** The commander hears of it no sooner than so long after its time, in ms. */
const patienceMs = 5 * 60_000;

/** Written once for each visit and each of the two, whichever process is quicker. */
export type Reminder = {
  readonly run: string;
  readonly position: number;
  readonly whom: Reminded;
  readonly at: Date;
};

/** Who is to be reminded now: the commander once the step took twice its time. */
export function remindedNow(visit: StepVisit, now: Date): Reminded | undefined {
  const { state, startedAt, dueAt } = visit;
  if (state !== 'current' || dueAt === undefined || now < dueAt) return undefined;
  const boxMs = dueAt.getTime() - startedAt.getTime();
  const lateAt = dueAt.getTime() + Math.max(boxMs, patienceMs);
  if (now.getTime() >= lateAt && visit.commanderRemindedAt === undefined) return 'commander';
  return visit.ownerRemindedAt === undefined && visit.commanderRemindedAt === undefined
    ? 'owner'
    : undefined;
}

/** What a reminder leaves to be stored, all of it or nothing. */
export type ReminderChange = {
  readonly runbookReminders: readonly [Reminder];
  readonly notices: readonly Notice[];
  readonly events: readonly [NewTimelineEvent];
};

/**
 * Reminds of a step that is over its time. Where it waits for nobody in particular, the commander
 * hears of it at once.
 *
 * @param what.owner whom it waits for
 */
export function remind(
  what: {
    readonly run: RunbookRun;
    readonly visit: StepVisit;
    readonly heading: string;
    readonly owner?: PersonId;
    readonly incident: Incident;
    readonly whom: Reminded;
  },
  at: {
    readonly now: Date;
    readonly newId: () => string;
    readonly names: (id: PersonId) => string;
  },
): ReminderChange {
  const { run, visit, heading, owner, incident, whom } = what;
  const commander = holderOf(incident, 'commander');
  const person = whom === 'owner' ? (owner ?? commander) : commander;
  const hears = person !== undefined && isVisibleTo(incident, person) ? person : undefined;
  const overMs = visit.dueAt === undefined ? 0 : at.now.getTime() - visit.dueAt.getTime();
  const over = `${span(overMs)} over its time`;
  const waits =
    owner === undefined ? 'waits for nobody in particular' : `waits for ${at.names(owner)}`;
  const drill = incident.drill ? 'Drill: ' : '';
  return {
    runbookReminders: [{ run: run.id, position: visit.position, whom, at: at.now }],
    notices:
      hears === undefined
        ? []
        : [
            {
              id: at.newId(),
              person: hears,
              incident: incident.id,
              at: at.now,
              urgent: true,
              text: `${drill}Step ${visit.position} of ${run.name} in ${incident.name} is ${over} and ${hears === owner ? 'waits for you' : waits}: “${heading}”. Look: \`runbook next ${run.name}\`; hand it over: \`runbook assign @… run:${run.name}\`.`,
            },
          ],
    events: [
      {
        chain: incident.id,
        kind: 'runbook_step_overdue',
        actor: { kind: 'firebreak' },
        source: 'job',
        occurredAt: at.now,
        text: `${run.name} “${heading}” is ${over} and ${waits}. ${hears === undefined ? 'Nobody could be reminded: no commander.' : `${at.names(hears)} was reminded.`}`,
        data: {
          run: run.id,
          name: run.name,
          step: visit.step,
          position: visit.position,
          whom,
          ...(hears === undefined ? {} : { person: hears }),
        },
      },
    ],
  };
}
