import { PlatformError } from '../../errors.ts';
import type { Ears, Heard, Mark, ReadsBack, RoomToRead, Said } from '../chat.ts';
import { slackIdOf } from './address.ts';
import { editId, goneId } from './hear-altered.ts';
import { kept, plainEmoji } from './hear-marks.ts';
import type { Found, RoomNow, RoomReader } from './room-now.ts';
import type { HearingContext } from './spoken.ts';
import { spoken } from './spoken.ts';

export type ReadBackParts = {
  readonly ears: Ears;
  readonly from: ReadsBack;
  readonly context: HearingContext;
  readonly reader: RoomReader;
  /** Aborted when everything stops: what was begun is left. */
  readonly stopping: AbortSignal;
  readonly onFailure: (error: unknown) => void;
};

type Pointed = RoomToRead['pointed'][number];

/** A message, and what was heard of it before. */
type About = {
  readonly channel: string;
  readonly found: Found & { readonly ts: string };
  readonly pointed: readonly Pointed[];
};

/**
 * Reads back what people did to messages while nothing of it was heard: pins, chosen emoji, edits and
 * deletions, in the rooms of incidents that are not over. Slack tells how a channel stands and not
 * what happened, so that is compared with what was heard; what is heard twice counts once.
 */
export class ReadBack {
  readonly #parts: ReadBackParts;
  #reading: Promise<void> | undefined;
  #isAskedAgain = false;

  constructor(parts: ReadBackParts) {
    this.#parts = parts;
  }

  /** Begins to read; what is asked for meanwhile is read once more when it is through. */
  begin(): void {
    this.#isAskedAgain = true;
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
    });
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await this.#read();
    }
  }

  /** Never throws: what goes wrong is told. */
  async #read(): Promise<void> {
    const { from, onFailure, stopping } = this.#parts;
    try {
      for (const room of await this.#rooms()) {
        if (stopping.aborted) return;
        await this.#room(room, from);
      }
    } catch (error) {
      onFailure(error);
    }
  }

  async #rooms(): Promise<readonly RoomToRead[]> {
    const { team } = this.#parts.context.home;
    const rooms = await this.#parts.from.rooms('slack');
    return rooms.filter(({ room }) => room.startsWith(`slack:${team}/`));
  }

  async #room(before: RoomToRead, from: ReadsBack): Promise<void> {
    try {
      const now = await this.#parts.reader.read(before);
      // What was heard while it was read may be older than what was read, or newer.
      const after = (await this.#rooms()).find(({ room }) => room === before.room);
      if (after === undefined) return;
      if (!now.isWhole) await from.untold(before.room, tooMuch);
      await this.#pins(now, { before, after });
      await this.#messages(now, { before, after });
    } catch (error) {
      if (this.#parts.stopping.aborted) return;
      this.#parts.onFailure(error);
      if (error instanceof PlatformError) await from.untold(before.room, unreadable(error));
    }
  }

  async #pins({ pins, gone }: RoomNow, { before, after }: Twice): Promise<void> {
    const channel = slackIdOf(after.room);
    const from = Math.max(after.since.getTime(), after.declaredAt.getTime());
    const standing = new Set(pins.map(({ message }) => message.ts));
    for (const { message, by, created } of pins.toSorted((a, b) => a.created - b.created)) {
      const id = `${channel}/${message.ts}`;
      const heard = heardOf(id, after);
      const isOurs = by === this.#parts.context.home.botUser;
      // Slack tells seconds.
      const isOld = (created + 1) * 1_000 <= from;
      if (isOurs || isOld || !isSettled(id, { before, after }) || isOn(heard, 'pin')) continue;
      const about = { channel, found: message, pointed: heard };
      await this.#point(about, by, {
        kind: 'pinned',
        mark: 'pin',
        id: `slack:pin:${id}:${created}`,
      });
    }
    const known = new Set(after.pointed.map(({ message }) => message));
    for (const id of known) {
      const heard = heardOf(id, after);
      const ts = slackIdOf(id);
      const isThere = standing.has(ts) || gone.has(ts);
      if (isThere || !isSettled(id, { before, after }) || !isOn(heard, 'pin')) continue;
      const said = { kind: 'let_go', message: { id } } as const;
      await this.#alter(channel, said, `slack:pin:${id}:off:${heard.length}`);
    }
  }

  async #messages(now: RoomNow, { before, after }: Twice): Promise<void> {
    const channel = slackIdOf(after.room);
    const pinned = new Set(now.pins.map(({ message }) => message.ts));
    const inOrder = [...now.messages].toSorted(([one], [other]) => Number(one) - Number(other));
    for (const [ts, found] of inOrder) {
      const id = `${channel}/${ts}`;
      const about = { channel, found: { ...found, ts }, pointed: heardOf(id, after) };
      const isMarked = isSettled(id, { before, after }) && (await this.#emoji(about));
      const isKnown = isMarked || pinned.has(ts) || about.pointed.length > 0;
      if (isKnown) await this.#edited(about, after.since);
    }
    for (const ts of now.gone) {
      const id = `${channel}/${ts}`;
      await this.#alter(channel, { kind: 'deleted', message: { id } }, goneId(id));
    }
  }

  /** @returns whether somebody has a chosen emoji on it */
  async #emoji({ channel, found, pointed }: About): Promise<boolean> {
    const { reader, context } = this.#parts;
    const now = new Map<string, Pointing>();
    for (const reaction of found.reactions ?? []) {
      const emoji = plainEmoji(reaction.name ?? '');
      if (!context.emoji.has(emoji)) continue;
      for (const user of await reader.whoHas(reaction, channel, found.ts)) {
        if (user === context.home.botUser) continue;
        const mark = `emoji:${emoji}` as const;
        now.set(`${user} ${mark}`, { user, mark });
      }
    }
    const before = pointed.flatMap(({ by, mark }) =>
      mark === undefined || mark === 'pin' ? [] : [{ user: slackIdOf(by), mark }],
    );
    const all = new Map([
      ...before.map((one) => [`${one.user} ${one.mark}`, one] as const),
      ...now,
    ]);
    for (const [key, { user, mark }] of all) {
      const heard = pointed.filter((one) => slackIdOf(one.by) === user);
      if (isOn(heard, mark) === now.has(key)) continue;
      const kind = now.has(key) ? 'pinned' : 'unpinned';
      // The same when it is read back again before this one is known.
      const times = heard.filter((one) => one.mark === mark).length;
      const id = `slack:${mark}:${channel}/${found.ts}:${user}:${times}`;
      await this.#point({ channel, found, pointed }, user, { kind, mark, id });
    }
    return now.size > 0;
  }

  async #edited({ channel, found }: About, since: Date): Promise<void> {
    const { context } = this.#parts;
    const { ts, user, bot_id: bot, edited } = found;
    const { home } = context;
    const isOurs = user === home.botUser || bot === home.botId;
    if (isOurs || edited?.ts === undefined || Number(edited.ts) * 1_000 < since.getTime()) return;
    const { message } = await kept(context, channel, found);
    const id = editId(`${channel}/${ts}`, edited.ts);
    await this.#alter(channel, { kind: 'changed', message }, id);
  }

  async #point(
    { channel, found }: About,
    user: string,
    {
      id,
      ...what
    }: { readonly id: string; readonly kind: 'pinned' | 'unpinned'; readonly mark: Mark },
  ): Promise<void> {
    const { context } = this.#parts;
    const { message, thread } = await kept(context, channel, found);
    const speaker = await spoken(context, user, channel);
    await this.#hear({
      ...speaker,
      id,
      ...(thread === undefined ? {} : { thread }),
      said: { ...what, message },
    });
  }

  /** Whoever changes a message says nothing to us by it, so nobody is looked up. */
  async #alter(channel: string, said: Said, id: string): Promise<void> {
    const nobody = await spoken(this.#parts.context, 'unknown', channel, true);
    await this.#hear({ ...nobody, id, said });
  }

  async #hear(heard: Omit<Heard, 'at' | 'isDirect'>): Promise<void> {
    const { ears, context } = this.#parts;
    await ears.hear({ ...heard, isDirect: false, at: context.now() });
  }
}

type Pointing = { readonly user: string; readonly mark: Mark };

/** A room as it was known before its channel was read, and after. */
type Twice = { readonly before: RoomToRead; readonly after: RoomToRead };

function heardOf(message: string, { pointed }: RoomToRead): readonly Pointed[] {
  return pointed.filter((one) => one.message === message);
}

function isOn(heard: readonly Pointed[], mark: Mark): boolean {
  return heard.findLast((one) => one.mark === mark)?.kind === 'pinned';
}

/**
 * False of a message of which something was heard meanwhile, or was heard by an older Firebreak that
 * did not keep by what it was marked: it cannot be compared.
 */
function isSettled(message: string, { before, after }: Twice): boolean {
  const known = heardOf(message, after);
  const isNamed = known.every(({ mark, id }) => mark !== undefined || isFromMenu(id));
  return isNamed && known.length === heardOf(message, before).length;
}

function isFromMenu(id: string): boolean {
  return id.startsWith('slack:shortcut:');
}

const tooMuch =
  'More was written in this Slack channel than Firebreak reads back after it could not hear it: what was pinned, marked or edited there before may be missing. Read the channel, and pin again what belongs on the timeline.';

function unreadable({ message }: PlatformError): string {
  return `Firebreak could not read back what was pinned, marked or edited in this Slack channel while it could not hear it. ${message} Read the channel, and pin again what belongs on the timeline.`;
}
