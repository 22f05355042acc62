import type { SentFile } from './check-message.ts';
import { checkMessage, flagsOf, isEmpty, pingsOf } from './check-message.ts';
import type { Gateway } from './gateway.ts';
import type { Raw } from './limits.ts';
import { discordLimits, messageFlags, rawsOf } from './limits.ts';
import { Refusal, refuseFor } from './refusal.ts';
import { attachmentId, memberJson, messageJson, userJson } from './wire.ts';
import type { FakeChannel, FakeMessage, World } from './world.ts';

/** So long an enforced nonce is remembered: "the past few minutes". */
const nonceMs = 3 * 60_000;

export type NewMessage = {
  readonly channel: FakeChannel;
  readonly author: string;
  readonly body: Raw;
  readonly files?: readonly SentFile[];
  readonly type?: number;
  readonly onlyFor?: string;
  readonly refersTo?: string;
};

/** Sends, edits, pins and removes messages, and tells the gateway of it. */
export class Messages {
  /** Who unpinned what, oldest first. */
  readonly auditLog: Raw[] = [];
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #now: () => Date;

  constructor(parts: {
    readonly world: World;
    readonly gateway: Gateway;
    readonly now: () => Date;
  }) {
    this.#world = parts.world;
    this.#gateway = parts.gateway;
    this.#now = parts.now;
  }

  /** The message with that id in that channel. @throws Refusal 10008 */
  find(channel: FakeChannel, id: string): FakeMessage {
    const found = channel.messages.find((one) => one.id === id);
    if (!found) throw new Refusal(10_008);
    return found;
  }

  /** Sends what an app or a person wrote; with an enforced nonce only once. */
  send(message: NewMessage): FakeMessage {
    const { body, files = [] } = message;
    refuseFor(checkMessage(body, files));
    if (isEmpty(body, files)) throw new Refusal(50_006);
    return this.#sameNonce(message) ?? this.put(message);
  }

  /** As {@link send}, unchecked: what Discord itself puts there. */
  put(message: NewMessage): FakeMessage {
    const { channel, author, body, files = [], type = 0, onlyFor, refersTo } = message;
    const nonce = nonceOf(body);
    const made: FakeMessage = {
      id: this.#world.newId(),
      channel: channel.id,
      author,
      type,
      at: this.#now(),
      body,
      files,
      isPinned: false,
      reactions: new Map(),
      ...(nonce === undefined ? {} : { nonce }),
      ...(onlyFor === undefined ? {} : { onlyFor }),
      ...(refersTo === undefined ? {} : { refersTo }),
      pings: pingsOf(body),
    };
    channel.messages.push(made);
    this.#tell('MESSAGE_CREATE', channel, made);
    return made;
  }

  /** Changes what is given and keeps the rest. @throws Refusal when it would not be allowed as new */
  edit(channel: FakeChannel, message: FakeMessage, change: Raw, files: readonly SentFile[]): void {
    const wasV2 = (flagsOf(message.body) & messageFlags.componentsV2) !== 0;
    const stays = wasV2 ? messageFlags.componentsV2 : 0;
    if (change['flags'] !== undefined && (flagsOf(change) & stays) !== stays) {
      const text = 'IS_COMPONENTS_V2 cannot be removed.';
      refuseFor([{ path: ['flags'], code: 'BASE_TYPE_CHOICES', message: text }]);
    }
    const { ephemeral, loading } = messageFlags;
    const kept = flagsOf(message.body) & (ephemeral | messageFlags.componentsV2);
    const flags = (flagsOf(change) & ~(ephemeral | loading)) | kept;
    const body = { ...message.body, ...change, flags };
    // Files that an edit which names any does not name are taken off.
    const named = rawsOf(change['attachments']).map(({ id }) => id);
    const staying = message.files.filter((_, index) =>
      named.includes(attachmentId(message, index)),
    );
    const allFiles = [...(change['attachments'] === undefined ? message.files : staying), ...files];
    refuseFor(checkMessage(body, allFiles));
    if (isEmpty(body, allFiles)) throw new Refusal(50_006);
    Object.assign(message, { body, files: allFiles, editedAt: this.#now(), pings: pingsOf(body) });
    this.#tell('MESSAGE_UPDATE', channel, message);
  }

  remove(channel: FakeChannel, message: FakeMessage): void {
    channel.messages.splice(channel.messages.indexOf(message), 1);
    if (message.onlyFor !== undefined) return;
    const { id } = message;
    this.#gateway.tell('MESSAGE_DELETE', { id, channel_id: channel.id, ...guildOf(channel) });
  }

  /** Pins it, and says so in the channel as Discord does. @throws Refusal 30003 */
  pin(channel: FakeChannel, message: FakeMessage, by: string): void {
    if (message.isPinned) return;
    const pinned = channel.messages.filter((one) => one.isPinned);
    if (pinned.length >= discordLimits.pinsInChannel) throw new Refusal(30_003);
    message.isPinned = true;
    this.#tellPins(channel, message);
    this.put({ channel, author: by, body: {}, type: 6, refersTo: message.id });
  }

  unpin(channel: FakeChannel, message: FakeMessage, by: string): void {
    if (!message.isPinned) return;
    message.isPinned = false;
    this.#tellPins(channel, message);
    const entry = {
      ...guildOf(channel),
      id: this.#world.newId(),
      action_type: 75,
      user_id: by,
      target_id: message.author,
      options: { channel_id: channel.id, message_id: message.id },
    };
    this.auditLog.push(entry);
    if (this.#world.isDenied(channel, 'VIEW_AUDIT_LOG')) return;
    this.#gateway.tell('GUILD_AUDIT_LOG_ENTRY_CREATE', entry);
  }

  react(channel: FakeChannel, message: FakeMessage, emoji: string, by: string): void {
    const users = message.reactions.get(emoji) ?? new Set();
    message.reactions.set(emoji, users.add(by));
    const member = { ...memberJson(), user: userJson(this.#world.user(by)) };
    this.#gateway.tell('MESSAGE_REACTION_ADD', {
      ...reactionJson(channel, message, emoji, by),
      ...(channel.guild === undefined ? {} : { member }),
      message_author_id: message.author,
    });
  }

  unreact(channel: FakeChannel, message: FakeMessage, emoji: string, by: string): void {
    const users = message.reactions.get(emoji);
    if (users?.delete(by) !== true) return;
    if (users.size === 0) message.reactions.delete(emoji);
    this.#gateway.tell('MESSAGE_REACTION_REMOVE', reactionJson(channel, message, emoji, by));
  }

  #sameNonce({ channel, author, body }: NewMessage): FakeMessage | undefined {
    const nonce = nonceOf(body);
    if (nonce === undefined || body['enforce_nonce'] !== true) return undefined;
    const since = this.#now().getTime() - nonceMs;
    return channel.messages.find(
      (one) => one.author === author && one.nonce === nonce && one.at.getTime() >= since,
    );
  }

  #tellPins(channel: FakeChannel, message: FakeMessage): void {
    this.#gateway.tell('CHANNEL_PINS_UPDATE', {
      channel_id: channel.id,
      last_pin_timestamp: this.#now().toISOString(),
      ...guildOf(channel),
    });
    this.#tell('MESSAGE_UPDATE', channel, message);
  }

  #tell(event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', channel: FakeChannel, message: FakeMessage) {
    if (message.onlyFor !== undefined) return;
    const isNew = event === 'MESSAGE_CREATE';
    const around = channel.guild === undefined ? {} : { ...guildOf(channel), member: memberJson() };
    this.#gateway.tell(event, (hidesContent) => ({
      ...messageJson(this.#world, message, { withNonce: isNew, hidesContent }),
      ...around,
    }));
  }
}

function nonceOf({ nonce }: Raw): string | undefined {
  return typeof nonce === 'string' || typeof nonce === 'number' ? String(nonce) : undefined;
}

function guildOf(channel: FakeChannel): Raw {
  return channel.guild === undefined ? {} : { guild_id: channel.guild };
}

function reactionJson(channel: FakeChannel, message: FakeMessage, emoji: string, by: string): Raw {
  return {
    user_id: by,
    channel_id: channel.id,
    message_id: message.id,
    ...guildOf(channel),
    emoji: { id: null, name: emoji },
    burst: false,
    type: 0,
  };
}
