import { z } from 'zod';

import type { JsonObject } from '../../domain/json.ts';
import type { TimelineEvent } from '../../domain/timeline.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOf, incidentOption } from '../incident-of.ts';
import { headOf, incidentJson, lookView, said } from '../incident-view.ts';
import { zoneOf } from '../when.ts';
import { eventRow } from './event-row.ts';

const usual = 20;
const most = 200;

export const logShow = defineCommand({
  name: 'log show',
  aliases: ['timeline'],
  summary: 'The newest events of the timeline',
  examples: ['log show', 'log show 50 in:INC-7'],
  words: ['count?'],
  options: incidentOption,
  permission: 'viewer',
  input: z.object({
    count: z.coerce.number().int().min(1).max(most).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { incident, note } = await incidentOf(context, input.in);
    const zone = zoneOf(context);
    const events = await context.store.timeline.latest(incident.id, input.count ?? usual);
    const [oldest] = events;
    const earlier = (oldest?.seq ?? 1) - 1;
    return lookView({
      title: headOf(incident),
      blocks: [
        ...note,
        said(
          `Times are in ${zone}.${earlier > 0 ? ` ${earlier} earlier events are not shown.` : ''}`,
        ),
        {
          kind: 'table',
          columns: ['#', 'when', 'who', 'what'],
          rows: events.map((event) => eventRow(event, zone)),
        },
      ],
      next: ['log add …', `firebreak export ${incident.name} --format md`],
      data: { incident: incidentJson(incident), earlier, events: events.map(eventJson) },
    });
  },
});

function eventJson(event: TimelineEvent): JsonObject {
  const { seq, kind, source, occurredAt, recordedAt, actor, text, data, hash } = event;
  return {
    seq,
    kind,
    source,
    occurredAt: occurredAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
    ...(actor === undefined ? {} : { actor }),
    ...(text === undefined ? {} : { text }),
    ...(data === undefined ? {} : { data }),
    hash,
  };
}
