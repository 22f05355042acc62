import { PlatformError } from '../../errors.ts';
import type { ReadsBack, RoomToRead } from '../chat.ts';
import { patiently } from '../patiently.ts';
import { alteringsIn } from './altering.ts';
import type { DiscordApi } from './api.ts';
import { isRecord } from './api.ts';
import { textOf } from './heard-message.ts';
import type { Noticing, Pointing } from './noticing.ts';
import { pinningIn, plainEmoji, unpinningIn } from './noticing.ts';
import { channelOf, guildOf, identityOf } from './places.ts';

/** So many at once is what Discord lists. */
const pageSize = 100;
/** So many pages of one channel are read back; what is older is told to be unread. */
const pagesAtMost = 5;
const callMs = 10_000;
const unpinnedEntry = 75;
/** When Discord began to count, in ms: its ids hold their time. */
const epochMs = 1_420_070_400_000;

type Fields = Readonly<Record<string, unknown>>;
type Place = { readonly guild: string; readonly channel: string };

export type ReadBackParts = {
  readonly from: ReadsBack;
  readonly noticing: Noticing;
  readonly api: DiscordApi;
  readonly guilds: readonly string[];
  readonly emoji: ReadonlySet<string>;
  /** The threads of a channel that are not archived. */
  readonly threadsOf: (channel: string) => readonly string[];
  readonly wait: (ms: number) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
};

/**
 * Reads back what people did to messages while nobody was connected: pins, chosen emoji, edits and
 * deletions, in the rooms of incidents that are not over. What has an id there is known again by
 * it; an emoji has none, so who has it on a message is compared with who was heard to.
 */
export class ReadBack {
  readonly #parts: ReadBackParts;

  constructor(parts: ReadBackParts) {
    this.#parts = parts;
  }

  /** Never throws: what goes wrong is told. */
  async read(): Promise<void> {
    const { from, guilds, onTrouble } = this.#parts;
    try {
      const all = await from.rooms('discord');
      const rooms = all.filter(({ room }) => guilds.includes(guildOf(room)));
      const unpinned = await this.#unpinned(rooms);
      for (const room of rooms) await this.#room(room, unpinned);
    } catch (error) {
      onTrouble(error);
    }
  }

  async #room(room: RoomToRead, unpinned: readonly Pointing[]): Promise<void> {
    const { from, threadsOf, onTrouble } = this.#parts;
    const main = channelOf(room.room);
    let isWhole = true;
    try {
      for (const channel of [main, ...threadsOf(main)]) {
        const here = unpinned.filter((one) => one.channel === channel);
        const place = { guild: guildOf(room.room), channel };
        isWhole = (await this.#channel(room, place, here)) && isWhole;
      }
    } catch (error) {
      onTrouble(error);
      if (error instanceof PlatformError) await from.untold(room.room, unreadable(error));
      return;
    }
    if (!isWhole) await from.untold(room.room, tooMany);
    await this.#gone(room);
  }

  /** @returns false where more was written than is read back */
  async #channel(room: RoomToRead, place: Place, unpinned: readonly Pointing[]): Promise<boolean> {
    const { noticing } = this.#parts;
    const { messages, isWhole } = await this.#messages(place.channel, room.since);
    const pinned = messages.flatMap((one) => pinningIn(one, place) ?? []);
    const told = [...pinned, ...unpinned].filter((one) => isWithin(one, room));
    for (const one of told.toSorted(byId)) await noticing.point(one);
    const known = new Set([...room.pointed, ...pinned].map(({ message }) => message));
    for (const one of messages) {
      const isMarked = await this.#emojiOn(one, room, place);
      if (isMarked || known.has(textOf(one['id']))) await this.#edited(one, room, place);
    }
    return isWhole;
  }

  /** Oldest first. */
  async #messages(channel: string, since: Date) {
    const messages: Fields[] = [];
    let before: string | undefined;
    for (let page = 0; page < pagesAtMost; page += 1) {
      const query = new URLSearchParams({ limit: String(pageSize), ...(before && { before }) });
      const found = await this.#list(`/channels/${channel}/messages`, query);
      const recent = found.filter((one) => timeOf(textOf(one['id'])) >= since.getTime());
      messages.push(...recent);
      if (recent.length < pageSize) return { messages: messages.toReversed(), isWhole: true };
      before = textOf(recent.at(-1)?.['id']);
    }
    return { messages: messages.toReversed(), isWhole: false };
  }

  /** @returns whether somebody has, or had, a chosen emoji on it */
  async #emojiOn(message: Fields, room: RoomToRead, place: Place): Promise<boolean> {
    const { noticing, emoji: chosen } = this.#parts;
    const id = textOf(message['id']);
    const heard = room.pointed.filter((one) => one.message === id && isByEmoji(one.id));
    const emoji = listOf(message['reactions'])
      .map(({ emoji: one }) => (isRecord(one) ? one : {}))
      .filter((one) => chosen.has(plainEmoji(textOf(one['name']))));
    const now = new Map<string, { readonly user: Fields; readonly names: string[] }>();
    for (const one of emoji) {
      for (const user of await this.#whoHas(one, id, place)) {
        const known = now.get(textOf(user['id'])) ?? { user, names: [] };
        known.names.push(textOf(one['name']));
        now.set(textOf(user['id']), known);
      }
    }
    const people = new Set([...now.keys(), ...heard.map(({ by }) => by.slice('discord:'.length))]);
    for (const person of people) {
      const { user = { id: person }, names = [] } = now.get(person) ?? {};
      const before = heard.filter(({ by }) => by === identityOf(person));
      const marks = before.reduce((sum, { kind }) => sum + (kind === 'pinned' ? 1 : -1), 0);
      const missing = names.length - Math.max(0, marks);
      if (missing === 0 || noticing.wasTold(id, person)) continue;
      const kind = missing > 0 ? 'pinned' : 'unpinned';
      for (let n = 0; n < Math.abs(missing); n += 1) {
        // The same when it is read back again before this one is known.
        const event = `discord:emoji:${id}:${person}:${before.length + n}`;
        const pointing = { ...place, id: event, kind, message: id, user } as const;
        const name = kind === 'pinned' ? names.at(-1 - n) : undefined;
        if (name !== undefined) noticing.remember(pointing, name);
        await noticing.point(pointing);
      }
    }
    return people.size > 0;
  }

  #whoHas(emoji: Fields, message: string, { channel }: Place): Promise<readonly Fields[]> {
    const name = textOf(emoji['name']);
    const own = textOf(emoji['id']);
    const asked = encodeURIComponent(own === '' ? name : `${name}:${own}`);
    const query = new URLSearchParams({ limit: String(pageSize) });
    const route = `/channels/${channel}/messages/${message}/reactions/${asked}` as const;
    return this.#list(route, query);
  }

  async #edited(message: Fields, { since }: RoomToRead, place: Place): Promise<void> {
    const told = { t: 'MESSAGE_UPDATE', d: { ...message, ...inEvent(place) } };
    for (const altering of alteringsIn(told)) {
      const { said } = altering;
      if (said.kind !== 'changed' || new Date(said.editedAt) < since) continue;
      await this.#parts.noticing.alter(altering);
    }
  }

  /** Messages that were put on the timeline and are no longer there; a thread may be archived. */
  async #gone({ room, pointed }: RoomToRead): Promise<void> {
    const { noticing, onTrouble } = this.#parts;
    const at = { guild: guildOf(room), channel: channelOf(room) };
    const places = new Map(pointed.map(({ message, thread }) => [message, thread]));
    for (const [message, channel = at.channel] of places) {
      try {
        if (await this.#isThere(message, channel)) continue;
        const told = { t: 'MESSAGE_DELETE', d: { id: message, ...inEvent(at) } };
        for (const altering of alteringsIn(told)) await noticing.alter(altering);
      } catch (error) {
        onTrouble(error);
      }
    }
  }

  async #isThere(message: string, channel: string): Promise<boolean> {
    try {
      await this.#get(`/channels/${channel}/messages/${message}`);
      return true;
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'not_found') return false;
      throw error;
    }
  }

  /** Where the bot may not see the audit log, nothing is known of it, as while it is connected. */
  async #unpinned(rooms: readonly RoomToRead[]): Promise<readonly Pointing[]> {
    const found: Pointing[] = [];
    for (const guild of new Set(rooms.map(({ room }) => guildOf(room)))) {
      const query = new URLSearchParams({
        action_type: String(unpinnedEntry),
        limit: String(pageSize),
      });
      try {
        const log = await this.#get(`/guilds/${guild}/audit-logs`, query);
        const entries = listOf(isRecord(log) ? log['audit_log_entries'] : undefined);
        found.push(...entries.flatMap((one) => unpinningIn(one, guild) ?? []));
      } catch (error) {
        if (!(error instanceof PlatformError && error.code === 'refused')) throw error;
      }
    }
    return found;
  }

  async #list(route: `/${string}`, query: URLSearchParams): Promise<readonly Fields[]> {
    return listOf(await this.#get(route, query));
  }

  /** Waits where Discord asks to, some times. @throws PlatformError */
  #get(route: `/${string}`, query?: URLSearchParams): Promise<unknown> {
    const call = { method: 'get', route, ...(query && { query }) } as const;
    const { api, wait } = this.#parts;
    return patiently(() => api.call(call, AbortSignal.timeout(callMs)), wait);
  }
}

const tooMany = `More was written in this Discord channel than Firebreak reads back after it was not connected (${pagesAtMost * pageSize} messages): what was pinned, marked or edited there before may be missing. Read the channel, and pin again what belongs on the timeline.`;

function unreadable({ message }: PlatformError): string {
  return `Firebreak could not read back what was pinned, marked or edited in this Discord channel while it was not connected. ${message} Read the channel, and pin again what belongs on the timeline.`;
}

/** An event of the gateway has its place and number in it, or was made here; a pin has an id alone. */
function isByEmoji(id: string): boolean {
  return id.split(':').length > 2;
}

function byId({ id: one }: Pointing, { id: other }: Pointing): number {
  // All ids of Discord's are of one length these days, and larger than a number can be.
  return one.length - other.length || (one < other ? -1 : 1);
}

function isWithin({ id }: Pointing, { since, declaredAt }: RoomToRead): boolean {
  return madeAt(id) >= Math.max(since.getTime(), declaredAt.getTime());
}

function madeAt(event: string): number {
  return timeOf(event.slice('discord:'.length));
}

/** When it was made, in ms. */
function timeOf(id: string): number {
  return /^\d+$/.test(id) ? Number(BigInt(id) >> 22n) + epochMs : 0;
}

function inEvent({ guild, channel }: Place): Fields {
  return { guild_id: guild, channel_id: channel };
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
