import { blockProblems } from './check-blocks.ts';
import type { Fields } from './fields.ts';
import { textAt } from './fields.ts';
import type { Clock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';
import type { Channel, SlackState, StandingMessage } from './state.ts';

type Given = {
  readonly channel: Channel;
  readonly user: string;
  readonly at: Date;
  readonly replaces?: StandingMessage;
  uses: number;
};

/** Addresses at which an app may answer what somebody did: a few times, for half an hour. */
export class ResponseUrls {
  readonly #state: SlackState;
  readonly #clock: Clock;
  readonly #given = new Map<string, Given>();

  constructor(state: SlackState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** @returns the path of a new one */
  give(channel: Channel, user: string, replaces?: StandingMessage): string {
    const path = `/commands/${this.#state.team.id}/${this.#given.size + 1}/secret`;
    const at = this.#clock.now();
    this.#given.set(path, { channel, user, at, uses: 0, ...(replaces ? { replaces } : {}) });
    return path;
  }

  answer(path: string, message: Fields): { readonly status: number; readonly text: string } {
    const given = this.#given.get(path);
    if (given === undefined) return { status: 404, text: 'no_such_url' };
    const ageMs = this.#clock.now().getTime() - given.at.getTime();
    if (ageMs > slackLimits.responseUrl.ms) return { status: 404, text: 'expired_url' };
    if (given.uses >= slackLimits.responseUrl.uses) return { status: 404, text: 'used_url' };
    given.uses += 1;
    const { text } = message;
    const removes = message['delete_original'] === true;
    if (!removes && (typeof text !== 'string' || text === '')) {
      return { status: 400, text: 'no_text' };
    }
    if (typeof text === 'string' && text.length > slackLimits.message.text) {
      return { status: 400, text: 'msg_too_long' };
    }
    if (message['blocks'] !== undefined && blockProblems(message['blocks'], 'message').length > 0) {
      return { status: 400, text: 'invalid_blocks' };
    }
    this.#show(given, message);
    return { status: 200, text: 'ok' };
  }

  #show({ channel, user, replaces }: Given, message: Fields): void {
    const text = textAt(message, 'text');
    const blocks: readonly unknown[] = Array.isArray(message['blocks']) ? message['blocks'] : [];
    if (message['delete_original'] === true || message['replace_original'] === true) {
      if (replaces === undefined) return;
      if (message['delete_original'] === true) {
        channel.messages = channel.messages.filter((one) => one !== replaces);
      } else Object.assign(replaces, { text, blocks, editedTs: this.#state.newTs() });
      this.#state.onChange();
      return;
    }
    const thread = message['thread_ts'];
    const threadTs = typeof thread === 'string' ? { threadTs: thread } : {};
    if (message['response_type'] === 'in_channel') {
      const { botUser, botId } = this.#state.app;
      this.#state.post(channel, { user: botUser, botId, text, blocks, ...threadTs });
    } else this.#state.whisper({ channel: channel.id, user, text, blocks, ...threadTs });
  }
}
