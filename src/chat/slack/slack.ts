import type { Forms } from '../../domain/form.ts';
import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { aborted } from '../aborted.ts';
import type {
  AskedFile,
  CopiedFile,
  CopiesFiles,
  Ears,
  NewRoom,
  OpenedRoom,
  OpensRooms,
  Outgoing,
  Room,
  Sent,
  SurfaceAnswer,
  SurfaceRequest,
  TakesRequests,
} from '../chat.ts';
import type { DrawPng } from '../picture.ts';
import type { Home } from './address.ts';
import type { SlackClients } from './clients.ts';
import { slackClients } from './clients.ts';
import { SlackDoor } from './door.ts';
import { SlackFiles } from './files.ts';
import { listenerOf } from './listener.ts';
import type { Receive } from './listener.ts';
import { SlackPeople } from './people.ts';
import { ReadBack } from './read-back.ts';
import { RoomReader } from './room-now.ts';
import { SlackRooms } from './rooms.ts';
import { SlackPost } from './sending.ts';
import { slackProblem } from './slack-error.ts';
import { SlackSocket } from './socket.ts';
import type { HearingContext } from './spoken.ts';

export type SlackOptions = {
  readonly botToken: Secret;
  /** For Socket Mode. */
  readonly appToken?: Secret;
  /** For requests to `/slack/events`. */
  readonly signingSecret?: Secret;
  /** Where Slack's methods are, when not at slack.com. */
  readonly apiUrl?: string;
  /** Teams or enterprises whose members may speak; none named is the app's own. */
  readonly teams: readonly string[];
  /** An incident that is declared there gets a channel of its own. */
  readonly channels?: boolean;
  /** Names of emoji that put a message on the timeline. */
  readonly emoji?: readonly string[];
  readonly forms: Forms;
  readonly fetch: typeof fetch;
  readonly draw: DrawPng;
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Hears of what failed and has no asker. */
  readonly onFailure: (error: unknown) => void;
};

const usualEmoji = ['pushpin', 'round_pushpin'];
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

/** Slack, by Bolt: over Socket Mode, over HTTP, or both. */
export class Slack implements TakesRequests, OpensRooms, CopiesFiles {
  readonly name = 'slack';
  readonly isOpeningRooms: boolean;
  readonly #options: SlackOptions;
  readonly #clients: SlackClients;
  readonly #post: SlackPost;
  readonly #rooms: SlackRooms;
  readonly #files: SlackFiles;
  readonly #door: SlackDoor | undefined;
  readonly #stopping = new AbortController();
  #socket: SlackSocket | undefined;
  #readBack: ReadBack | undefined;
  #known: WhoWeAre | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: SlackOptions) {
    const { botToken, apiUrl, signingSecret, now } = options;
    this.#options = options;
    this.isOpeningRooms = options.channels === true;
    this.#clients = slackClients(botToken, apiUrl);
    this.#post = new SlackPost({ ...options, clients: this.#clients });
    this.#rooms = new SlackRooms(this.#clients.bulk, async () => (await this.#whoWeAre()).home);
    this.#files = new SlackFiles({ ...options, client: this.#clients.bulk });
    this.#door = signingSecret && new SlackDoor(signingSecret, now);
  }

  /** Resolves once Slack was reached, or its first try has failed; then it is tried until it works. */
  async start(ears: Ears): Promise<void> {
    const tried = Promise.withResolvers<void>();
    this.#opening = this.#open(ears, tried.resolve);
    await tried.promise;
  }

  async stop(signal: AbortSignal): Promise<void> {
    this.#stopping.abort();
    this.#door?.close();
    await this.#socket?.stop(signal);
    await this.#opening;
    await Promise.race([this.#readBack?.settled(), aborted(signal)]);
  }

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    return this.#post.send(outgoing, signal);
  }

  wasSent(outgoing: Outgoing): Promise<Sent | 'unknown' | undefined> {
    return this.#post.wasSent(outgoing);
  }

  openRoom(asked: NewRoom): Promise<OpenedRoom> {
    return this.#rooms.open(asked);
  }

  furnish(room: Room, asked: NewRoom): Promise<readonly string[]> {
    return this.#rooms.furnish(room, asked);
  }

  copyFile(asked: AskedFile, signal: AbortSignal): Promise<CopiedFile> {
    return this.#files.copy(asked, signal);
  }

  /** Answers a request of Slack's to `/slack/events`; 503 where it is not spoken to so. */
  async answer(request: SurfaceRequest): Promise<SurfaceAnswer> {
    return this.#door?.answer(request) ?? { status: 503 };
  }

  async #open(ears: Ears, tried: () => void): Promise<void> {
    const { signal } = this.#stopping;
    let waitMs = firstWaitMs;
    while (!signal.aborted) {
      try {
        const context = await this.#contextOf(ears);
        const receive = this.#receiveFor(ears, context);
        this.#readBack ??= this.#readBackFor(ears, context);
        if (!signal.aborted) await this.#listen(receive);
        return tried();
      } catch (error) {
        const problem = slackProblem(error);
        this.#options.onFailure(problem);
        tried();
        // With a token that is wrong, asking again changes nothing.
        if (problem.code === 'unauthorized') return;
        await this.#options.wait(waitMs, signal).catch(() => {});
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }

  async #listen(receive: Receive): Promise<void> {
    const { appToken, apiUrl, wait, onFailure } = this.#options;
    const onHearing = () => this.#readBack?.begin();
    this.#door?.open(receive);
    if (appToken === undefined) return onHearing();
    const api = apiUrl === undefined ? {} : { apiUrl };
    this.#socket = new SlackSocket({ appToken, ...api, receive, wait, onFailure, onHearing });
    await this.#socket.start();
  }

  #receiveFor(ears: Ears, context: HearingContext): Receive {
    const { botToken, apiUrl, onFailure } = this.#options;
    const api = apiUrl === undefined ? {} : { apiUrl };
    return listenerOf({ token: botToken, ...api, context, ears, onFailure });
  }

  #readBackFor(ears: Ears, context: HearingContext): ReadBack | undefined {
    const { now, wait, onFailure } = this.#options;
    const { signal: stopping } = this.#stopping;
    if (ears.readBack === undefined) return undefined;
    const reader = new RoomReader({
      client: this.#clients.bulk,
      now,
      wait: (ms) => wait(ms, stopping),
    });
    return new ReadBack({ ears, from: ears.readBack, context, reader, stopping, onFailure });
  }

  async #contextOf({ known }: Ears): Promise<HearingContext> {
    const { teams, forms, emoji = usualEmoji, now, wait } = this.#options;
    const { home, url } = await this.#whoWeAre();
    const own = home.enterprise === undefined ? [home.team] : [home.team, home.enterprise];
    const people = new SlackPeople({
      client: this.#clients.interactive,
      home,
      teams: teams.length === 0 ? own : teams,
      now,
    });
    const client = this.#clients.interactive;
    const hearing = { home, url, people, client, forms, emoji: new Set(emoji), now, wait };
    return { ...hearing, ...(known === undefined ? {} : { known }) };
  }

  async #whoWeAre(): Promise<WhoWeAre> {
    if (this.#known !== undefined) return this.#known;
    const found = await this.#clients.bulk.auth.test();
    const {
      team_id: team,
      user_id: botUser,
      bot_id: botId,
      enterprise_id: enterprise,
      url,
    } = found;
    if (team === undefined || botUser === undefined || botId === undefined) {
      throw new PlatformError('slack', 'unreadable', 'Slack did not say which app this is.');
    }
    const home = { team, botUser, botId, ...(enterprise === undefined ? {} : { enterprise }) };
    this.#known = { home, url: url ?? 'https://slack.com/' };
    return this.#known;
  }
}

type WhoWeAre = { readonly home: Home; readonly url: string };
