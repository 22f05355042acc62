import { bodyOf } from './call.ts';
import type { Call } from './call.ts';
import { discordLimits, rawsOf, textWithin } from './limits.ts';
import { Refusal, refuseFor } from './refusal.ts';
import type { Answer } from './refusal.ts';
import type { Desk, Route } from './routes.ts';
import { nothing, ok } from './routes.ts';
import { channelJson, guildJson, memberJson, messageJson, userJson } from './wire.ts';
import type { FakeChannel, FakeMessage, PermissionName, World } from './world.ts';
import { channelKinds, permissionBits, permissionNames } from './world.ts';

/** Guilds, their channels, threads and pins. Messages are in `message-routes.ts`. */
export const channelRoutes: readonly Route[] = [
  {
    at: 'GET /guilds/:guild',
    answer: ({ world }, _, [id = '']) => ok(guildJson(world, guild(world, id))),
  },
  {
    at: 'GET /users/@me/guilds',
    answer: ({ world }) =>
      ok(
        [...world.guilds.values()].map(({ id, name, denied }) => {
          const bits = permissionNames.filter((one) => !denied.has(one));
          const permissions = bits.reduce((sum, one) => sum | permissionBits[one], 0n);
          return { id, name, icon: null, owner: false, permissions: String(permissions) };
        }),
      ),
  },
  {
    at: 'GET /guilds/:guild/channels',
    answer: ({ world }, _, [id = '']) =>
      ok(
        [...guild(world, id).channels.values()]
          .filter(({ kind }) => kind === channelKinds.text)
          .map(channelJson),
      ),
  },
  {
    at: 'POST /guilds/:guild/channels',
    answer: ({ world, gateway }, call, [id = '']) => {
      const { name, topic, permission_overwrites: overwrites } = bodyOf(call);
      if (guild(world, id).denied.has('MANAGE_CHANNELS')) throw new Refusal(50_013);
      refuseFor([
        ...textWithin(name, ['name'], { max: 100 }),
        ...textWithin(topic, ['topic'], { min: 0, max: discordLimits.topicCharacters }),
      ]);
      const made = world.addChannel(guild(world, id), String(name).toLowerCase());
      if (typeof topic === 'string') made.topic = topic;
      made.overwrites = rawsOf(overwrites);
      gateway.tell('CHANNEL_CREATE', channelJson(made));
      return { status: 201, json: channelJson(made) };
    },
  },
  {
    at: 'GET /guilds/:guild/members/:user',
    answer: ({ world }, _, [id = '', user = '']) => {
      if (!guild(world, id).members.has(user)) throw new Refusal(10_013);
      return ok({ ...memberJson(), user: userJson(world.user(user)) });
    },
  },
  {
    at: 'GET /channels/:channel',
    answer: ({ world }, _, [id = '']) => ok(channelJson(reached(world, id))),
  },
  {
    at: 'PATCH /channels/:channel',
    answer: ({ world, gateway }, call, [id = '']) => {
      const channel = reached(world, id, 'MANAGE_CHANNELS');
      const { name, topic } = bodyOf(call);
      refuseFor([
        ...textWithin(name, ['name'], { min: 0, max: 100 }),
        ...textWithin(topic, ['topic'], { min: 0, max: discordLimits.topicCharacters }),
      ]);
      if (typeof name === 'string') channel.name = name;
      if (typeof topic === 'string') channel.topic = topic;
      gateway.tell('CHANNEL_UPDATE', channelJson(channel));
      return ok(channelJson(channel));
    },
  },
  {
    at: 'PUT /channels/:channel/permissions/:target',
    answer: ({ world, gateway }, call, [id = '', target = '']) => {
      const channel = reached(world, id, 'MANAGE_ROLES');
      const { type, allow = '0', deny = '0' } = bodyOf(call);
      if (type === 1 && !world.users.has(target)) throw new Refusal(10_013);
      const others = (channel.overwrites ?? []).filter((one) => one['id'] !== target);
      channel.overwrites = [...others, { id: target, type, allow, deny }];
      gateway.tell('CHANNEL_UPDATE', channelJson(channel));
      return nothing;
    },
  },
  { at: 'POST /channels/:channel/typing', answer: () => nothing },
  {
    at: 'POST /channels/:channel/threads',
    answer: (desk, call, [id = '']) => {
      const channel = reached(desk.world, id, 'CREATE_PUBLIC_THREADS');
      return newThread(desk, call, channel);
    },
  },
  {
    at: 'POST /channels/:channel/messages/:message/threads',
    answer: (desk, call, [id = '', message = '']) => {
      const channel = reached(desk.world, id, 'CREATE_PUBLIC_THREADS');
      return newThread(desk, call, channel, desk.messages.find(channel, message).id);
    },
  },
  {
    at: 'GET /channels/:channel/messages/pins',
    answer: ({ world }, _, [id = '']) => {
      const pinned = pinnedIn(reached(world, id, 'READ_MESSAGE_HISTORY'));
      const items = pinned.map((one) => ({
        pinned_at: one.at.toISOString(),
        message: messageJson(world, one),
      }));
      return ok({ items, has_more: false });
    },
  },
  {
    at: 'GET /channels/:channel/pins',
    answer: ({ world }, _, [id = '']) =>
      ok(
        pinnedIn(reached(world, id, 'READ_MESSAGE_HISTORY')).map((one) => messageJson(world, one)),
      ),
  },
  pinRoute('PUT /channels/:channel/messages/pins/:message'),
  pinRoute('PUT /channels/:channel/pins/:message'),
  unpinRoute('DELETE /channels/:channel/messages/pins/:message'),
  unpinRoute('DELETE /channels/:channel/pins/:message'),
];

/** The channel, when the bot may do that there. @throws Refusal 10003, 50001, 50013 */
export function reached(
  world: World,
  id: string,
  permission: PermissionName = 'VIEW_CHANNEL',
): FakeChannel {
  const channel = world.channel(id);
  if (!channel) throw new Refusal(10_003);
  if (world.isDenied(channel, 'VIEW_CHANNEL')) throw new Refusal(50_001);
  if (world.isDenied(channel, permission)) throw new Refusal(50_013);
  return channel;
}

function guild(world: World, id: string) {
  const found = world.guilds.get(id);
  if (!found) throw new Refusal(10_004);
  return found;
}

function pinnedIn(channel: FakeChannel): readonly FakeMessage[] {
  return channel.messages.filter((one) => one.isPinned);
}

function pinRoute(at: string): Route {
  return {
    at,
    answer: ({ world, messages }, _, [id = '', message = '']) => {
      const channel = reached(world, id, 'PIN_MESSAGES');
      messages.pin(channel, messages.find(channel, message), world.bot.id);
      return nothing;
    },
  };
}

function unpinRoute(at: string): Route {
  return {
    at,
    answer: ({ world, messages }, _, [id = '', message = '']) => {
      const channel = reached(world, id, 'PIN_MESSAGES');
      messages.unpin(channel, messages.find(channel, message), world.bot.id);
      return nothing;
    },
  };
}

function newThread(
  { world, gateway }: Desk,
  call: Call,
  channel: FakeChannel,
  below?: string,
): Answer {
  const { name } = bodyOf(call);
  refuseFor(textWithin(name, ['name'], { max: discordLimits.threadNameCharacters }));
  const parent = world.guilds.get(channel.guild ?? '');
  if (!parent) throw new Refusal(50_001);
  const thread = world.addChannel(parent, String(name), {
    kind: channelKinds.publicThread,
    parent: channel.id,
    // A thread below a message has the message's id.
    ...(below === undefined ? {} : { id: below }),
  });
  gateway.tell('THREAD_CREATE', { ...channelJson(thread), newly_created: true });
  return { status: 201, json: channelJson(thread) };
}
