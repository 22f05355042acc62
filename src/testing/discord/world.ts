import type { SentFile } from './check-message.ts';
import type { Raw } from './limits.ts';

/** What a bot may be allowed in a channel. */
export const permissionNames = [
  'MANAGE_CHANNELS',
  'ADD_REACTIONS',
  'VIEW_AUDIT_LOG',
  'VIEW_CHANNEL',
  'SEND_MESSAGES',
  'MANAGE_MESSAGES',
  'EMBED_LINKS',
  'ATTACH_FILES',
  'READ_MESSAGE_HISTORY',
  'MANAGE_THREADS',
  'MANAGE_ROLES',
  'CREATE_PUBLIC_THREADS',
  'SEND_MESSAGES_IN_THREADS',
  'PIN_MESSAGES',
] as const;
export type PermissionName = (typeof permissionNames)[number];

/** The bit of each. */
export const permissionBits: Readonly<Record<PermissionName, bigint>> = {
  MANAGE_CHANNELS: 1n << 4n,
  ADD_REACTIONS: 1n << 6n,
  /** Of the whole server; the fake looks for it in the channel that it is about. */
  VIEW_AUDIT_LOG: 1n << 7n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  /** In a channel Discord calls it "Manage Permissions". */
  MANAGE_ROLES: 1n << 28n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  PIN_MESSAGES: 1n << 51n,
};

export const channelKinds = { text: 0, direct: 1, publicThread: 11 } as const;

export type FakeUser = {
  readonly id: string;
  readonly username: string;
  /** What people see; changed at will by its user. */
  readonly shown: string;
  readonly isBot: boolean;
};

export type FakeMessage = {
  readonly id: string;
  readonly channel: string;
  readonly author: string;
  /** 0 an ordinary one, 6 that something was pinned, 19 a reply, 20 the answer to a command. */
  readonly type: number;
  readonly at: Date;
  body: Raw;
  files: readonly SentFile[];
  editedAt?: Date;
  isPinned: boolean;
  readonly reactions: Map<string, Set<string>>;
  readonly nonce?: string;
  /** Only this user sees it. */
  readonly onlyFor?: string;
  readonly refersTo?: string;
  /** Whom it called, by id, or `everyone`. */
  pings: readonly string[];
};

export type FakeChannel = {
  readonly id: string;
  readonly guild?: string;
  readonly kind: number;
  name: string;
  topic?: string;
  /** Who may see it and who may not, as whoever made it said. */
  overwrites?: readonly Raw[];
  readonly parent?: string;
  /** A thread that nobody is told of when they connect. */
  isArchived?: boolean;
  readonly messages: FakeMessage[];
  /** What the bot may not do here. */
  readonly denied: Set<PermissionName>;
  readonly recipient?: string;
};

export type FakeGuild = {
  readonly id: string;
  readonly name: string;
  readonly channels: Map<string, FakeChannel>;
  readonly members: Set<string>;
  /** What the bot may not do in the whole server. */
  readonly denied: Set<PermissionName>;
  commands: readonly Raw[];
  /** When commands that are new to the guild were made. */
  readonly creates: Date[];
};

const discordEpochMs = 1_420_070_400_000n;

/** Everything that stands in this Discord. */
export class World {
  readonly guilds = new Map<string, FakeGuild>();
  readonly directChannels = new Map<string, FakeChannel>();
  readonly users = new Map<string, FakeUser>();
  readonly bot: FakeUser;
  readonly application: string;
  globalCommands: readonly Raw[] = [];
  /** The Message Content Intent is switched on for the app. */
  readsContent = true;
  /** Where files are kept. */
  cdn = 'https://cdn.discord.test';
  readonly #now: () => Date;
  #last = 0n;

  constructor(now: () => Date) {
    this.#now = now;
    this.application = this.newId();
    this.bot = { id: this.application, username: 'firebreak', shown: 'Firebreak', isBot: true };
    this.users.set(this.bot.id, this.bot);
  }

  /** The address of a file, good for a day, as whoever reads its message is given it. */
  fileAddress(message: FakeMessage, name: string): string {
    const until = Math.floor(this.#now().getTime() / 1_000) + 24 * 60 * 60;
    const path = `/attachments/${message.channel}/${message.id}/${encodeURIComponent(name)}`;
    return `${this.cdn}${path}?ex=${until.toString(16)}`;
  }

  /** The file at such an address; undefined when it is gone, or the address is too old. */
  fileAt(address: URL): SentFile | undefined {
    const [, , channel = '', message = '', name = ''] = address.pathname.split('/');
    const until = Number.parseInt(address.searchParams.get('ex') ?? '', 16) * 1_000;
    if (!(until > this.#now().getTime())) return undefined;
    const found = this.channel(channel)?.messages.find(({ id }) => id === message);
    return found?.files.find((one) => one.name === decodeURIComponent(name));
  }

  /** A snowflake: later ones are greater. */
  newId(): string {
    const id = (BigInt(this.#now().getTime()) - discordEpochMs) << 22n;
    this.#last = id > this.#last ? id : this.#last + 1n;
    return String(this.#last);
  }

  addGuild(name: string): FakeGuild {
    const guild: FakeGuild = {
      id: this.newId(),
      name,
      channels: new Map(),
      members: new Set([this.bot.id]),
      denied: new Set(),
      commands: [],
      creates: [],
    };
    this.guilds.set(guild.id, guild);
    return guild;
  }

  addUser(username: string, more: { readonly isBot?: boolean } = {}): FakeUser {
    const user = { id: this.newId(), username, shown: username, isBot: more.isBot ?? false };
    this.users.set(user.id, user);
    return user;
  }

  addChannel(
    guild: FakeGuild,
    name: string,
    more: { readonly kind?: number; readonly parent?: string; readonly id?: string } = {},
  ): FakeChannel {
    const { kind = channelKinds.text, parent, id = this.newId() } = more;
    const channel: FakeChannel = {
      id,
      guild: guild.id,
      kind,
      name,
      ...(parent === undefined ? {} : { parent }),
      messages: [],
      denied: new Set(),
    };
    guild.channels.set(channel.id, channel);
    return channel;
  }

  /** The channel in which the bot and this user are alone. */
  directChannel(user: string): FakeChannel {
    const found = [...this.directChannels.values()].find((one) => one.recipient === user);
    if (found) return found;
    const channel: FakeChannel = {
      id: this.newId(),
      kind: channelKinds.direct,
      name: '',
      messages: [],
      denied: new Set(),
      recipient: user,
    };
    this.directChannels.set(channel.id, channel);
    return channel;
  }

  channel(id: string): FakeChannel | undefined {
    for (const guild of this.guilds.values()) {
      const found = guild.channels.get(id);
      if (found) return found;
    }
    return this.directChannels.get(id);
  }

  user(id: string): FakeUser {
    const user = this.users.get(id);
    if (!user) throw new Error(`There is no user ${id}.`);
    return user;
  }

  /** What a thread forbids is what its channel forbids. */
  isDenied(channel: FakeChannel, permission: PermissionName): boolean {
    if (channel.denied.has(permission)) return true;
    const parent = channel.parent === undefined ? undefined : this.channel(channel.parent);
    return parent !== undefined && this.isDenied(parent, permission);
  }
}
