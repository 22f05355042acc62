import type { Acked, Envelope, EnvelopeKind, Line } from './envelope.ts';
import type { Fields } from './fields.ts';
import { slackLimits } from './limits.ts';
import type { World } from './method.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Channel, SlackUser, StandingMessage } from './state.ts';

/** After which waits Slack sends an event again that nobody acked, in ms; the first at once. */
const retryAfterMs = [0, 60_000, 300_000];

/** What Slack tells the app: events, with repeats, and what people do to it. */
export class Inbound {
  /** Each envelope is handed over twice, as happens when an ack is lost on its way. */
  repeats = false;
  /** What people were shown because the app did not answer. */
  readonly failures: { readonly user: string; readonly words: string }[] = [];
  readonly delivered: Envelope[] = [];
  readonly #world: World;
  readonly #responses: ResponseUrls;
  readonly #line: Line;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(world: World, responses: ResponseUrls, line: Line) {
    this.#world = world;
    this.#responses = responses;
    this.#line = line;
  }

  /** An event, when the app subscribed to it and may see where it was. */
  tell(event: Fields): void {
    if (!this.#isSubscribed(event)) return;
    const { state, clock } = this.#world;
    const body = {
      token: 'verification',
      team_id: state.team.id,
      api_app_id: state.app.appId,
      type: 'event_callback',
      event,
      event_id: state.newId('Ev'),
      event_time: Math.floor(clock.now().getTime() / 1000),
      is_ext_shared_channel: false,
      authorizations: [
        {
          enterprise_id: state.team.enterprise ?? null,
          team_id: state.team.id,
          user_id: state.app.botUser,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
    };
    void this.#keep(this.#send({ kind: 'events_api', body }, 0));
  }

  /** Somebody typed a command, pressed, chose or submitted. Resolves once it is acked, or was not. */
  async act(
    kind: Exclude<EnvelopeKind, 'events_api'>,
    body: Fields,
    user: string,
  ): Promise<unknown> {
    const envelope = { kind, body };
    const acked = await this.#keep(this.#deliver(envelope));
    if (acked.kind === 'acked') return acked.payload;
    const words = acked.kind === 'none' ? 'operation_timeout' : `dispatch_failed ${acked.status}`;
    this.failures.push({ user, words });
    this.#world.state.onChange();
    return undefined;
  }

  /** Resolves once everything that is under way was acked or given up. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** The parts that each interaction has. */
  common(user: SlackUser, channel?: Channel, replaces?: StandingMessage): Fields {
    const { state, triggers, origin } = this.#world;
    const { enterprise } = state.team;
    return {
      token: 'verification',
      api_app_id: state.app.appId,
      trigger_id: triggers.give(user.id),
      is_enterprise_install: false,
      enterprise: enterprise === undefined ? null : { id: enterprise, name: 'Acme' },
      team: { id: state.team.id, domain: state.team.domain },
      user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
      ...(channel === undefined
        ? {}
        : {
            channel: { id: channel.id, name: channel.name },
            response_url: `${origin()}${this.#responses.give(channel, user.id, replaces)}`,
          }),
    };
  }

  /** A slash command is a form, with names of its own. */
  command(user: SlackUser, channel: Channel, command: string, text: string): Fields {
    const { state, triggers, origin } = this.#world;
    const { id, domain, enterprise } = state.team;
    return {
      token: 'verification',
      team_id: user.teamId,
      team_domain: domain,
      ...(enterprise === undefined ? {} : { enterprise_id: enterprise, enterprise_name: 'Acme' }),
      channel_id: channel.id,
      channel_name: channel.isDirect ? 'directmessage' : channel.name,
      user_id: user.id,
      user_name: user.name,
      command,
      text,
      api_app_id: state.app.appId,
      is_enterprise_install: 'false',
      response_url: `${origin()}${this.#responses.give(channel, user.id)}`,
      trigger_id: triggers.give(user.id),
      context_team_id: id,
    };
  }

  #isSubscribed(event: Fields): boolean {
    const { app, channels } = this.#world.state;
    const type = String(event['type']);
    const kinds: Readonly<Record<string, string>> = {
      im: 'im',
      group: 'groups',
      channel: 'channels',
    };
    const name =
      type === 'message' ? `message.${kinds[String(event['channel_type'])] ?? ''}` : type;
    if (!app.events.has(name)) return false;
    const item = event['item'];
    const inItem = typeof item === 'object' && item !== null && 'channel' in item && item.channel;
    const where = event['channel'] ?? event['channel_id'] ?? inItem;
    const channel = channels.get(String(where));
    return channel === undefined || channel.members.has(app.botUser);
  }

  async #send(envelope: Envelope, tries: number): Promise<void> {
    const acked = await this.#deliver(envelope);
    if (acked.kind === 'acked' || tries >= slackLimits.retries) return;
    const reason = acked.kind === 'none' ? 'timeout' : 'http_error';
    const retry = { ...envelope, retry: { number: tries + 1, reason } };
    const waitMs = retryAfterMs[tries] ?? 0;
    if (waitMs === 0) return this.#send(retry, tries + 1);
    this.#world.clock.after(waitMs, () => void this.#keep(this.#send(retry, tries + 1)));
  }

  async #deliver(envelope: Envelope): Promise<Acked> {
    this.delivered.push(envelope);
    if (!this.repeats) return this.#line.deliver(envelope);
    const [first] = await Promise.all([this.#line.deliver(envelope), this.#line.deliver(envelope)]);
    return first;
  }

  async #keep<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }
}
