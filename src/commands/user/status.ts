import { z } from 'zod';

import { keyText } from '../../domain/inventory.ts';
import type { Lockout } from '../../domain/lockout.ts';
import { lockoutWords, wordOf } from '../../domain/lockout.ts';
import { isUnfinished, progressOf, wasRun } from '../../domain/plan-progress.ts';
import { targetNoun } from '../../domain/plan-words.ts';
import { counted } from '../../domain/wording.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { Names } from '../deciding.ts';
import { namesOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { lookView } from '../incident-view.ts';
import { showBoth } from '../show-time.ts';
import { zoneOf } from '../when.ts';

export const userStatus = defineCommand({
  name: 'user status',
  summary:
    'Who of the platforms’ users is deleted or locked out in the incident, and how that is known',
  examples: ['user status', 'user status in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'viewer',
  input: z.object(incidentInput),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const { store, now } = context;
    const names = await namesOf(context);
    const lockouts = await store.lockouts.ofIncident(incident.id);
    const all = await store.plans.ofIncident(incident.id);
    const plans = all.filter((plan) => targetNoun(plan) === 'user');
    const deletedBy = new Map<string, string>();
    const rows = await Promise.all(
      plans.map(async (plan) => {
        const actions = wasRun(plan) ? await store.plans.actions(plan.id) : [];
        for (const { lever, state, connection, workflow: id } of actions) {
          if (lever === 'remove' && state === 'verified') {
            deletedBy.set(keyText({ connection, id }), plan.name);
          }
        }
        const state = progressOf(actions)[0]?.state;
        const [target] = plan.targets;
        const what = `${plan.name} to delete them is ${plan.state}${state ? `: ${state}` : ''}`;
        return [target?.ref ?? '', target?.name ?? '', what, plan.query];
      }),
    );
    return lookView({
      title: `${counted(rows.length + lockouts.length, 'user')} of ${incident.name}`,
      blocks: [
        ...note,
        {
          kind: 'table',
          columns: ['ref', 'user', 'how far', 'because'],
          rows: [
            ...rows,
            ...lockouts.map((one) => rowOf(context, one, names, deletedBy.get(keyOf(one)))),
          ],
        },
      ],
      next: [
        ...plans
          .filter((plan) => isUnfinished(plan, now()))
          .map(({ name }) => `contain status ${name}`),
        ...lockouts
          .filter((one) => !one.confirmedByHand && !deletedBy.has(keyOf(one)))
          .map((one) => `user ${one.doneByHand ? 'confirm' : 'done'} ${wordOf(one)} …`),
        'user list',
      ].slice(0, 4),
      data: {
        incident: incident.name,
        plans: plans.map(({ name, state }) => ({ name, state })),
        lockouts: lockouts.map((one) => ({
          ref: one.ref,
          name: one.name,
          done: one.doneByHand !== undefined,
          confirmed: one.confirmedByHand !== undefined,
          verifiedByFirebreak: false,
        })),
      },
    });
  },
});

function keyOf({ connection, user }: Lockout): string {
  return keyText({ connection, id: user });
}

/** @param deletedBy the plan that has verifiably deleted them: then nothing is left to lock out */
function rowOf(
  context: CommandContext,
  lockout: Lockout,
  names: Names,
  deletedBy: string | undefined,
): readonly string[] {
  const words = [lockout.doneByHand, lockout.confirmedByHand].flatMap((one) =>
    one ? [`${names(one.by)}, ${showBoth(one.at, zoneOf(context))}: ${one.text}`] : [],
  );
  const howFar =
    deletedBy !== undefined && !lockout.doneByHand
      ? `nothing is left to lock out: ${deletedBy} deleted them, verified`
      : lockoutWords(lockout);
  return [lockout.ref, lockout.name, howFar, words.join(' ')];
}
