import { z } from 'zod';

import { incidentRoles } from '../../domain/incident.ts';
import { holderOf } from '../../domain/role.ts';
import { defineCommand } from '../command.ts';
import { holderName, namesOf } from '../deciding.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { headOf, incidentJson, lookView } from '../incident-view.ts';

export const roleList = defineCommand({
  name: 'role list',
  summary: 'Who holds which role in the incident',
  examples: ['role list', 'role list in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'viewer',
  input: z.object(incidentInput),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const names = await namesOf(context);
    const free = incidentRoles.filter((role) => holderOf(incident, role) === undefined);
    return lookView({
      title: headOf(incident),
      blocks: [
        ...note,
        {
          kind: 'fields',
          fields: incidentRoles.map((role) => [role, holderName(incident, role, names)]),
        },
      ],
      next: free.slice(0, 2).map((role) => `role claim ${role}`),
      data: { incident: incidentJson(incident) },
    });
  },
});
