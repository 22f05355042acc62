import { z } from 'zod';

import { clearAgain, endDrill } from '../../domain/drill.ts';
import type { Incident } from '../../domain/incident.ts';
import { closeIncident, resolveIncident } from '../../domain/lifecycle.ts';
import type { Decider, PlanChange } from '../../domain/plan-change.ts';
import { cancelPlan } from '../../domain/plan-life.ts';
import { isUnfinished } from '../../domain/plan-progress.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { drillOf, drillView, scoreNow } from '../drill-view.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { looseEndsOf } from '../loose-ends.ts';

const why = 'The drill has ended.';

export const drillEnd = defineCommand({
  name: 'drill end',
  summary: 'End a drill: score it, close its incident, and put the simulated platform back',
  examples: ['drill end', 'drill end in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'responder',
  input: z.object({ ...incidentInput }),

  async run(context, input) {
    const { store } = context;
    const { incident, note } = await incidentOf(context, input.in);
    const drill = await drillOf(context, incident);
    const by = deciderOf(context);
    if (drill.endedAt && !drill.clearedAt) {
      await store.save({ jobs: [clearAgain(drill, by.now)] });
      return drillView(context, incident, drill, note);
    }
    const ended = endDrill(drill, await scoreNow(context, drill), by);
    const cancelled = await cancelAll(context, incident, by);
    const closed = incident.closedAt ? undefined : await closeWith(context, incident, by);
    await store.save({
      incidents: closed?.incidents ?? [],
      plans: cancelled.flatMap(({ plans }) => plans),
      actions: cancelled.flatMap(({ actions }) => actions ?? []),
      drills: ended.drills,
      events: [
        ...cancelled.flatMap(({ events }) => events),
        ...ended.events,
        ...(closed?.events ?? []),
      ],
      jobs: [...cancelled.flatMap(({ jobs }) => jobs ?? []), ...ended.jobs],
    });
    return drillView(context, closed?.incidents[0] ?? incident, ended.drills[0], note);
  },
});

/** What still runs or waits ends with the drill. */
async function cancelAll(
  { store }: CommandContext,
  incident: Incident,
  by: Decider,
): Promise<readonly PlanChange[]> {
  const plans = await store.plans.ofIncident(incident.id);
  return Promise.all(
    plans
      .filter((plan) => isUnfinished(plan, by.now))
      .map(async (plan) => cancelPlan(plan, await store.plans.actions(plan.id), by, why)),
  );
}

/**
 * What is not verified stands in the score, so it keeps nothing open; nor does an override that
 * nobody reviewed, because nothing real was touched and who exercises alone has nobody to ask.
 */
async function closeWith(context: CommandContext, incident: Incident, by: Decider) {
  const loose = { ...(await looseEndsOf(context, incident)), unfinished: [], unreviewed: [] };
  const resolved = incident.resolvedAt ? undefined : resolveIncident(incident, by, why);
  const closed = closeIncident(resolved?.incidents[0] ?? incident, loose, by, why);
  return { incidents: closed.incidents, events: [...(resolved?.events ?? []), ...closed.events] };
}
