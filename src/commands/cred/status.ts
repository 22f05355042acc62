import { z } from 'zod';

import { isUnfinished } from '../../domain/plan-progress.ts';
import { isAskedFor } from '../../domain/revocation.ts';
import { counted } from '../../domain/wording.ts';
import { defineCommand } from '../command.ts';
import { revocationJson, revocationTable } from '../cred-view.ts';
import { namesOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { lookView, said } from '../incident-view.ts';

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
    const plans = (await store.plans.ofIncident(incident.id)).filter(
      (plan) => plan.purpose === 'revoke' && isUnfinished(plan, now()),
    );
    const open = records.filter(isAskedFor);
    const asked = open.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
    const again = await Promise.all([...new Set(asked)].map((id) => store.plans.byId(id)));
    return lookView({
      title: `What became of ${counted(records.length, 'credential')} of ${incident.name}`,
      blocks: [
        ...note,
        ...revocationTable(context, records, names),
        ...plans.map(({ name, state, targets }) =>
          said(`${name} to revoke ${targets.map(({ ref }) => ref).join(', ')} is ${state}.`),
        ),
      ],
      next: [
        ...again.flatMap((plan) => (plan ? [`contain verify ${plan.name}`] : [])),
        ...plans.map(({ name }) => `contain status ${name}`),
        'cred list',
      ].slice(0, 4),
      data: {
        incident: incident.name,
        credentials: records.map((record) => revocationJson(record, names)),
        plans: plans.map(({ name }) => name),
      },
    });
  },
});
