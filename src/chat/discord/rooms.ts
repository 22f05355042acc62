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
/** What Discord says of somebody who may not be let in by the bot, or is not in the server. */
const notLetIn: ReadonlySet<string> = new Set(['refused', 'not_found']);
/** To see it, to write there, to attach files and to read what was said before. */
const mayRead = String((1 << 10) | (1 << 11) | (1 << 15) | (1 << 16));

type Parts = {
  readonly api: DiscordApi;
  readonly guilds: readonly string[];
  /** The bot's own account. */
  readonly self: () => Promise<string>;
  readonly now: () => Date;
};

/** So many topics of one channel Discord takes in so long, in ms; no documentation tells it. */
const topics = { atMost: 2, perMs: 10 * 60_000 } as const;

/** Channels of incidents. Each call is made once; whoever asks again finds what was made before. */
export class DiscordRooms {
  readonly #parts: Parts;
  /** When topics were set, by route; a call above the limit would leave a timer of so long behind. */
  readonly #entitled = new Map<string, readonly number[]>();

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

  /**
   * Of an open incident everybody in the server finds the channel; into that of a private one come
   * those who got a part in it since. Above it stands how the incident stands now.
   */
  async furnish(room: Room, asked: NewRoom, signal: AbortSignal): Promise<readonly string[]> {
    const route = `/channels/${channelOf(room)}` as const;
    const found = await this.#parts.api.call({ method: 'get', route }, signal);
    const channel = isRecord(found) ? found : {};
    const missing =
      asked.incident.visibility === 'private'
        ? await this.#letIn(channel, route, asked, signal)
        : [];
    // Last: Discord takes two topics in ten minutes, and who asks again has the newest one.
    await this.#entitle(channel, route, asked, signal);
    return missing;
  }

  /** Nobody is let out: who was let in by hand is not known here. */
  async #letIn(
    { permission_overwrites: listed }: Readonly<Record<string, unknown>>,
    route: `/${string}`,
    { people }: NewRoom,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const there = new Set(
      (Array.isArray(listed) ? listed : []).filter(isRecord).map(({ id }) => id),
    );
    const missing = [...new Set(people.map(userOf))].filter((one) => !there.has(one));
    const body = { type: kinds.member, allow: mayRead, deny: '0' };
    let outside = 0;
    for (const user of missing) {
      try {
        const to = `${route}/permissions/${user}` as const;
        await this.#parts.api.call({ method: 'put', route: to, body }, signal);
      } catch (error) {
        if (!(error instanceof PlatformError) || !notLetIn.has(error.code)) throw error;
        outside += 1;
      }
    }
    if (outside === 0) return [];
    return [
      `${outside} of those who should be there must be let in by who manages the channel. ` +
        'Firebreak can do it where it has the permission “Manage Permissions”.',
    ];
  }

  /** The same one is not set again. */
  async #entitle(
    { topic: before }: Readonly<Record<string, unknown>>,
    route: `/${string}`,
    asked: NewRoom,
    signal: AbortSignal,
  ): Promise<void> {
    const topic = topicOf(asked);
    if (before === topic) return;
    const now = this.#parts.now().getTime();
    const lately = (this.#entitled.get(route) ?? []).filter((at) => at > now - topics.perMs);
    const [first = now] = lately;
    if (lately.length >= topics.atMost) {
      const retryAfterMs = first + topics.perMs - now;
      throw new PlatformError('discord', 'rate_limited', 'Discord takes no topic just now.', {
        retryAfterMs,
      });
    }
    await this.#parts.api.call({ method: 'patch', route, body: { topic } }, signal);
    this.#entitled.set(route, [...lately, now]);
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
  const { name, title, visibility, severity, phase } = incident;
  const end = `${page === undefined ? '' : ` · ${page}`} ${endOf(asked)}`;
  const words =
    visibility === 'private'
      ? `${name}: private`
      : `${name} ${severity}, ${phase}: ${onOneLine(title)}`;
  return `${cut(words, topicAtMost - end.length)}${end}`;
}
