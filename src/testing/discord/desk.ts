import { randomBytes, randomUUID } from 'node:crypto';

import type { Surface } from '../../chat/chat.ts';
import { makeComplete } from '../../commands/complete.ts';
import { makeKnown } from '../../commands/known.ts';
import { registry } from '../../commands/registry.ts';
import { makeDelivery } from '../../jobs/deliver.ts';
import type { Delivery } from '../../jobs/deliver.ts';
import { makeHearing } from '../../jobs/hear.ts';
import type { Hearing } from '../../jobs/hear.ts';
import type { Bot } from '../bot.ts';
import { untilAborted } from '../until.ts';
import type { FakeDiscord } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { DiscordGuild } from './guild.ts';
import { surfaceOn } from './surface.ts';
import type { FakeUser } from './world.ts';

/** An instance that people speak to on a fake Discord, through the real discord.js. */
export type DiscordDesk = {
  readonly fake: FakeDiscord;
  readonly guild: DiscordGuild;
  readonly surface: Surface;
  readonly hearing: Hearing;
  readonly delivery: Delivery;
  readonly troubles: unknown[];
  /** Somebody of the guild whose account is linked to the person of that handle. */
  readonly linked: (handle: string) => Promise<FakeUser>;
  readonly stop: () => Promise<void>;
};

/** Puts Discord's surface in front of an instance. */
export async function aDiscordDesk(
  here: Pick<Bot, 'store' | 'clock' | 'dispatch'>,
): Promise<DiscordDesk> {
  const { store, clock } = here;
  const fake = await startFakeDiscord({ now: clock.now });
  const guild = new DiscordGuild(fake);
  const troubles: unknown[] = [];
  const surface = await surfaceOn(fake, [guild.guild.id], {
    now: clock.now,
    wait: untilAborted,
    onTrouble: (error) => troubles.push(error),
  });
  const onFailure = (error: unknown) => troubles.push(error);
  const surfaces = new Map([['discord' as const, surface]]);
  const common = { store, now: clock.now, by: 'here', wait: untilAborted, onFailure };
  const delivery = makeDelivery({ ...common, surfaces });
  const hearing = makeHearing({
    ...common,
    dispatch: here.dispatch,
    complete: makeComplete({ commands: registry, store, now: clock.now }),
    known: makeKnown({ commands: registry, store }),
    redact: (text) => text,
    deliver: delivery.sweep,
    newId: randomUUID,
    newNonce: () => randomBytes(32).toString('base64url'),
  });
  await surface.start(hearing);
  return {
    fake,
    guild,
    surface,
    hearing,
    delivery,
    troubles,
    linked: async (handle) => {
      const user = guild.member(handle);
      const person = await store.people.byHandle(handle);
      if (!person) throw new Error(`Nobody is called ${handle}.`);
      const identity = `discord:${user.id}`;
      const link = { identity, person: person.id, name: handle, linkedAt: clock.now() };
      await store.save({ identities: [link] });
      return user;
    },
    stop: async () => {
      await surface.stop(AbortSignal.timeout(10_000));
      await hearing.settled();
      await delivery.settled();
      await fake.stop();
    },
  };
}
