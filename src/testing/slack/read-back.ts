import type { Ears, Heard, ReadsBack, RoomToRead } from '../../chat/chat.ts';
import type { SlackRig } from './rig.ts';
import { aSlackRig } from './rig.ts';
import type { Ending, SlackWorkspaceOptions } from './workspace.ts';

const backMs = 2 * 24 * 60 * 60_000;

/** A rig whose channels are all rooms of incidents, of which is read back what was missed. */
export type ReadBackRig = Omit<SlackRig, 'heard' | 'repeats'> & {
  /** What was heard, each event once, as it is kept. */
  readonly heard: readonly Heard[];
  /** What was said of channels that could not be read back. */
  readonly untold: readonly string[];
  /** Is waited for whenever it is asked which rooms there are. */
  readonly asking: { next: () => Promise<void> };
};

export async function aReadBackRig(
  test: Ending,
  options: SlackWorkspaceOptions = {},
): Promise<ReadBackRig> {
  const heard: Heard[] = [];
  const untold: string[] = [];
  const asking = { next: () => Promise.resolve() };
  const begun: { rig?: SlackRig } = {};
  const hear: Ears['hear'] = (one) => {
    if (heard.some(({ id }) => id === one.id)) return Promise.resolve('again');
    heard.push(one);
    return Promise.resolve('new');
  };
  const readBack: ReadsBack = {
    rooms: async () => {
      await asking.next();
      if (begun.rig === undefined) return [];
      const { slack, clock } = begun.rig.workspace;
      const { channels, team } = slack.state;
      return [...channels.keys()].map((id) =>
        roomToRead(`slack:${team.id}/${id}`, heard, clock.now()),
      );
    },
    untold: (_, why) => {
      untold.push(why);
      return Promise.resolve();
    },
  };
  const ears: Ears = { hear, complete: () => Promise.resolve([]), readBack };
  const rig = await aSlackRig(test, { ...options, ears });
  begun.rig = rig;
  return { ...rig, heard, untold, asking };
}

function roomToRead(room: string, heard: readonly Heard[], now: Date): RoomToRead {
  const since = new Date(now.getTime() - backMs);
  const pointed = heard.flatMap(({ id, said, speaker, thread, at, ...one }) => {
    const isPointing = said.kind === 'pinned' || said.kind === 'unpinned';
    if (!isPointing || one.room !== room || at < since) return [];
    const { kind, message, mark } = said;
    const place = thread === undefined ? {} : { thread };
    const named = mark === undefined ? {} : { mark };
    return [{ id, message: message.id, by: speaker.id, kind, ...place, ...named }];
  });
  return { room, since, declaredAt: since, pointed };
}
