import { bodyOf } from './call.ts';
import type { Call } from './call.ts';
import { checkCommands } from './check-commands.ts';
import { flagsOf } from './check-message.ts';
import type { Interaction } from './interactions.ts';
import type { Raw } from './limits.ts';
import { discordLimits, messageFlags, rawsOf } from './limits.ts';
import { Refusal, refuseFor } from './refusal.ts';
import type { Desk, Route } from './routes.ts';
import { nothing, ok } from './routes.ts';
import { channelJson, isLoading, messageJson, userJson } from './wire.ts';
import type { FakeGuild, FakeMessage, World } from './world.ts';

const dayMs = 24 * 60 * 60_000;

/** The app itself, its commands, and its answers to interactions. */
export const appRoutes: readonly Route[] = [
  {
    at: 'GET /gateway/bot',
    answer: ({ gatewayUrl }) =>
      ok({
        url: gatewayUrl(),
        shards: 1,
        session_start_limit: { total: 1_000, remaining: 999, reset_after: 0, max_concurrency: 1 },
      }),
  },
  { at: 'GET /users/@me', answer: ({ world }) => ok(userJson(world.bot)) },
  { at: 'GET /applications/@me', answer: ({ world }) => ok(applicationJson(world)) },
  { at: 'GET /users/:user', answer: ({ world }, _, [id = '']) => ok(userJson(known(world, id))) },
  {
    at: 'POST /users/@me/channels',
    answer: ({ world }, call) => {
      const user = known(world, String(bodyOf(call)['recipient_id']));
      return ok({ ...channelJson(world.directChannel(user.id)), recipients: [userJson(user)] });
    },
  },
  {
    at: 'GET /applications/:app/guilds/:guild/commands',
    answer: ({ world }, _, [app = '', guild = '']) => ok(guildOf(world, app, guild).commands),
  },
  {
    at: 'PUT /applications/:app/guilds/:guild/commands',
    answer: (desk, call, [app = '', id = '']) => {
      const guild = guildOf(desk.world, app, id);
      return ok((guild.commands = replaced(desk, guild, call.json)));
    },
  },
  {
    at: 'GET /applications/:app/commands',
    answer: ({ world }) => ok(world.globalCommands),
  },
  {
    at: 'PUT /applications/:app/commands',
    answer: ({ world }, { json }) => {
      refuseFor(checkCommands(json));
      return ok((world.globalCommands = rawsOf(json).map((one) => withIds(world, one))));
    },
  },
  {
    at: 'POST /interactions/:id/:token/callback',
    isOpen: true,
    answer: ({ world, interactions }, call, [id = '', token = '']) => {
      const done = interactions.answer(id, token, bodyOf(call), call.files);
      return call.query.get('with_response') === 'true' ? ok(callbackJson(world, done)) : nothing;
    },
  },
  {
    at: 'POST /webhooks/:app/:token',
    isOpen: true,
    answer: ({ world, interactions }, call, [app = '', token = '']) => {
      const interaction = interactions.byToken(app, token);
      return ok(messageJson(world, interactions.followUp(interaction, bodyOf(call), call.files)));
    },
  },
  {
    at: 'GET /webhooks/:app/:token/messages/:message',
    isOpen: true,
    answer: (desk, _, ids) => ok(messageJson(desk.world, answered(desk, ids).message)),
  },
  {
    at: 'PATCH /webhooks/:app/:token/messages/:message',
    isOpen: true,
    answer: (desk, call, ids) => {
      const { interaction, message } = answered(desk, ids);
      desk.messages.edit(interaction.channel, message, bodyOf(call), call.files);
      return ok(messageJson(desk.world, message));
    },
  },
  {
    at: 'DELETE /webhooks/:app/:token/messages/:message',
    isOpen: true,
    answer: (desk, _, ids) => {
      const { interaction, message } = answered(desk, ids);
      desk.messages.remove(interaction.channel, message);
      return nothing;
    },
  },
];

function known(world: World, id: string) {
  const user = world.users.get(id);
  if (!user) throw new Refusal(10_013);
  return user;
}

function guildOf(world: World, application: string, id: string): FakeGuild {
  const guild = world.guilds.get(id);
  if (!guild) throw new Refusal(10_004);
  if (application !== world.application) throw new Refusal(50_001);
  return guild;
}

function applicationJson(world: World): Raw {
  return {
    id: world.application,
    name: 'Firebreak',
    description: '',
    icon: null,
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '00',
    // GATEWAY_MESSAGE_CONTENT_LIMITED
    flags: world.readsContent ? 1 << 19 : 0,
    owner: userJson(world.bot),
    team: null,
  };
}

function replaced({ world, now }: Desk, guild: FakeGuild, json: Call['json']): readonly Raw[] {
  refuseFor(checkCommands(json));
  const before = new Map(guild.commands.map((one) => [keyOf(one), one]));
  const after = rawsOf(json);
  const fresh = after.filter((one) => !before.has(keyOf(one)));
  const at = now();
  const today = guild.creates.filter((one) => one.getTime() > at.getTime() - dayMs);
  if (today.length + fresh.length > discordLimits.commandCreatesADay) throw new Refusal(30_034);
  guild.creates.push(...fresh.map(() => at));
  return after.map((one) => {
    const id = before.get(keyOf(one))?.['id'];
    return { ...withIds(world, one), ...(id === undefined ? {} : { id }), guild_id: guild.id };
  });
}

function keyOf({ type = 1, name }: Raw): string {
  return `${String(type)} ${String(name)}`;
}

function withIds(world: World, command: Raw): Raw {
  return {
    type: 1,
    ...command,
    id: world.newId(),
    application_id: world.application,
    version: world.newId(),
  };
}

function answered(
  { interactions }: Desk,
  [app = '', token = '', id = '']: readonly string[],
): { readonly interaction: Interaction; readonly message: FakeMessage } {
  const interaction = interactions.byToken(app, token);
  const { original, channel } = interaction;
  const found =
    id === '@original' || id === original?.id
      ? original
      : channel.messages.find((one) => one.id === id && one.type === 20);
  if (!found || !channel.messages.includes(found)) throw new Refusal(10_008);
  return { interaction, message: found };
}

function callbackJson(world: World, interaction: Interaction): Raw {
  const { id, kind, answered: type, original } = interaction;
  const shown = original === undefined ? {} : { message: messageJson(world, original) };
  return {
    interaction: {
      id,
      type: kind,
      ...(original === undefined
        ? {}
        : {
            response_message_id: original.id,
            response_message_loading: isLoading(original),
            response_message_ephemeral: (flagsOf(original.body) & messageFlags.ephemeral) !== 0,
          }),
    },
    resource: { type, ...shown },
  };
}
