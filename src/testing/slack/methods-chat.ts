import { refusalOfMessage } from './check-message.ts';
import type { Fields } from './fields.ts';
import type { Args, Method, World } from './method.ts';
import { needScope } from './method.ts';
import { SlackError } from './slack-error.ts';
import type { Channel, StandingMessage } from './state.ts';
import { messageJson } from './state.ts';

/** `chat.*`: what the app says, changes and takes back. */
export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': {
    tier: 'post',
    scopes: ['chat:write'],
    run: (world, args) => {
      const channel = channelToPostIn(world, args.text('channel'));
      const said = saidIn(args);
      const threadTs = args.maybe('thread_ts');
      if (threadTs !== undefined) world.state.message(channel, threadTs);
      const { botUser, botId } = world.state.app;
      const message = world.state.post(channel, {
        ...said,
        user: botUser,
        botId,
        ...(threadTs === undefined ? {} : { threadTs }),
      });
      const json = messageJson(message, world.state.team.id);
      return { channel: channel.id, ts: message.ts, message: json };
    },
  },
  'chat.update': {
    tier: 3,
    scopes: ['chat:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      const message = ownMessage(world, channel, args.text('ts'));
      world.state.alter(channel, message, saidIn(args));
      return { channel: channel.id, ts: message.ts, text: message.text };
    },
  },
  'chat.delete': {
    tier: 3,
    scopes: ['chat:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      const message = ownMessage(world, channel, args.text('ts'));
      world.state.remove(channel, message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    tier: 4,
    scopes: ['chat:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      const user = world.state.user(args.text('user'));
      if (!channel.members.has(user.id)) throw new SlackError('user_not_in_channel');
      const { text, blocks } = saidIn(args);
      const threadTs = args.maybe('thread_ts');
      const thread = threadTs === undefined ? {} : { threadTs };
      world.state.whisper({ channel: channel.id, user: user.id, text, blocks, ...thread });
      return { message_ts: world.state.newTs() };
    },
  },
  'chat.getPermalink': {
    tier: 'special',
    scopes: [],
    run: (world, args) => {
      const channel = world.state.channel(args.text('channel'));
      const message = world.state.message(channel, args.text('message_ts'));
      return { channel: channel.id, permalink: permalinkOf(world, channel, message) };
    },
  },
};

/** Where a browser finds a message; of a reply, with the thread that it is in. */
export function permalinkOf(world: World, channel: Channel, message: StandingMessage): string {
  const { ts, threadTs } = message;
  const base = `https://${world.state.team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`;
  return threadTs === undefined ? base : `${base}?thread_ts=${threadTs}&cid=${channel.id}`;
}

function channelToPostIn(world: World, id: string): Channel {
  const channel = world.state.channel(id);
  if (channel.isArchived) throw new SlackError('is_archived');
  if (channel.members.has(world.state.app.botUser)) return channel;
  if (channel.isPrivate || channel.isDirect) throw new SlackError('channel_not_found');
  if (!world.state.app.scopes.has('chat:write.public')) throw new SlackError('not_in_channel');
  return channel;
}

function ownMessage(world: World, channel: Channel, ts: string): StandingMessage {
  const message = world.state.message(channel, ts);
  if (message.botId !== world.state.app.botId) throw new SlackError('cant_update_message');
  return message;
}

function saidIn(args: Args): Pick<StandingMessage, 'text' | 'blocks'> & { metadata?: unknown } {
  const given = {
    text: args.maybe('text'),
    blocks: args.json('blocks'),
    metadata: args.json('metadata'),
  };
  refuseWrong(given);
  const { text = '', blocks, metadata } = given;
  const list: readonly unknown[] = Array.isArray(blocks) ? blocks : [];
  return { text, blocks: list, ...(metadata === undefined ? {} : { metadata }) };
}

/** @throws SlackError with all that is wrong, as Slack lists it */
export function refuseWrong(message: Fields): void {
  const refusal = refusalOfMessage(message);
  if (refusal === undefined) return;
  const { error, problems } = refusal;
  const messages = problems.map((problem) => `[ERROR] ${problem}`);
  throw new SlackError(
    error,
    problems.length === 0 ? {} : { errors: problems, response_metadata: { messages } },
  );
}

/** `users.*`, `auth.test`, and the app's own connections. */
export const peopleMethods: Readonly<Record<string, Method>> = {
  'auth.test': {
    tier: 'special',
    scopes: [],
    run: ({ state }) => ({
      url: `https://${state.team.domain}.slack.com/`,
      team: 'Acme',
      user: 'firebreak',
      team_id: state.team.id,
      user_id: state.app.botUser,
      bot_id: state.app.botId,
      ...(state.team.enterprise === undefined ? {} : { enterprise_id: state.team.enterprise }),
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    tier: 1,
    scopes: [],
    byApp: true,
    run: (world) => ({ url: world.openSocket() }),
  },
  'users.info': {
    tier: 4,
    scopes: ['users:read'],
    run: (world, args) => ({ user: userJson(world, args.text('user')) }),
  },
  'users.list': {
    tier: 2,
    scopes: ['users:read'],
    run: (world) => ({
      members: [...world.state.users.keys()].map((id) => userJson(world, id)),
      response_metadata: { next_cursor: '' },
    }),
  },
};

function userJson(world: World, id: string): Fields {
  const { name, teamId, isBot, isGuest, isStranger } = world.state.user(id);
  if (!world.state.app.scopes.has('users:read')) needScope(world, 'users:read');
  return {
    id,
    name,
    team_id: teamId,
    real_name: name,
    profile: { display_name: name, real_name: name },
    deleted: false,
    is_bot: isBot,
    is_restricted: isGuest,
    is_ultra_restricted: false,
    is_stranger: isStranger,
    tz: 'Europe/Berlin',
  };
}
