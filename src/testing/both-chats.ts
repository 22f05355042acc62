import { randomBytes, randomUUID } from 'node:crypto';

import type { Surface } from '../chat/chat.ts';
import { typed } from '../chat/discord/registration.ts';
import { slackManifest } from '../chat/slack/manifest.ts';
import { Slack } from '../chat/slack/slack.ts';
import { makeComplete } from '../commands/complete.ts';
import { formsOf } from '../commands/form.ts';
import { makeKnown } from '../commands/known.ts';
import { registry } from '../commands/registry.ts';
import type { ChatSurface } from '../domain/heard.ts';
import { makeRedactor } from '../domain/redaction.ts';
import { Secret } from '../domain/secret.ts';
import { pngOf } from '../exports/png.ts';
import { makeDelivery } from '../jobs/deliver.ts';
import { makeHearing } from '../jobs/hear.ts';
import type { Bot } from './bot.ts';
import { startFakeDiscord } from './discord/fake-discord.ts';
import { DiscordGuild, entriesOf, labelsOf, wordsOf } from './discord/guild.ts';
import { surfaceOn } from './discord/surface.ts';
import { aSlackWorkspace, slackKeys } from './slack/workspace.ts';
import type { Ending } from './slack/workspace.ts';
import { untilAborted } from './until.ts';

/** The rooms that there are in each chat. */
const rooms = ['war', 'ops'] as const;
export type RoomName = (typeof rooms)[number];

/** One chat as its people use it, whichever vendor’s it is. */
export type ChatSeat = {
  /** Links somebody's account there to the person of that handle. */
  readonly link: (handle: string) => Promise<void>;
  /** Types a line, or presses the newest button of that label. Resolves once the app took it. */
  readonly says: (handle: string, room: RoomName, line: string) => Promise<void>;
  readonly presses: (handle: string, room: RoomName, label: string) => Promise<void>;
  /** What this person reads in a room, oldest first. */
  readonly reads: (handle: string, room: RoomName) => readonly string[];
};

/** One instance in a fake Slack and a fake Discord, through the real Bolt and discord.js. */
export type BothChats = Readonly<Record<ChatSurface, ChatSeat>> & {
  /** Until everything that was heard is answered, and what can leave now has left. */
  readonly settled: () => Promise<void>;
  /** Ends the process of the instance and starts another, which knows what was stored and no more. */
  readonly restart: () => Promise<void>;
  readonly troubles: readonly unknown[];
};

type Here = Pick<Bot, 'store' | 'clock' | 'dispatch'>;
type Opened = { readonly open: () => Promise<Surface>; readonly seat: ChatSeat };
/** What lives as long as one process of the instance. */
type Running = { readonly settled: () => Promise<void>; readonly stop: () => Promise<void> };

/** Opens both chats in front of an instance; they end with the test. */
export async function bothChats(
  test: Ending,
  here: Here,
  handles: readonly string[],
): Promise<BothChats> {
  const troubles: unknown[] = [];
  const onFailure = (error: unknown) => troubles.push(error);
  // A vendor ends after the surface that is connected to it, which would only try again.
  const vendors: (() => unknown)[] = [];
  const later: Ending = { after: (end) => vendors.push(end) };
  const slack = await inSlack(later, { here, handles, onFailure });
  const discord = await inDiscord(later, { here, handles, onFailure });
  const begin = async () => await started(here, await opened([slack, discord]), onFailure);
  let running = await begin();
  test.after(async () => {
    await running.stop();
    for (const end of vendors) await end();
  });
  return {
    slack: slack.seat,
    discord: discord.seat,
    settled: () => running.settled(),
    restart: async () => {
      await running.stop();
      running = await begin();
    },
    troubles,
  };
}

async function opened(chats: readonly Opened[]): Promise<readonly Surface[]> {
  return await Promise.all(chats.map(({ open }) => open()));
}

/** A process of the instance that listens. */
async function started(
  { store, clock, dispatch }: Here,
  surfaces: readonly Surface[],
  onFailure: (error: unknown) => void,
): Promise<Running> {
  const named = new Map(surfaces.map((surface) => [surface.name, surface]));
  const common = { store, now: clock.now, by: randomUUID(), wait: untilAborted, onFailure };
  const delivery = makeDelivery({ ...common, surfaces: named });
  const hearing = makeHearing({
    ...common,
    dispatch,
    complete: makeComplete({ commands: registry, store, now: clock.now }),
    known: makeKnown({ commands: registry, store }),
    redact: makeRedactor(store.fingerprint).redact,
    deliver: delivery.sweep,
    newId: randomUUID,
    newNonce: () => randomBytes(32).toString('base64url'),
  });
  for (const surface of surfaces) await surface.start(hearing);
  return {
    settled: async () => {
      await hearing.settled();
      await hearing.sweep();
      await hearing.settled();
      await delivery.settled();
      await delivery.sweep();
      await delivery.settled();
    },
    stop: async () => {
      for (const surface of surfaces) await surface.stop(AbortSignal.timeout(10_000));
      await hearing.settled();
      await delivery.settled();
    },
  };
}

type Parts = {
  readonly here: Here;
  readonly handles: readonly string[];
  readonly onFailure: (error: unknown) => void;
};

async function inSlack(test: Ending, { here, handles, onFailure }: Parts): Promise<Opened> {
  const { now } = here.clock;
  const manifest = slackManifest({ commands: registry, command: '/ir' });
  const workspace = await aSlackWorkspace(test, {
    people: handles,
    channels: rooms,
    // Its bells never ring: nothing here is late, however busy the machine is.
    clock: { now, after: () => () => undefined },
    isRated: false,
    app: {
      scopes: new Set(manifest.oauth_config.scopes.bot),
      events: new Set<string>(manifest.settings.event_subscriptions.bot_events),
      commands: new Set(manifest.features.slash_commands.map(({ command }) => command)),
    },
  });
  const open = () =>
    Promise.resolve(
      new Slack({
        botToken: new Secret(slackKeys.botToken),
        appToken: new Secret(slackKeys.appToken),
        apiUrl: workspace.slack.apiUrl,
        teams: [],
        forms: formsOf(registry),
        fetch,
        draw: pngOf,
        now,
        wait: untilAborted,
        onFailure,
      }),
    );
  const seat: ChatSeat = {
    link: (handle) => {
      const { teamId, id } = workspace.user(handle);
      return link(here, handle, `slack:${teamId}/${id}`);
    },
    says: async (handle, room, line) => {
      await workspace.says(handle, room, `/ir ${line}`);
    },
    presses: (handle, room, label) => workspace.presses(handle, room, label),
    reads: (handle, room) => [...workspace.standsIn(room), ...workspace.seenBy(handle, room)],
  };
  return { open, seat };
}

async function inDiscord(test: Ending, { here, handles, onFailure }: Parts): Promise<Opened> {
  const { now } = here.clock;
  const fake = await startFakeDiscord({ now });
  test.after(() => fake.stop());
  const guild = new DiscordGuild(fake);
  const members = new Map(handles.map((handle) => [handle, guild.member(handle)]));
  const channels = new Map(rooms.map((room) => [room, guild.channel(room)]));
  const at = (handle: string, room: RoomName) => {
    const [user, channel] = [members.get(handle), channels.get(room)];
    if (!user || !channel) throw new Error(`Nobody is called ${handle}, or no room ${room}.`);
    return { user, channel };
  };
  const open = () =>
    surfaceOn(fake, [guild.guild.id], {
      now,
      wait: untilAborted,
      onTrouble: onFailure,
    });
  const seat: ChatSeat = {
    link: (handle) => link(here, handle, `discord:${at(handle, 'war').user.id}`),
    says: async (handle, room, line) => {
      const { user, channel } = at(handle, room);
      const whole = { [typed.option]: line };
      await guild.says(user, channel, `ir ${typed.verb}`, whole).answer();
    },
    presses: async (handle, room, label) => {
      const { user, channel } = at(handle, room);
      const seen = guild.seenBy(user, channel);
      const card = seen.findLast((one) => [...labelsOf(one), ...entriesOf(one)].includes(label));
      if (!card) throw new Error(`${handle} sees no button “${label}” in ${room}.`);
      const taken = entriesOf(card).includes(label)
        ? guild.chooses(user, card, label)
        : guild.presses(user, card, label);
      await taken.answer();
    },
    reads: (handle, room) => {
      const { user, channel } = at(handle, room);
      return guild.seenBy(user, channel).map(wordsOf);
    },
  };
  return { open, seat };
}

async function link(
  { store, clock }: Here,
  handle: string,
  identity: `${ChatSurface}:${string}`,
): Promise<void> {
  const person = await store.people.byHandle(handle);
  if (!person) throw new Error(`Nobody is called ${handle}.`);
  const linkedAt = clock.now();
  await store.save({ identities: [{ identity, person: person.id, name: handle, linkedAt }] });
}
