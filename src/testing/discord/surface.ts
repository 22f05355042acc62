import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type {
  Destination,
  Ears,
  Heard,
  Outgoing,
  Room,
  RoomToRead,
  Surface,
} from '../../chat/chat.ts';
import { leadEveryMs } from '../../chat/discord/connection.ts';
import { openDiscord } from '../../chat/discord/discord.ts';
import type { DiscordOptions } from '../../chat/discord/discord.ts';
import type { Command } from '../../commands/command.ts';
import { formFor, lineFrom } from '../../commands/form.ts';
import { registry } from '../../commands/registry.ts';
import type { View } from '../../domain/reply.ts';
import { Secret } from '../../domain/secret.ts';
import { pngOf } from '../../exports/png.ts';
import type { FakeDiscord } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { DiscordGuild } from './guild.ts';

/** Every verb with its form, as the instance registers them. */
export const verbs = verbsOf(registry);

function verbsOf(commands: readonly Command[]) {
  return commands.map((command) => {
    const form = formFor(commands, command.name);
    if (form === undefined) throw new Error(`${command.name} has no form.`);
    return { command, form };
  });
}

/** The surface as the tests set it up against a fake. */
export function surfaceOn(
  fake: FakeDiscord,
  guilds: readonly string[],
  more: Partial<DiscordOptions> & Pick<DiscordOptions, 'now' | 'onTrouble'>,
): Promise<Surface> {
  return openDiscord({
    token: new Secret(fake.token),
    guilds,
    apiUrl: fake.apiUrl,
    main: 'ir',
    verbs,
    lineFrom,
    formFor: (line) => formFor(registry, line),
    fetch,
    draw: pngOf,
    wait: (ms, signal) => pause(ms, undefined, { signal }),
    ...more,
  });
}

/** The surface alone: what it heard is kept, and a test says what leaves. */
export class BareDiscord {
  readonly fake: FakeDiscord;
  readonly guild: DiscordGuild;
  readonly heard: Heard[] = [];
  readonly codes: string[] = [];
  readonly troubles: unknown[] = [];
  /** Ends the waits of the surface; until then it waits for the true answer. */
  thinkNow: () => void = () => undefined;
  /** The next look whether this process is the one that is connected. */
  attendNow: () => void = () => undefined;
  /** Lets the next lines not be kept, so many. */
  failNext = 0;
  /** Whether it may be. */
  leads = true;
  /** Rooms of incidents, of which is read back what was missed. */
  open: readonly Room[] = [];
  /** What is said of rooms that could not be read back. */
  readonly untold: string[] = [];
  #surface: Surface | undefined;

  readonly #commands: readonly Command[];
  readonly #clock: { at: Date };

  private constructor(fake: FakeDiscord, clock: { at: Date }, commands: readonly Command[]) {
    this.fake = fake;
    this.#commands = commands;
    this.#clock = clock;
    this.guild = new DiscordGuild(fake);
  }

  /** @param more commands beside those that there are */
  static async open(...more: readonly Command[]): Promise<BareDiscord> {
    const clock = { at: new Date('2026-11-22T21:00:00Z') };
    const fake = await startFakeDiscord({ now: () => clock.at });
    const bare = new BareDiscord(fake, clock, [...registry, ...more]);
    await bare.start();
    return bare;
  }

  get now(): Date {
    return this.#clock.at;
  }

  set now(at: Date) {
    this.#clock.at = at;
  }

  /** A surface anew, as after a restart. */
  async start(): Promise<void> {
    const ears: Ears = {
      hear: (heard, code) => {
        if (this.failNext > 0) {
          this.failNext -= 1;
          return Promise.reject(new Error('The database is away.'));
        }
        if (this.heard.some(({ id }) => id === heard.id)) return Promise.resolve('again');
        this.heard.push(heard);
        if (code) this.codes.push(code.reveal());
        return Promise.resolve('new');
      },
      complete: () => Promise.resolve([]),
      lead: () => Promise.resolve(this.leads),
      readBack: {
        rooms: () => Promise.resolve(this.open.map((room) => this.#toRead(room))),
        untold: (_, why) => {
          this.untold.push(why);
          return Promise.resolve();
        },
      },
    };
    const surface = await surfaceOn(this.fake, [this.guild.guild.id], {
      emoji: ['📌', '\u{26a0}\u{fe0f}', 'evidence'],
      channels: true,
      now: () => this.now,
      verbs: verbsOf(this.#commands),
      formFor: (line) => formFor(this.#commands, line),
      wait: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (ms === leadEveryMs) this.attendNow = resolve;
          else this.thinkNow = resolve;
          signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
        }),
      onTrouble: (error) => this.troubles.push(error),
    });
    this.#surface = surface;
    await surface.start(ears);
  }

  #toRead(room: Room): RoomToRead {
    const since = new Date(this.now.getTime() - 2 * 24 * 60 * 60_000);
    const pointed = this.heard.flatMap(({ id, said, speaker, thread, ...heard }) =>
      heard.room === room && (said.kind === 'pinned' || said.kind === 'unpinned')
        ? [
            {
              id,
              message: said.message.id,
              by: speaker.id,
              kind: said.kind,
              ...(thread === undefined ? {} : { thread }),
            },
          ]
        : [],
    );
    return { room, since, declaredAt: since, pointed };
  }

  get surface(): Surface {
    if (!this.#surface) throw new Error('It was not started.');
    return this.#surface;
  }

  /** A message that is to leave, with an id of its own. */
  outgoing(to: Destination, title: string, more: Partial<Outgoing> = {}): Outgoing {
    const id = randomUUID();
    return { id, surface: 'discord', to, reply: saying(title), keys: {}, ...more };
  }

  /** The answer to the last thing that was said. */
  answer(title: string, forAsker: boolean): Outgoing {
    const last = this.heard.at(-1);
    if (!last) throw new Error('Nothing was said.');
    const { room, thread, speaker, answer } = last;
    const to = { kind: 'answer', room, asker: speaker.id, forAsker } as const;
    const place = thread === undefined ? to : { ...to, thread };
    return this.outgoing(place, title, answer === undefined ? {} : { answer });
  }

  async stop(): Promise<void> {
    await this.surface.stop(AbortSignal.timeout(10_000));
    await this.fake.stop();
  }
}

export function saying(title: string): View {
  return {
    kind: 'view',
    title,
    blocks: [],
    next: [],
    audience: 'room',
    outcome: 'done',
    data: {},
  };
}
