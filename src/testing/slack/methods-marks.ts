import { slackLimits } from './limits.ts';
import type { Method, World } from './method.ts';
import { SlackError } from './slack-error.ts';
import type { Channel, StandingMessage } from './state.ts';
import { messageJson } from './state.ts';

/** Pins, bookmarks and reactions. */
export const markMethods: Readonly<Record<string, Method>> = {
  'pins.add': {
    tier: 2,
    scopes: ['pins:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      pin(world, channel, args.text('timestamp'), world.state.app.botUser);
      return {};
    },
  },
  'pins.remove': {
    tier: 2,
    scopes: ['pins:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      unpin(world, channel, args.text('timestamp'), world.state.app.botUser);
      return {};
    },
  },
  'pins.list': {
    tier: 2,
    scopes: ['pins:read'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      const items = channel.pins.map((ts) => ({
        type: 'message',
        channel: channel.id,
        created: channel.pinned.get(ts)?.created ?? 0,
        created_by: channel.pinned.get(ts)?.by ?? world.state.app.botUser,
        message: messageJson(world.state.message(channel, ts), world.state.team.id),
      }));
      return { items };
    },
  },
  'bookmarks.add': {
    tier: 2,
    scopes: ['bookmarks:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel_id'));
      if (args.text('type') !== 'link') throw new SlackError('invalid_bookmark_type');
      if (channel.bookmarks.length >= slackLimits.channel.bookmarks) {
        throw new SlackError('too_many_bookmarks');
      }
      const link = args.text('link');
      if (!/^https?:\/\//.test(link)) throw new SlackError('invalid_link');
      const bookmark = { id: world.state.newId('Bk'), title: args.text('title'), link };
      channel.bookmarks.push(bookmark);
      world.state.onChange();
      return { bookmark };
    },
  },
  'bookmarks.list': {
    tier: 3,
    scopes: ['bookmarks:read'],
    run: (world, args) => ({
      bookmarks: world.state.ownChannel(args.text('channel_id')).bookmarks,
    }),
  },
  'reactions.get': {
    tier: 3,
    scopes: ['reactions:read'],
    run: (world, args) => {
      const channel = world.state.channel(args.text('channel'));
      const message = world.state.message(channel, args.text('timestamp'));
      const reactions = [...message.reactions].map(([name, by]) => {
        const users = args.isTrue('full') ? [...by] : [...by].slice(0, slackLimits.reactionUsers);
        return { name, users, count: by.size };
      });
      const shown = messageJson(message, world.state.team.id);
      return { type: 'message', channel: channel.id, message: { ...shown, reactions } };
    },
  },
  'reactions.add': {
    tier: 3,
    scopes: ['reactions:write'],
    run: (world, args) => {
      const channel = world.state.ownChannel(args.text('channel'));
      const message = world.state.message(channel, args.text('timestamp'));
      react(world, channel, message, args.text('name'), world.state.app.botUser);
      return {};
    },
  },
};

/** @throws SlackError `already_pinned`, `too_many_pins` */
export function pin(world: World, channel: Channel, ts: string, by: string): void {
  const message = world.state.message(channel, ts);
  if (channel.pins.includes(ts)) throw new SlackError('already_pinned');
  if (channel.pins.length >= slackLimits.channel.pins) throw new SlackError('too_many_pins');
  channel.pins.push(ts);
  const created = Math.floor(world.clock.now().getTime() / 1000);
  channel.pinned.set(ts, { by, created });
  tellOfPin(world, 'pin_added', channel, message, by);
}

export function unpin(world: World, channel: Channel, ts: string, by: string): void {
  const message = world.state.message(channel, ts);
  if (!channel.pins.includes(ts)) throw new SlackError('no_pin');
  channel.pins = channel.pins.filter((one) => one !== ts);
  tellOfPin(world, 'pin_removed', channel, message, by);
}

function tellOfPin(
  world: World,
  type: 'pin_added' | 'pin_removed',
  channel: Channel,
  message: StandingMessage,
  user: string,
): void {
  const item = {
    type: 'message',
    channel: channel.id,
    created: Math.floor(world.clock.now().getTime() / 1000),
    created_by: message.user,
    message: messageJson(message, world.state.team.id),
  };
  world.state.onEvent({ type, user, channel_id: channel.id, item, event_ts: world.state.newTs() });
  world.state.onChange();
}

/** @throws SlackError `already_reacted` */
export function react(
  world: World,
  channel: Channel,
  message: StandingMessage,
  emoji: string,
  by: string,
): void {
  const who = message.reactions.get(emoji) ?? new Set<string>();
  if (who.has(by)) throw new SlackError('already_reacted');
  who.add(by);
  message.reactions.set(emoji, who);
  tellOfReaction(world, 'reaction_added', channel, message, emoji, by);
}

export function unreact(
  world: World,
  channel: Channel,
  message: StandingMessage,
  emoji: string,
  by: string,
): void {
  const who = message.reactions.get(emoji);
  if (who?.delete(by) !== true) throw new SlackError('no_reaction');
  if (who.size === 0) message.reactions.delete(emoji);
  tellOfReaction(world, 'reaction_removed', channel, message, emoji, by);
}

function tellOfReaction(
  world: World,
  type: 'reaction_added' | 'reaction_removed',
  channel: Channel,
  message: StandingMessage,
  reaction: string,
  user: string,
): void {
  world.state.onEvent({
    type,
    user,
    reaction,
    item_user: message.user,
    item: { type: 'message', channel: channel.id, ts: message.ts },
    event_ts: world.state.newTs(),
  });
  world.state.onChange();
}
