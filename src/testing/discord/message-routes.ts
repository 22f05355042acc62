import { bodyOf } from './call.ts';
import type { Call } from './call.ts';
import { reached } from './channel-routes.ts';
import { flagsOf } from './check-message.ts';
import { badChoice, messageFlags } from './limits.ts';
import { Refusal, refuseFor } from './refusal.ts';
import type { Route } from './routes.ts';
import { nothing, ok } from './routes.ts';
import { messageJson, userJson } from './wire.ts';
import type { FakeChannel, FakeMessage, World } from './world.ts';
import { channelKinds } from './world.ts';

/** Messages in channels, and reactions to them. */
export const messageRoutes: readonly Route[] = [
  {
    at: 'GET /channels/:channel/messages',
    answer: ({ world }, call, [id = '']) => {
      const channel = reached(world, id, 'READ_MESSAGE_HISTORY');
      return ok(listed(channel, call).map((one) => messageJson(world, one)));
    },
  },
  {
    at: 'POST /channels/:channel/messages',
    answer: ({ world, messages }, call, [id = '']) => {
      const channel = writable(world, id, call);
      const body = bodyOf(call);
      if ((flagsOf(body) & messageFlags.ephemeral) !== 0) {
        refuseFor([badChoice(['flags'], 'Only an answer to an interaction can be ephemeral.')]);
      }
      const sent = messages.send({ channel, author: world.bot.id, body, files: call.files });
      return ok(messageJson(world, sent, { withNonce: true }));
    },
  },
  {
    at: 'GET /channels/:channel/messages/:message',
    answer: ({ world, messages }, _, [id = '', message = '']) => {
      const channel = reached(world, id, 'READ_MESSAGE_HISTORY');
      const found = messages.find(channel, message);
      if (found.onlyFor !== undefined) throw new Refusal(10_008);
      return ok(messageJson(world, found));
    },
  },
  {
    at: 'PATCH /channels/:channel/messages/:message',
    answer: ({ world, messages }, call, [id = '', message = '']) => {
      const channel = writable(world, id, call);
      const found = messages.find(channel, message);
      if (found.onlyFor !== undefined) throw new Refusal(10_008);
      if (found.author !== world.bot.id) throw new Refusal(50_005);
      messages.edit(channel, found, bodyOf(call), call.files);
      return ok(messageJson(world, found));
    },
  },
  {
    at: 'DELETE /channels/:channel/messages/:message',
    answer: ({ world, messages }, _, [id = '', message = '']) => {
      const channel = reached(world, id);
      const found = messages.find(channel, message);
      if (found.author !== world.bot.id) reached(world, id, 'MANAGE_MESSAGES');
      messages.remove(channel, found);
      return nothing;
    },
  },
  {
    at: 'GET /channels/:channel/messages/:message/reactions/:emoji',
    answer: ({ world, messages }, call, [id = '', message = '', emoji = '']) => {
      const channel = reached(world, id, 'READ_MESSAGE_HISTORY');
      const limit = pageOf(call, 25);
      const who = [...(messages.find(channel, message).reactions.get(emoji) ?? [])];
      return ok(who.slice(0, limit).map((user) => userJson(world.user(user))));
    },
  },
  {
    at: 'GET /guilds/:guild/audit-logs',
    answer: ({ world, messages }, call, [id = '']) => {
      const guild = world.guilds.get(id);
      if (!guild) throw new Refusal(10_004);
      if (guild.denied.has('VIEW_AUDIT_LOG')) throw new Refusal(50_013);
      const kind = call.query.get('action_type');
      const entries = messages.auditLog.filter(
        (one) => one['guild_id'] === id && (kind === null || String(one['action_type']) === kind),
      );
      return ok({ audit_log_entries: entries.toReversed().slice(0, pageOf(call, 50)) });
    },
  },
  {
    at: 'PUT /channels/:channel/messages/:message/reactions/:emoji/@me',
    answer: ({ world, messages }, _, [id = '', message = '', emoji = '']) => {
      const channel = reached(world, id, 'ADD_REACTIONS');
      messages.react(channel, messages.find(channel, message), emoji, world.bot.id);
      return nothing;
    },
  },
  {
    at: 'DELETE /channels/:channel/messages/:message/reactions/:emoji/@me',
    answer: ({ world, messages }, _, [id = '', message = '', emoji = '']) => {
      const channel = reached(world, id);
      messages.unreact(channel, messages.find(channel, message), emoji, world.bot.id);
      return nothing;
    },
  },
];

function writable(world: World, id: string, { files }: Call): FakeChannel {
  const kind = world.channel(id)?.kind;
  const inThread = kind === channelKinds.publicThread;
  const channel = reached(world, id, inThread ? 'SEND_MESSAGES_IN_THREADS' : 'SEND_MESSAGES');
  return files.length > 0 ? reached(world, channel.id, 'ATTACH_FILES') : channel;
}

/** Newest first, as Discord lists them. */
function listed(channel: FakeChannel, call: Call): readonly FakeMessage[] {
  const { query } = call;
  const limit = pageOf(call, 50);
  const after = query.get('after');
  const before = query.get('before');
  const all = channel.messages.filter(
    ({ id, onlyFor }) =>
      onlyFor === undefined &&
      (after === null || BigInt(id) > BigInt(after)) &&
      (before === null || BigInt(id) < BigInt(before)),
  );
  const kept = after === null ? all.slice(-limit) : all.slice(0, limit);
  return kept.toReversed();
}

/** How many are listed at once. */
function pageOf({ query }: Call, usual: number): number {
  const limit = Number(query.get('limit') ?? usual);
  if (!(limit >= 1 && limit <= 100)) refuseFor([badChoice(['limit'], 'From 1 to 100.')]);
  return limit;
}
