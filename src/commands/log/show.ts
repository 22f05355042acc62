import { z } from 'zod';

import type { JsonObject } from '../../domain/json.ts';
import { may } from '../../domain/person.ts';
import type { Block, View } from '../../domain/reply.ts';
import type { Chain, TimelineEvent } from '../../domain/timeline.ts';
import { instanceChain } from '../../domain/timeline.ts';
import { counted } from '../../domain/wording.ts';
import { UserError } from '../../errors.ts';
import type { CommandContext } from '../command.ts';
import { defineCommand } from '../command.ts';
import { incidentInput, incidentOf } from '../incident-of.ts';
import { headOf, incidentJson, lookView, said } from '../incident-view.ts';
import { zoneOf } from '../when.ts';
import { eventRow } from './event-row.ts';

const usual = 20;
const most = 200;

export const logShow = defineCommand({
  name: 'log show',
  aliases: ['timeline'],
  summary:
    'The newest events of the timeline, also of the instance’s own: people, keys, connections',
  examples: ['log show', 'log show 50 in:INC-7', 'log show before:120', 'log show in:instance'],
  words: ['count?'],
  options: {
    in: 'Which incident, e.g. INC-7; `instance` for what belongs to none (auditors and admins)',
    before: 'Older ones: those before the event of this number',
  },
  permission: 'viewer',
  forGuests: true,
  input: z.object({
    count: z.coerce.number().int().min(1).max(most).exactOptional(),
    before: z.coerce.number().int().min(1).exactOptional(),
    ...incidentInput,
  }),

  async run(context, input) {
    const { chain, title, note, next, data } = await chosen(context, input.in);
    const zone = zoneOf(context);
    const { timeline } = context.store;
    const events = await timeline.latest(chain, input.count ?? usual, input.before);
    const earlier = (events[0]?.seq ?? 1) - 1;
    return lookView({
      title,
      blocks: [
        ...note,
        said(`Times are in ${zone}.${earlierWords(earlier)}`),
        {
          kind: 'table',
          columns: ['#', 'when', 'who', 'what'],
          rows: events.map((event) => eventRow(event, zone)),
        },
      ],
      next,
      data: { ...data, earlier, events: events.map(eventJson) },
    });
  },
});

function earlierWords(earlier: number): string {
  if (earlier === 0) return '';
  const are = earlier === 1 ? 'is' : 'are';
  return ` ${counted(earlier, 'earlier event')} ${are} not shown: add \`before:${earlier + 1}\`.`;
}

type Chosen = Pick<View, 'title' | 'next' | 'data'> & {
  readonly chain: Chain;
  readonly note: readonly Block[];
};

async function chosen(context: CommandContext, named: string | undefined): Promise<Chosen> {
  if (named?.toLowerCase() === instanceChain) return ofInstance(context);
  const { incident, note } = await incidentOf(context, named);
  return {
    chain: incident.id,
    title: headOf(incident),
    note,
    next: ['log add …', `firebreak export ${incident.name} --format md`],
    data: { incident: incidentJson(incident) },
  };
}

/** No incident is named on it, so that it tells nobody of a private one. */
function ofInstance({ caller }: CommandContext): Chosen {
  const { person } = caller;
  if (!may(person, 'auditor') && !may(person, 'admin')) {
    throw new UserError(
      'not_allowed',
      `The instance’s own timeline is for auditors and admins; @${person.handle} is neither.`,
      { hint: `Ask an admin to type \`person grant @${person.handle} auditor\`` },
    );
  }
  return {
    chain: instanceChain,
    title: 'The instance’s own timeline: people, keys, connections',
    note: [],
    next: ['person list'],
    data: { incident: null },
  };
}

function eventJson(event: TimelineEvent): JsonObject {
  const { seq, kind, source, occurredAt, recordedAt, actor, text, hash } = event;
  // What a plan froze is long, and `contain status` gives it.
  const { frozen: _frozen, ...data } = event.data ?? {};
  return {
    seq,
    kind,
    source,
    occurredAt: occurredAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
    ...(actor === undefined ? {} : { actor }),
    ...(text === undefined ? {} : { text }),
    ...(event.data === undefined ? {} : { data }),
    hash,
  };
}
