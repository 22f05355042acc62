import type { Fields } from './fields.ts';
import { slackLimits } from './limits.ts';
import type { Args, Method, World } from './method.ts';
import { needChannelScope, needManageScope, needScope, paged } from './method.ts';
import { SlackError } from './slack-error.ts';
import type { Channel } from './state.ts';
import { messageJson } from './state.ts';

const most = slackLimits.channel;

/** `conversations.*`: channels, who is in them, and what was said there. */
export const channelMethods: Readonly<Record<string, Method>> = {
  'conversations.create': {
    tier: 2,
    scopes: [],
    run: (world, args) => {
      const name = args.text('name');
      const isPrivate = args.isTrue('is_private');
      needScope(world, isPrivate ? 'groups:write' : 'channels:manage');
      if (name.length > most.name) throw new SlackError('invalid_name_maxlength');
      if (!/^[a-z0-9_-]+$/.test(name)) throw new SlackError('invalid_name_specials');
      if ([...world.state.channels.values()].some((one) => one.name === name)) {
        throw new SlackError('name_taken');
      }
      const creator = world.state.app.botUser;
      const made = world.state.addChannel(name, [creator], { isPrivate, creator });
      world.state.onChange();
      return { channel: channelJson(world, made) };
    },
  },
  'conversations.list': {
    tier: 2,
    scopes: [],
    run: (world, args) => {
      const types = (args.maybe('types') ?? 'public_channel').split(',');
      const isAskedFor = ({ isPrivate }: Channel) =>
        types.includes(isPrivate ? 'private_channel' : 'public_channel');
      const all = [...world.state.channels.values()].filter(
        (one) => !one.isDirect && isAskedFor(one) && world.state.mayShow(one),
      );
      if (types.includes('public_channel')) needScope(world, 'channels:read');
      if (types.includes('private_channel')) needScope(world, 'groups:read');
      const { page, response_metadata } = paged(all, args.page(100));
      return { channels: page.map((one) => channelJson(world, one)), response_metadata };
    },
  },
  'conversations.info': {
    tier: 3,
    scopes: [],
    run: (world, args) => {
      const channel = world.state.channel(args.text('channel'));
      needChannelScope(world, channel, 'read');
      return { channel: channelJson(world, channel) };
    },
  },
  'conversations.members': {
    tier: 4,
    scopes: [],
    run: (world, args) => {
      const channel = world.state.channel(args.text('channel'));
      needChannelScope(world, channel, 'read');
      const { page, response_metadata } = paged([...channel.members], args.page(100));
      return { members: page, response_metadata };
    },
  },
  'conversations.open': {
    tier: 3,
    scopes: ['im:write'],
    run: (world, args) => {
      const user = world.state.user(args.text('users'));
      if (user.isBot) throw new SlackError('cannot_dm_bot');
      const found = [...world.state.channels.values()].find(
        ({ isDirect, members }) => isDirect && members.has(user.id),
      );
      const members = [world.state.app.botUser, user.id];
      const opened = found ?? world.state.addChannel(user.name, members, { isDirect: true });
      return { channel: { id: opened.id } };
    },
  },
  'conversations.invite': {
    tier: 3,
    scopes: [],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      needManageScope(world, channel);
      const users = args.text('users').split(',');
      for (const id of users) {
        const user = world.state.user(id);
        if (channel.members.has(id)) throw new SlackError('already_in_channel');
        if (user.isGuest) throw new SlackError('cant_invite');
      }
      for (const id of users) channel.members.add(id);
      world.state.onChange();
      return { channel: channelJson(world, channel) };
    },
  },
  'conversations.join': {
    tier: 3,
    scopes: ['channels:join'],
    run: (world, args) => {
      const channel = world.state.channel(args.text('channel'));
      if (channel.isPrivate) throw new SlackError('method_not_supported_for_channel_type');
      channel.members.add(world.state.app.botUser);
      return { channel: channelJson(world, channel) };
    },
  },
  'conversations.setTopic': describing('topic'),
  'conversations.setPurpose': describing('purpose'),
  'conversations.archive': {
    tier: 2,
    scopes: [],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      needManageScope(world, channel);
      channel.isArchived = true;
      world.state.onChange();
      return {};
    },
  },
  'conversations.history': { tier: 3, scopes: [], run: history },
  'conversations.replies': {
    tier: 3,
    scopes: [],
    run: (world, args) => {
      const channel = channelToReadIn(world, args);
      const root = args.text('ts');
      if (!channel.messages.some(({ ts }) => ts === root)) throw new SlackError('thread_not_found');
      return messagesOf(world, args, channel, (ts, threadTs) => ts === root || threadTs === root);
    },
  },
};

function describing(what: 'topic' | 'purpose'): Method {
  return {
    tier: 2,
    scopes: [],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      needManageScope(world, channel);
      const text = args.maybe(what) ?? '';
      if (text.length > most[what]) throw new SlackError('too_long');
      channel[what] = text;
      world.state.onChange();
      return { channel: channelJson(world, channel) };
    },
  };
}

function history(world: World, args: Args): Fields {
  const channel = channelToReadIn(world, args);
  return messagesOf(world, args, channel, (_ts, threadTs) => threadTs === undefined);
}

function channelToReadIn(world: World, args: Args): Channel {
  const channel = world.state.channel(args.text('channel'));
  needChannelScope(world, channel, 'history');
  if (!channel.members.has(world.state.app.botUser)) throw new SlackError('not_in_channel');
  return channel;
}

/** Newest first, as Slack lists a channel; a thread comes oldest first. */
function messagesOf(
  world: World,
  args: Args,
  channel: Channel,
  isMeant: (ts: string, threadTs: string | undefined) => boolean,
): Fields {
  const oldest = Number(args.maybe('oldest') ?? 0);
  const latest = Number(args.maybe('latest') ?? Number.POSITIVE_INFINITY);
  const inclusive = args.isTrue('inclusive');
  const isWithin = (ts: number) =>
    inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
  const found = channel.messages.filter(
    ({ ts, threadTs }) => isMeant(ts, threadTs) && isWithin(Number(ts)),
  );
  const ordered = args.maybe('ts') === undefined ? found.toReversed() : found;
  const { page, response_metadata } = paged(ordered, args.page(100));
  const withMetadata = args.isTrue('include_all_metadata');
  const messages = page.map((message) => {
    const { metadata, ...json } = messageJson(message, world.state.team.id);
    const shown = { ...json, ...threadBelow(channel, message.ts) };
    return withMetadata && metadata !== undefined ? { ...shown, metadata } : shown;
  });
  return { messages, has_more: response_metadata['next_cursor'] !== '', response_metadata };
}

/** What a message tells of the thread below it. */
function threadBelow(channel: Channel, root: string): Fields {
  const replies = channel.messages.filter(({ threadTs }) => threadTs === root);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  return { thread_ts: root, reply_count: replies.length, latest_reply: latest.ts };
}

function channelJson(world: World, channel: Channel): Fields {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: !channel.isDirect && !channel.isPrivate,
    is_im: channel.isDirect,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    ...(channel.creator === undefined ? {} : { creator: channel.creator }),
    is_ext_shared: channel.isShared,
    is_member: channel.members.has(world.state.app.botUser),
    topic: { value: channel.topic },
    purpose: { value: channel.purpose },
    context_team_id: world.state.team.id,
  };
}
