import { z } from 'zod';

import { ago } from '../domain/wording.ts';
import { defineCommand } from './command.ts';
import { holderName, namesOf } from './deciding.ts';
import { incidentJson, lookView, said } from './incident-view.ts';

const limit = 50;

export const list = defineCommand({
  name: 'list',
  aliases: ['incidents'],
  summary: 'The open incidents that you can see',
  examples: ['list', 'list closed'],
  words: [],
  flags: { closed: 'Closed ones too' },
  permission: 'viewer',
  forGuests: true,
  input: z.object({ closed: z.boolean().exactOptional() }),

  async run(context, input) {
    const { store, caller, now } = context;
    const closed = input.closed === true;
    const found = await store.incidents.list(caller.person.id, { closed, limit: limit + 1 });
    const shown = found.slice(0, limit);
    const names = await namesOf(context);
    const empty = closed ? 'There is no incident yet.' : 'No incident is open.';
    return lookView({
      title: closed ? 'Incidents' : 'Open incidents',
      blocks: [
        shown.length === 0
          ? said(empty)
          : {
              kind: 'table',
              columns: ['incident', 'title', 'severity', 'phase', 'commander', 'declared'],
              rows: shown.map((incident) => [
                incident.name,
                incident.title,
                incident.severity,
                stateOf(incident),
                holderName(incident, 'commander', names),
                ago(incident.declaredAt, now()),
              ]),
            },
        ...(found.length > limit ? [said(`These are the newest ${limit}; there are more.`)] : []),
      ],
      next:
        shown.length === 0 ? ['declare …'] : shown.slice(0, 2).map((one) => `status ${one.name}`),
      data: { incidents: shown.map(incidentJson), complete: found.length <= limit },
    });
  },
});

function stateOf(incident: {
  readonly phase: string;
  readonly drill: boolean;
  readonly visibility: string;
  readonly resolvedAt?: Date;
  readonly closedAt?: Date;
}): string {
  const ended = incident.closedAt ? 'closed' : incident.resolvedAt ? 'resolved' : incident.phase;
  const marks = [
    ...(incident.drill ? ['drill'] : []),
    ...(incident.visibility === 'private' ? ['private'] : []),
  ];
  return [ended, ...marks].join(', ');
}
