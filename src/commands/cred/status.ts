import { z } from 'zod';

import { leverWords } from '../../domain/action.ts';
import { keyText } from '../../domain/inventory.ts';
import { isUnfinished, wasRun } from '../../domain/plan-progress.ts';
import { targetNoun } from '../../domain/plan-words.ts';
import type { Action, Plan } from '../../domain/plan.ts';
import { isLock } from '../../domain/plan.ts';
import type { Block } from '../../domain/reply.ts';
import type { RevocationRecord } from '../../domain/revocation.ts';
import { isAskedFor } from '../../domain/revocation.ts';
import { counted } from '../../domain/wording.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { gapBlocks } from '../coverage.ts';
import { revocationJson, revocationTable } from '../cred-view.ts';
import { namesOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { lookView, said } from '../incident-view.ts';
import { isToBeRevoked } from '../revoke-again.ts';

export const credStatus = defineCommand({
  name: 'cred status',
  summary:
    'What became of the credentials of the incident at their providers, and how that is known',
  examples: ['cred status', 'cred status in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'viewer',
  input: z.object(incidentInput),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const { store, now } = context;
    const names = await namesOf(context);
    const records = await store.revocations.ofIncident(incident.id);
    const all = await store.plans.ofIncident(incident.id);
    const locks = await locksOf(context, all);
    const plans = all.filter(
      (plan) => targetNoun(plan) === 'credential' && isUnfinished(plan, now()),
    );
    const open = records.filter(isAskedFor);
    const asked = open.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
    const again = await Promise.all([...new Set(asked)].map((id) => store.plans.byId(id)));
    return lookView({
      title: `What became of ${counted(keysOf(records, locks).size, 'credential')} of ${incident.name}`,
      blocks: [
        ...note,
        ...revocationTable(context, records, names),
        ...lockTable(locks),
        ...plans.map(({ name, purpose, state, targets }) =>
          said(`${name} to ${purpose} ${targets.map(({ ref }) => ref).join(', ')} is ${state}.`),
        ),
        ...(await gapBlocks(context, all)),
      ],
      next: [
        ...again.flatMap((plan) => (plan ? [`contain verify ${plan.name}`] : [])),
        ...plans.map(({ name }) => `contain status ${name}`),
        ...records
          .filter(isToBeRevoked)
          .flatMap(({ connection, credential, ref }) =>
            plans.some(({ targets }) =>
              targets.some((one) => one.connection === connection && one.id === credential),
            )
              ? []
              : [`cred revoke ${ref}`],
          ),
        'cred list',
      ].slice(0, 4),
      data: {
        incident: incident.name,
        credentials: records.map((record) => revocationJson(record, names)),
        locks: locks.map(({ plan, action }) => ({
          plan: plan.name,
          ref: action.ref,
          lever: action.lever,
          state: action.state,
        })),
        plans: plans.map(({ name }) => name),
      },
    });
  },
});

/** One that was blocked and revoked, too, is one. */
function keysOf(records: readonly RevocationRecord[], locks: readonly Lock[]): ReadonlySet<string> {
  return new Set([
    ...records.map(({ connection, credential: id }) => keyText({ connection, id })),
    ...locks.map(({ action: { connection, workflow: id } }) => keyText({ connection, id })),
  ]);
}

type Lock = { readonly plan: Plan; readonly action: Action };

/** What was done to credentials on their platforms, the latest last. */
async function locksOf(
  { store }: CommandContext,
  plans: readonly Plan[],
): Promise<readonly Lock[]> {
  const run = plans.filter((plan) => isLock(plan.purpose) && wasRun(plan)).toReversed();
  const done = await Promise.all(
    run.map(async (plan) => {
      const actions = await store.plans.actions(plan.id);
      return actions.map((action) => ({ plan, action }));
    }),
  );
  return done.flat();
}

function lockTable(locks: readonly Lock[]): readonly Block[] {
  if (locks.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: ['plan', 'ref', 'credential', 'on its platform', 'because'],
      rows: locks.map(({ plan, action }) => [
        plan.name,
        action.ref,
        action.workflowName,
        `${leverWords[action.lever].held}: ${action.state}`,
        action.reason ?? action.proofs.map(({ text }) => text).join(' '),
      ]),
    },
  ];
}
