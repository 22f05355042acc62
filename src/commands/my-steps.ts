import type { Incident } from '../domain/incident.ts';
import type { Block } from '../domain/reply.ts';
import { stepOwner } from '../domain/runbook-assign.ts';
import { stepCalled } from '../domain/runbook.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { said } from './incident-view.ts';
import { walkOfRun } from './runbook-of.ts';
import { showBoth } from './show-time.ts';
import { zoneOf } from './when.ts';

/** The step at which a run stands, where it waits for the caller. */
export type MyStep = {
  readonly incident: string;
  readonly run: string;
  readonly position: number;
  readonly heading: string;
  readonly dueAt?: Date;
};

/** What runbooks wait for from the caller, what is due first before the rest. */
export async function mySteps(
  context: CommandContext,
  incidents: readonly Incident[],
): Promise<readonly MyStep[]> {
  const { store, caller } = context;
  const steps: MyStep[] = [];
  for (const incident of incidents) {
    const runs = await store.runbookRuns.ofIncident(incident.id);
    for (const run of runs.filter(({ state }) => state === 'running')) {
      const walk = await walkOfRun(context, run).catch(nothingWhenUnreadable);
      if (walk === undefined) continue;
      const visit = walk.visits.find(({ state }) => state === 'current');
      const step = visit && stepCalled(walk.runbook, visit.step);
      if (!visit || !step || stepOwner(incident, step, visit) !== caller.person.id) continue;
      const { position, dueAt } = visit;
      const when = dueAt === undefined ? {} : { dueAt };
      steps.push({
        incident: incident.name,
        run: run.name,
        position,
        heading: step.heading,
        ...when,
      });
    }
  }
  return steps.toSorted((a, b) => dueIn(a) - dueIn(b));
}

/** The steps, for their owner to read. */
export function myStepsBlock(context: CommandContext, steps: readonly MyStep[]): readonly Block[] {
  if (steps.length === 0) return [];
  const zone = zoneOf(context);
  return [
    said('Steps of runbooks that wait for you:'),
    {
      kind: 'list',
      items: steps.map(({ incident, run, position, heading, dueAt }) => {
        const late = dueAt !== undefined && dueAt < context.now();
        const due =
          dueAt === undefined
            ? ''
            : `, ${late ? 'overdue since' : 'until'} ${showBoth(dueAt, zone)}`;
        return `${run} of ${incident}, step ${position}: ${heading}${due}`;
      }),
    },
  ];
}

function dueIn({ dueAt }: MyStep): number {
  return dueAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** A run whose text cannot be read any more says so where it is looked at. */
function nothingWhenUnreadable(error: unknown): undefined {
  if (error instanceof UserError) return undefined;
  throw error;
}
