import type { Ears, Heard } from '../chat.ts';
import { patiently } from '../patiently.ts';
import type { Altering } from './altering.ts';
import { alteringsIn, isLongAgo } from './altering.ts';
import type { DiscordApi } from './api.ts';
import { isRecord } from './api.ts';
import { heardMessage, nameOf, textOf } from './heard-message.ts';
import { identityOf, roomOf, workspaceOf } from './places.ts';

/** What came by the gateway, with its place in the session. */
export type Packet = { readonly t?: unknown; readonly s?: unknown; readonly d?: unknown };

export type NoticingParts = {
  readonly ears: Ears;
  readonly api: DiscordApi;
  readonly guilds: readonly string[];
  /** Emoji as `plainEmoji`, that put a message on the timeline; without one they take it off. */
  readonly emoji: ReadonlySet<string>;
  /** The bot's own account: what it keeps up to date itself is no news. */
  readonly self: () => string | undefined;
  /** The channel of a thread; undefined for what is none. */
  readonly parentOf: (channel: string) => string | undefined;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
};

const pinnedMessage = 6;
/** Entry of a server's audit log: somebody took a message off the pinned ones. */
const unpinnedEntry = 75;
const lookMs = 10_000;

/** An emoji without the mark that asks for its picture: settings have it, Discord leaves it out of some. */
export function plainEmoji(emoji: string): string {
  return emoji.replaceAll('\u{fe0f}', '');
}

type Fields = Readonly<Record<string, unknown>>;

type Place = { readonly guild: string; readonly channel: string };

/** Somebody points at a message: it is to be put on the timeline, or taken off. */
export type Pointing = Place & {
  readonly id: string;
  readonly kind: 'pinned' | 'unpinned';
  readonly message: string;
  readonly user: Fields;
};

/**
 * Notices pins and chosen emoji. Discord tells who pinned by a message of its own, and who unpinned
 * by the server's audit log: where the bot may not see that, what was pinned by mistake is taken off
 * by the emoji.
 */
export class Noticing {
  readonly #parts: NoticingParts;
  /** With an event's number in it, the event is known again when the gateway repeats it. */
  #session = '';
  /** Reactions that were told in this session, as `message/user`: what is read back leaves them be. */
  readonly #toldOf = new Set<string>();
  /** Marks that were read back and that the gateway may still tell of, by `message/user/emoji`. */
  readonly #readBack = new Map<string, Pointing['kind']>();

  constructor(parts: NoticingParts) {
    this.#parts = parts;
  }

  /** Never throws: what goes wrong is told. */
  async notice(packet: Packet): Promise<void> {
    try {
      const pointing = this.#pointing(packet);
      if (pointing && !this.#wasReadBack(pointing, packet)) await this.point(pointing);
      for (const altering of alteringsIn(packet)) await this.#alter(altering);
    } catch (error) {
      this.#parts.onTrouble(error);
    }
  }

  #pointing({ t, s, d }: Packet): Pointing | undefined {
    if (t === 'READY' && isRecord(d)) {
      this.#session = textOf(d['session_id']);
      this.#toldOf.clear();
      this.#readBack.clear();
    }
    if (!isRecord(d) || typeof d['guild_id'] !== 'string') return undefined;
    if (t === 'GUILD_AUDIT_LOG_ENTRY_CREATE') return unpinningIn(d, d['guild_id']);
    const common = { guild: d['guild_id'], channel: textOf(d['channel_id']) };
    if (t === 'MESSAGE_CREATE') return pinningIn(d, common);
    if (t !== 'MESSAGE_REACTION_ADD' && t !== 'MESSAGE_REACTION_REMOVE') return undefined;
    const { emoji, member } = d;
    if (!isRecord(emoji) || !this.#parts.emoji.has(plainEmoji(textOf(emoji['name']))))
      return undefined;
    const isOn = t === 'MESSAGE_REACTION_ADD';
    const told = isRecord(member) && isRecord(member['user']) ? member['user'] : {};
    return {
      ...common,
      id: `discord:${this.#session}:${String(s)}`,
      kind: isOn ? 'pinned' : 'unpinned',
      message: textOf(d['message_id']),
      user: { ...told, id: d['user_id'] },
    };
  }

  /** Whether the gateway told of reactions of theirs to it since this session began. */
  wasTold(message: string, user: string): boolean {
    return this.#toldOf.has(`${message}/${user}`);
  }

  /** Remembers what was read back of an emoji: the gateway may tell of the same. */
  remember({ message, user, kind }: Pointing, emoji: string): void {
    this.#readBack.set(`${message}/${textOf(user['id'])}/${plainEmoji(emoji)}`, kind);
  }

  #wasReadBack({ message, user, kind }: Pointing, { d }: Packet): boolean {
    if (!isRecord(d) || !isRecord(d['emoji'])) return false;
    const who = `${message}/${textOf(user['id'])}`;
    const what = `${who}/${plainEmoji(textOf(d['emoji']['name']))}`;
    const before = this.#readBack.get(what);
    this.#toldOf.add(who);
    this.#readBack.delete(what);
    return before === kind;
  }

  /** Hears it, unless a bot did it or the message is gone. @throws PlatformError */
  async point({ id, kind, guild, channel, message, user }: Pointing): Promise<void> {
    const about = `/users/${textOf(user['id'])}` as const;
    const told = user['username'] === undefined ? await this.#look(about) : user;
    if (told?.['bot'] === true) return;
    const found = await this.#look(`/channels/${channel}/messages/${message}`);
    if (!told || !found) return;
    const speaker = {
      id: identityOf(textOf(user['id'])),
      name: nameOf(told),
      standing: this.#parts.guilds.includes(guild) ? 'member' : 'stranger',
    } as const;
    const said = { kind, message: heardMessage(found, guild, channel) } as const;
    await this.#parts.ears.hear({ ...this.#placed({ guild, channel }), id, speaker, said });
  }

  async #alter(altering: Altering): Promise<void> {
    const { said } = altering;
    if (said.kind === 'changed' && isLongAgo(said.editedAt, this.#parts.now())) return;
    await this.alter(altering);
  }

  /** Whoever changes a message says nothing to us by it, so nobody is looked up. */
  async alter({ id, said, guild, channel, author }: Altering): Promise<void> {
    const { guilds, self, ears } = this.#parts;
    if (!guilds.includes(guild) || (author !== undefined && author['id'] === self())) return;
    const speaker = {
      id: identityOf(textOf(author?.['id']) || 'unknown'),
      name: author === undefined ? 'somebody' : nameOf(author),
      standing: 'member',
    } as const;
    const { kind, message } = said;
    const what = kind === 'changed' ? { kind, message } : { kind, message: { id: message.id } };
    await ears.hear({ ...this.#placed({ guild, channel }), id, speaker, said: what });
  }

  #placed({ guild, channel }: Place): Omit<Heard, 'id' | 'speaker' | 'said'> {
    const parent = this.#parts.parentOf(channel);
    return {
      surface: 'discord',
      workspace: workspaceOf(guild),
      room: roomOf(guild, parent ?? channel),
      isDirect: false,
      ...(parent === undefined ? {} : { thread: channel }),
      at: this.#parts.now(),
    };
  }

  async #look(route: `/${string}`): Promise<Fields | undefined> {
    const call = { method: 'get', route } as const;
    const { api, wait } = this.#parts;
    const ask = () => api.call(call, AbortSignal.timeout(lookMs));
    const found = await patiently(ask, wait);
    return isRecord(found) ? found : undefined;
  }
}

/** What an entry of a server's audit log tells of a message that was unpinned. */
export function unpinningIn(entry: Fields, guild: string): Pointing | undefined {
  const { id, action_type: action, user_id: user, options } = entry;
  if (action !== unpinnedEntry || typeof user !== 'string' || !isRecord(options)) return undefined;
  const { channel_id: channel, message_id: message } = options;
  const place = { guild, channel: textOf(channel), message: textOf(message) };
  return { ...place, id: `discord:${textOf(id)}`, kind: 'unpinned', user: { id: user } };
}

/** What a message of Discord's own tells: somebody pinned another one. */
export function pinningIn(found: Fields, place: Place): Pointing | undefined {
  const { id, type, message_reference: about, author } = found;
  if (type !== pinnedMessage || !isRecord(about) || !isRecord(author)) return undefined;
  const message = textOf(about['message_id']);
  return { ...place, id: `discord:${textOf(id)}`, kind: 'pinned', message, user: author };
}
