import type { Altered, Heard } from '../domain/heard.ts';
import { messageAltered } from '../domain/pinned.ts';
import type { HearContext } from './hearing.ts';
import { markOf } from './hearing.ts';

/** How many events of an incident are searched for a message. */
const eventsRead = 10_000;

/** Whether it tells what became of a message: nobody waits for an answer to it. */
export function isAltered(said: Heard['said']): said is Altered {
  return said.kind === 'changed' || said.kind === 'deleted' || said.kind === 'let_go';
}

/** Writes down what became of a message that is on the timeline of its room's incident. */
export async function writeAltered(
  context: HearContext,
  heard: Heard,
  said: Altered,
): Promise<void> {
  const { store, now } = context;
  const { room, surface } = heard;
  const incident = await store.incidents.ofRoom(room);
  const events = incident ? await store.timeline.latest(incident.id, eventsRead) : [];
  const event = messageAltered(events, { said, room, surface }, now());
  await store.save({
    heardMarks: [{ ...markOf(context, heard), as: 'answered' }],
    events: event ? [event] : [],
  });
}
