import { flagsOf } from './check-message.ts';
import { messageFlags } from './limits.ts';
import type { Raw } from './limits.ts';
import type { FakeChannel, FakeGuild, FakeMessage, FakeUser, World } from './world.ts';
import { channelKinds, permissionBits, permissionNames } from './world.ts';

/** A user as the API shows one. */
export function userJson(user: FakeUser): Raw {
  return {
    id: user.id,
    username: user.username,
    discriminator: '0',
    global_name: user.shown,
    avatar: null,
    bot: user.isBot,
    public_flags: 0,
  };
}

/** A member without its user, as it stands beside messages. */
export function memberJson(): Raw {
  return {
    nick: null,
    avatar: null,
    roles: [],
    joined_at: '2026-01-01T00:00:00.000000+00:00',
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
  };
}

/** All that the bot may in a channel, as a number in text. */
export function permissionsIn(world: World, channel: FakeChannel): string {
  const bits = permissionNames.flatMap((name) =>
    world.isDenied(channel, name) ? [] : [permissionBits[name]],
  );
  return String(bits.reduce((sum, bit) => sum | bit, 0n));
}

export function channelJson(channel: FakeChannel): Raw {
  const { id, kind, name, guild, parent, topic } = channel;
  if (kind === channelKinds.direct) return { id, type: kind, recipients: [], flags: 0 };
  return {
    id,
    type: kind,
    guild_id: guild,
    name,
    parent_id: parent ?? null,
    position: 0,
    permission_overwrites: channel.overwrites ?? [],
    flags: 0,
    ...(isThread(channel)
      ? {
          owner_id: id,
          member_count: 1,
          message_count: 0,
          thread_metadata: {
            archived: false,
            auto_archive_duration: 1_440,
            archive_timestamp: '2026-01-01T00:00:00.000000+00:00',
            locked: false,
          },
        }
      : { topic: topic ?? null, nsfw: false, rate_limit_per_user: 0 }),
  };
}

/** A message as the API shows it; `nonce` stands only where it was just sent. */
export function messageJson(
  world: World,
  message: FakeMessage,
  more: { readonly withNonce?: boolean; readonly hidesContent?: boolean } = {},
): Raw {
  const { body } = message;
  const guild = world.channel(message.channel)?.guild;
  const hides = more.hidesContent === true && message.author !== world.bot.id;
  return {
    id: message.id,
    channel_id: message.channel,
    author: userJson(world.user(message.author)),
    content: hides ? '' : (body['content'] ?? ''),
    timestamp: message.at.toISOString(),
    edited_timestamp: message.editedAt?.toISOString() ?? null,
    tts: false,
    mention_everyone: message.pings.includes('everyone'),
    mentions: message.pings
      .filter((id) => world.users.has(id))
      .map((id) => userJson(world.user(id))),
    mention_roles: [],
    attachments: hides ? [] : attachmentsJson(world, message),
    embeds: hides ? [] : (body['embeds'] ?? []),
    components: hides ? [] : (body['components'] ?? []),
    pinned: message.isPinned,
    type: message.type,
    flags: flagsOf(body),
    reactions: [...message.reactions].map(([name, users]) => ({
      count: users.size,
      me: users.has(world.bot.id),
      emoji: { id: null, name },
      burst_colors: [],
      count_details: { burst: 0, normal: users.size },
      me_burst: false,
    })),
    ...(message.author === world.bot.id ? { application_id: world.application } : {}),
    ...(more.withNonce === true && message.nonce !== undefined ? { nonce: message.nonce } : {}),
    ...(message.refersTo === undefined
      ? {}
      : {
          message_reference: {
            type: 0,
            message_id: message.refersTo,
            channel_id: message.channel,
            ...(guild === undefined ? {} : { guild_id: guild }),
          },
        }),
  };
}

function attachmentsJson(world: World, message: FakeMessage): readonly Raw[] {
  return message.files.map(({ name, bytes }, index) => ({
    id: attachmentId(message, index),
    filename: name,
    content_type: typeOf(name),
    size: bytes.byteLength,
    url: world.fileAddress(message, name),
    proxy_url: world.fileAddress(message, name),
  }));
}

/** The id of the file of that place on a message. */
export function attachmentId({ id }: Pick<FakeMessage, 'id'>, index: number): string {
  return `${id.slice(0, -1)}${index}`;
}

/** What Discord takes a file for, by its name. */
export function typeOf(name: string): string {
  return name.endsWith('.png') ? 'image/png' : 'application/octet-stream';
}

export function isLoading(message: FakeMessage): boolean {
  return (flagsOf(message.body) & messageFlags.loading) !== 0;
}

function isThread({ kind }: FakeChannel): boolean {
  return kind === channelKinds.publicThread;
}

/** A guild as the gateway tells it at the beginning. */
export function guildJson(world: World, guild: FakeGuild): Raw {
  const channels = [...guild.channels.values()];
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: world.bot.id,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [everyoneJson(guild)],
    emojis: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: 'en-US',
    public_updates_channel_id: null,
    nsfw_level: 0,
    stickers: [],
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
    joined_at: '2026-01-01T00:00:00.000000+00:00',
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: [...guild.members].map((id) => ({ ...memberJson(), user: userJson(world.user(id)) })),
    channels: channels.filter((one) => !isThread(one)).map(channelJson),
    threads: channels.filter((one) => isThread(one) && one.isArchived !== true).map(channelJson),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

function everyoneJson(guild: FakeGuild): Raw {
  const all = Object.values(permissionBits).reduce((sum, bit) => sum | bit, 0n);
  return {
    id: guild.id,
    name: '@everyone',
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: 0,
    permissions: String(all),
    managed: false,
    mentionable: false,
    flags: 0,
  };
}
