import { PlatformError } from '../../errors.ts';
import type { NewRoom, OpenedRoom, Room } from '../chat.ts';
import { roomNameOf } from '../room-name.ts';
import { cut, onOneLine } from '../shown.ts';
import type { DiscordApi } from './api.ts';
import { idIn, isRecord } from './api.ts';
import { channelOf, guildOf, roomOf, userOf } from './places.ts';

/** What Discord takes, in characters. */
const nameAtMost = 100;
const topicAtMost = 1_024;
/** So many people are let into a private channel. */
const letInAtMost = 90;
const kinds = { text: 0, everyone: 0, member: 1 } as const;
/** To see it, to write there, to attach files and to read what was said before. */
const mayRead = String((1 << 10) | (1 << 11) | (1 << 15) | (1 << 16));

type Parts = {
  readonly api: DiscordApi;
  readonly guilds: readonly string[];
  /** The bot's own account. */
  readonly self: () => Promise<string>;
};

/** Channels of incidents. Each call is made once; whoever asks again finds what was made before. */
export class DiscordRooms {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async open(asked: NewRoom, signal: AbortSignal): Promise<OpenedRoom> {
    const { api } = this.#parts;
    const guild = this.#guildFor(asked);
    const route = `/guilds/${guild}/channels` as const;
    const list = await api.call({ method: 'get', route }, signal);
    const all: readonly unknown[] = Array.isArray(list) ? list : [];
    // Its topic is set as it is made, so that none is ever left unknown.
    const found = all.filter(isRecord).find((one) => String(one['topic']).endsWith(endOf(asked)));
    const made =
      found ??
      (await api.call({ method: 'post', route, body: await this.#body(guild, asked) }, signal));
    const name = isRecord(made) ? String(made['name']) : '';
    return { room: roomOf(guild, idIn(made)), name: `#${name}` };
  }

  /** Of an open incident everybody in the server finds the channel; a private one says who misses. */
  async furnish(room: Room, asked: NewRoom, signal: AbortSignal): Promise<readonly string[]> {
    if (asked.incident.visibility !== 'private') return [];
    const route = `/channels/${channelOf(room)}` as const;
    const channel = await this.#parts.api.call({ method: 'get', route }, signal);
    const listed = isRecord(channel) ? channel['permission_overwrites'] : undefined;
    const there = new Set(
      (Array.isArray(listed) ? listed : []).filter(isRecord).map(({ id }) => id),
    );
    const outside = asked.people.filter((one) => !there.has(userOf(one))).length;
    const words = 'of those who should be there must be let in by who manages the channel.';
    return outside === 0 ? [] : [`${outside} ${words}`];
  }

  /** The server in which it was declared, or the first when that was between two. */
  #guildFor({ near }: NewRoom): string {
    const { guilds } = this.#parts;
    const there = near === undefined ? undefined : guildOf(near);
    const guild = guilds.find((one) => one === there) ?? guilds[0];
    if (guild !== undefined) return guild;
    throw new PlatformError('discord', 'refused', 'There is no server to open a channel in.');
  }

  async #body(guild: string, asked: NewRoom) {
    const common = { name: roomNameOf(asked, nameAtMost), type: kinds.text, topic: topicOf(asked) };
    if (asked.incident.visibility !== 'private') return common;
    const members = [await this.#parts.self(), ...asked.people.slice(0, letInAtMost).map(userOf)];
    return {
      ...common,
      permission_overwrites: [
        // The role that everybody has is called as the server is.
        { id: guild, type: kinds.everyone, allow: '0', deny: String(1 << 10) },
        ...[...new Set(members)].map((id) => ({
          id,
          type: kinds.member,
          allow: mayRead,
          deny: '0',
        })),
      ],
    };
  }
}

/** By this the channel is known again, whatever it is called later. */
function endOf({ incident: { id } }: NewRoom): string {
  return `(${id})`;
}

function topicOf(asked: NewRoom): string {
  const { incident, page } = asked;
  const { name, title, visibility } = incident;
  const end = `${page === undefined ? '' : ` · ${page}`} ${endOf(asked)}`;
  const words = visibility === 'private' ? `${name}: private` : `${name}: ${onOneLine(title)}`;
  return `${cut(words, topicAtMost - end.length)}${end}`;
}
