import type { Caller, Reply } from '../chat/chat.ts';
import type { Heard } from '../domain/heard.ts';
import type { IncidentId } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import type { Plan } from '../domain/plan.ts';
import type { Secret } from '../domain/secret.ts';
import { instanceChain } from '../domain/timeline.ts';
import type { Change, HeardMark, NewJob, Store, TakenUp } from '../store/store.ts';
import type { HearContext } from './hearing.ts';
import { callerOf, markOf } from './hearing.ts';
import { pin } from './pin.ts';

/** What a line came to, and the incident that it changed. */
export type Said = {
  readonly reply: Reply;
  readonly incident?: IncidentId;
  /** Something was stored for it: whatever it came to, it must not be said again. */
  readonly hasActed: boolean;
  /** Lines that others may say to it: the answer is made for its asker. */
  readonly forOthers: readonly string[];
};

/** Says a line as a person, or keeps what they pinned, when nothing was stored for it yet. */
export async function say(
  context: HearContext,
  what: {
    readonly taken: TakenUp;
    readonly person: Person;
    readonly line: string | undefined;
    readonly incident?: IncidentId;
    readonly code?: Secret;
  },
): Promise<Said> {
  const { taken, person, line, incident: about, code } = what;
  const { heard } = taken;
  const keeping = keepingFor(context, heard);
  if (line === undefined) {
    const store = keeping.around(context.store);
    const reply = await keep(context, store, heard, person);
    return { reply, hasActed: keeping.hasActed(), forOthers: [] };
  }
  const asking = { identity: heard.speaker.id, room: heard.room, surface: heard.surface };
  const caller: Caller = {
    ...callerOf(person, asking),
    keeping: keeping.around,
    ...(about === undefined ? {} : { incident: about }),
    ...(code ? { code } : {}),
  };
  const reply = await context.dispatch(caller, line);
  const incident = keeping.changed();
  const forOthers = keeping
    .asked()
    .flatMap(({ name }) => [`contain approve ${name}`, `contain deny ${name}`]);
  const hasActed = keeping.hasActed();
  return { reply, hasActed, forOthers, ...(incident === undefined ? {} : { incident }) };
}

async function keep(
  { now }: HearContext,
  store: Store,
  { said, room, surface }: Heard,
  person: Person,
): Promise<Reply> {
  if (said.kind !== 'pinned' && said.kind !== 'unpinned') throw new Error('There is no line.');
  return pin(store, { ...said, room, surface }, { person, source: surface, now: now() });
}

/** A room for each incident that is declared, asked for in the transaction that declares it. */
function roomJobs(
  { opensRooms }: HearContext,
  { id, surface, room, thread, speaker }: Heard,
  { incidents = [] }: Change,
): readonly NewJob[] {
  if (opensRooms?.(surface) !== true) return [];
  const to = { kind: 'answer', room, asker: speaker.id, ...(thread && { thread }) } as const;
  return incidents
    .filter(({ revision }) => revision === 0)
    .map((one) => {
      const told = { ...to, forAsker: one.visibility === 'private' };
      const data = { incident: one.id, surface, heard: id, told };
      return { kind: 'room', id: one.id, data };
    });
}

/** The store for one event: the first change that is stored for it says so, once. */
function keepingFor(context: HearContext, heard: Heard) {
  let hasActed = false;
  let incident: IncidentId | undefined;
  let asked: readonly Plan[] = [];
  const around = (store: Store): Store => ({
    ...store,
    save: async (change) => {
      const marks: readonly HeardMark[] = hasActed
        ? []
        : [{ ...markOf(context, heard), as: 'acted' }];
      const jobs = [...(change.jobs ?? []), ...roomJobs(context, heard, change)];
      const saved = await store.save({ ...change, heardMarks: marks, jobs });
      hasActed = true;
      incident = saved.events.find(({ chain }) => chain !== instanceChain)?.chain ?? incident;
      asked = saved.plans.filter((plan) => plan.state === 'proposed' && plan.approvalsNeeded > 0);
      return saved;
    },
  });
  return { around, hasActed: () => hasActed, changed: () => incident, asked: () => asked };
}
