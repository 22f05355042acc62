import { z } from 'zod';

import { keyText } from '../../domain/inventory.ts';
import { pausePlan } from '../../domain/plan-life.ts';
import type { Action } from '../../domain/plan.ts';
import type { Block } from '../../domain/reply.ts';
import { isSetAside } from '../../domain/tries.ts';
import { listed } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { deciderOf } from '../deciding.ts';
import { incidentInput, incidentOption } from '../incident-of.ts';
import { said, warned } from '../incident-view.ts';
import { textOf } from '../inputs.ts';
import { decideUntilFresh, planInput, planOf } from '../plan-of.ts';
import { audienceOf, planJson } from '../plan-view.ts';

export const containPause = defineCommand({
  name: 'contain pause',
  summary: 'Let a running plan finish the workflow it is at, and no other',
  examples: ['contain pause P-1', 'contain pause P-1 payroll is affected'],
  words: ['plan?', 'reason…'],
  options: incidentOption,
  permission: 'responder',
  input: z.object({
    plan: planInput.exactOptional(),
    reason: textOf(500).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    return await decideUntilFresh(async () => {
      const { plan, incident } = await planOf(context, input, {
        states: ['running'],
        words: 'is running',
      });
      const actions = await context.store.plans.actions(plan.id);
      const saved = await context.store.save(
        pausePlan(plan, actions, deciderOf(context), input.reason),
      );
      return {
        kind: 'view',
        title: `${plan.name} is paused`,
        blocks: [
          said('What was done stays done and is verified; nothing else is asked for.'),
          ...stillBlocks(actions),
        ],
        next: [`contain run ${plan.name}`, `contain cancel ${plan.name}`],
        audience: audienceOf(incident),
        outcome: 'done',
        data: { incident: incident.name, plan: planJson(saved.plans[0] ?? plan) },
      };
    });
  },
});

/** Whoever pauses to spare a workflow must know what may happen to it all the same. */
function stillBlocks(actions: readonly Action[]): readonly Block[] {
  return [askedWords(actions), runningWords(actions)].flatMap((text) =>
    text === '' ? [] : [warned(text)],
  );
}

/** The one call that is under way is seen through; what was set aside is not under way. */
function askedWords(actions: readonly Action[]): string {
  const asked = actions.filter((one) => one.state === 'requested' && !isSetAside(one));
  const refs = [...new Set(asked.map(({ ref }) => ref))];
  if (refs.length === 0) return '';
  const [was, them] = refs.length === 1 ? ['was', 'it'] : ['were', 'them'];
  return `${listed(refs, 20)} ${was} asked for already, or about to be, and may still be done, but not asked for again. Look at ${them} before you rely on the pause.`;
}

/** What is off and whose executions are still to be stopped: that is a call like any other. */
function runningWords(actions: readonly Action[]): string {
  const off = new Set(actions.filter(isOff).map((one) => keyOf(one)));
  const runs = actions.filter(
    (one) =>
      one.lever === 'stop' && ['planned', 'requested'].includes(one.state) && off.has(keyOf(one)),
  );
  if (runs.length === 0) return '';
  const [is, them] = runs.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const refs = runs.map(({ ref }) => ref);
  return `${listed(refs, 20)} ${is} switched off, but what runs of ${them} is not stopped yet, and may go on until the plan does.`;
}

function isOff({ lever, acceptedAt, state }: Action): boolean {
  return lever === 'disable' && acceptedAt !== undefined && state !== 'failed';
}

function keyOf({ connection, workflow }: Action): string {
  return keyText({ connection, id: workflow });
}
