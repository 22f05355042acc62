import { z } from 'zod';

import { defineCommand } from '../command.ts';
import { drillOf, drillView } from '../drill-view.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';

export const drillScore = defineCommand({
  name: 'drill score',
  summary: 'How long a drill took to plan, approve and verify; misses and collateral once it ended',
  examples: ['drill score', 'drill score in:INC-7'],
  words: [],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({ ...incidentInput }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in, 'drill');
    return drillView(context, incident, await drillOf(context, incident), note);
  },
});
