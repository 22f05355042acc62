import type { Fields } from './fields.ts';
import type { SlackFile } from './files.ts';
import type { Clock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import { SlackError } from './slack-error.ts';

export type SlackUser = {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  readonly isBot: boolean;
  /** A guest of one or of several channels. */
  readonly isGuest: boolean;
  /** Somebody of another organisation, in a shared channel. */
  readonly isStranger: boolean;
};

export type StandingMessage = {
  readonly ts: string;
  readonly user: string;
  readonly botId?: string;
  text: string;
  blocks: readonly unknown[];
  metadata?: unknown;
  readonly threadTs?: string;
  editedTs?: string;
  readonly files: readonly Pick<SlackFile, 'id' | 'name' | 'mimetype'>[];
  /** Who put which emoji there. */
  readonly reactions: Map<string, Set<string>>;
};

export type Channel = {
  readonly id: string;
  name: string;
  readonly isPrivate: boolean;
  readonly isDirect: boolean;
  readonly isShared: boolean;
  isArchived: boolean;
  readonly members: Set<string>;
  /** Who made it. */
  readonly creator?: string;
  topic: string;
  purpose: string;
  messages: StandingMessage[];
  pins: string[];
  /** Who pinned what, and when in seconds; by time stamp. */
  readonly pinned: Map<string, { readonly by: string; readonly created: number }>;
  bookmarks: { readonly id: string; readonly title: string; readonly link: string }[];
};

/** What one person alone was shown. */
export type Whisper = {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly threadTs?: string;
};

/** The app as it was installed: who it is, and what it may do and hear. */
export type Installed = {
  readonly appId: string;
  readonly botUser: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly scopes: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly commands: ReadonlySet<string>;
};

/** One workspace: who is there, which channels, and what stands in them. */
export class SlackState {
  readonly team: { readonly id: string; readonly domain: string; readonly enterprise?: string };
  readonly app: Installed;
  readonly users = new Map<string, SlackUser>();
  readonly channels = new Map<string, Channel>();
  readonly whispers: Whisper[] = [];
  /** Hears of what happens in the workspace, as an app that subscribed to it does. */
  onEvent: (event: Fields) => void = () => {};
  /** Called after anything has changed. */
  onChange: () => void = () => {};
  readonly #clock: Clock;
  #count = 0;

  constructor(clock: Clock, app: Installed, enterprise?: string) {
    this.#clock = clock;
    this.app = app;
    this.team = { id: 'T0ACME', domain: 'acme', ...(enterprise ? { enterprise } : {}) };
    this.addUser('firebreak', { id: app.botUser, isBot: true });
  }

  addUser(name: string, given: Partial<SlackUser> = {}): SlackUser {
    const id = given.id ?? `U0${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`;
    const defaults = { teamId: this.team.id, isBot: false, isGuest: false, isStranger: false };
    const user = { ...defaults, ...given, id, name };
    this.users.set(id, user);
    return user;
  }

  addChannel(name: string, members: Iterable<string>, given: Partial<Channel> = {}): Channel {
    this.#count += 1;
    const letter = given.isDirect ? 'D' : 'C';
    const channel: Channel = {
      id: `${letter}0${String(this.#count).padStart(6, '0')}`,
      name,
      isPrivate: false,
      isDirect: false,
      isShared: false,
      isArchived: false,
      topic: '',
      purpose: '',
      messages: [],
      pins: [],
      pinned: new Map(),
      bookmarks: [],
      ...given,
      members: new Set(members),
    };
    this.channels.set(channel.id, channel);
    return channel;
  }

  /** A time stamp that no other message has. */
  newTs(): string {
    this.#count += 1;
    const seconds = Math.floor(this.#clock.now().getTime() / 1000);
    return `${seconds}.${String(this.#count).padStart(6, '0')}`;
  }

  newId(letter: string): string {
    this.#count += 1;
    return `${letter}0${String(this.#count).padStart(8, '0')}`;
  }

  /** @throws SlackError `channel_not_found`, also for a private channel that the app is not in */
  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (channel === undefined || !this.mayShow(channel)) throw new SlackError('channel_not_found');
    return channel;
  }

  /** False for a private channel that the app is not in. */
  mayShow({ isPrivate, members }: Channel): boolean {
    return !isPrivate || members.has(this.app.botUser);
  }

  /** A channel that the app is in and that is open. */
  ownChannel(id: string): Channel {
    const channel = this.channel(id);
    if (!channel.members.has(this.app.botUser)) throw new SlackError('not_in_channel');
    if (channel.isArchived) throw new SlackError('is_archived');
    return channel;
  }

  /** @throws SlackError `user_not_found` */
  user(id: string): SlackUser {
    const user = this.users.get(id);
    if (user === undefined) throw new SlackError('user_not_found');
    return user;
  }

  /** @throws SlackError `message_not_found` */
  message(channel: Channel, ts: string): StandingMessage {
    const message = channel.messages.find((one) => one.ts === ts);
    if (message === undefined) throw new SlackError('message_not_found');
    return message;
  }

  /** Puts a message where others can read it, and tells the app that is subscribed to messages. */
  post(
    channel: Channel,
    given: Pick<StandingMessage, 'user' | 'text'> & Partial<StandingMessage>,
  ): StandingMessage {
    const message: StandingMessage = {
      blocks: [],
      files: [],
      ...given,
      ts: this.newTs(),
      reactions: new Map(),
    };
    channel.messages.push(message);
    this.onEvent({
      type: 'message',
      channel: channel.id,
      channel_type: channelType(channel),
      ...messageJson(message, this.team.id),
    });
    this.onChange();
    return message;
  }

  /** Changes a message, of which those are told who are subscribed to messages. */
  alter(channel: Channel, message: StandingMessage, given: Partial<StandingMessage>): void {
    const previous_message = messageJson(message, this.team.id);
    Object.assign(message, given, { editedTs: this.newTs() });
    const now = { message: messageJson(message, this.team.id), previous_message };
    this.#tellAltered(channel, 'message_changed', now);
  }

  remove(channel: Channel, message: StandingMessage): void {
    const previous_message = messageJson(message, this.team.id);
    channel.messages = channel.messages.filter((one) => one !== message);
    this.#tellAltered(channel, 'message_deleted', { previous_message, deleted_ts: message.ts });
  }

  #tellAltered(channel: Channel, subtype: string, what: Fields): void {
    const where = { channel: channel.id, channel_type: channelType(channel) };
    this.onEvent({ type: 'message', subtype, hidden: true, ts: this.newTs(), ...where, ...what });
    this.onChange();
  }

  whisper(whisper: Whisper): void {
    this.whispers.push(whisper);
    this.onChange();
  }
}

export function channelType(channel: Channel): 'im' | 'group' | 'channel' {
  if (channel.isDirect) return 'im';
  return channel.isPrivate ? 'group' : 'channel';
}

/** A message as Slack's methods and events show it. */
export function messageJson(message: StandingMessage, team: string): Fields {
  const { ts, user, botId, text, blocks, metadata, threadTs, editedTs, reactions } = message;
  return {
    type: 'message',
    ts,
    user,
    team,
    text,
    ...(botId === undefined ? {} : { bot_id: botId }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    ...(editedTs === undefined ? {} : { edited: { user, ts: editedTs } }),
    ...(message.files.length === 0
      ? {}
      : { files: message.files.map(({ id, name, mimetype }) => ({ id, name, mimetype })) }),
    ...(reactions.size === 0
      ? {}
      : {
          reactions: [...reactions].map(([name, by]) => ({
            name,
            users: [...by].slice(0, slackLimits.reactionUsers),
            count: by.size,
          })),
        }),
  };
}
