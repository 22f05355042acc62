import { refusalOfMessage } from './check-message.ts';
import { FakeSlack } from './fake-slack.ts';
import type { Fields } from './fields.ts';
import { at, isFields, listOf, textAt } from './fields.ts';
import type { Clock } from './hand-clock.ts';
import { HandClock } from './hand-clock.ts';
import { fieldsOf } from './method.ts';
import { pin, react, unpin, unreact } from './methods-marks.ts';
import { everything } from './permissions.ts';
import { buttonIn, filledIn } from './pressed.ts';
import { readableText } from './readable.ts';
import type { Channel, Installed, SlackUser } from './state.ts';
import { messageJson } from './state.ts';

export type SlackWorkspaceOptions = {
  /** People who are members of the workspace and of every channel. */
  readonly people?: readonly string[];
  readonly channels?: readonly string[];
  readonly app?: Partial<Installed>;
  readonly clock?: Clock;
  readonly isRated?: boolean;
  readonly enterprise?: string;
};

/** A test or a suite, that tells when it is over. */
export type Ending = { after(end: () => unknown): void };

/** The app's keys, as a test gives them to the app. */
export const slackKeys = {
  botToken: 'xoxb-fake-bot-token',
  appToken: 'xapp-fake-app-token',
  signingSecret: 'fake-signing-secret',
} as const;

/** So long a test waits for something to be shown, on a busy machine, in ms. */
const shownWithinMs = 60_000;

/** A Slack workspace, driven as people drive it, with what each of them sees. */
export class SlackWorkspace {
  readonly slack: FakeSlack;
  readonly clock: Clock;
  readonly #changed = new Set<() => void>();

  constructor(options: SlackWorkspaceOptions = {}) {
    this.clock = options.clock ?? new HandClock();
    const app = {
      appId: 'A0FIREBREAK',
      botUser: 'U0FIREBREAK',
      botId: 'B0FIREBREAK',
      ...slackKeys,
      ...everything,
      ...options.app,
    };
    this.slack = new FakeSlack({
      clock: this.clock,
      app,
      ...(options.isRated === undefined ? {} : { isRated: options.isRated }),
      ...(options.enterprise === undefined ? {} : { enterprise: options.enterprise }),
    });
    const { state } = this.slack;
    for (const name of options.people ?? ['ann', 'ben']) state.addUser(name);
    for (const name of options.channels ?? ['alarm']) state.addChannel(name, state.users.keys());
    const changed = () => {
      for (const look of this.#changed) look();
    };
    state.onChange = changed;
    this.slack.socket.onChange = changed;
  }

  user(name: string): SlackUser {
    const user = [...this.slack.state.users.values()].find((one) => one.name === name);
    if (user === undefined) throw new Error(`Nobody is called ${name}.`);
    return user;
  }

  channel(name: string): Channel {
    const channel = [...this.slack.state.channels.values()].find((one) => one.name === name);
    if (channel === undefined) throw new Error(`No channel is called ${name}.`);
    return channel;
  }

  /** What stands in a channel for everybody, as text; an edited message shows what it says now. */
  standsIn(channel: string): readonly string[] {
    return this.channel(channel).messages.map(readableText);
  }

  /** What one person alone was shown in a channel. */
  seenBy(name: string, channel: string): readonly string[] {
    const { id } = this.user(name);
    const { id: where } = this.channel(channel);
    return this.slack.state.whispers
      .filter((one) => one.user === id && one.channel === where)
      .map(readableText);
  }

  /** Resolves once it is so; looks again whenever something changes. */
  async when(what: string, isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        this.#changed.delete(look);
        reject(new Error(`It never came true that ${what}.`));
      }, shownWithinMs);
      const look = () => {
        if (!isSo()) return;
        clearTimeout(late);
        this.#changed.delete(look);
        resolve();
      };
      this.#changed.add(look);
    });
  }

  /**
   * Somebody types into a channel. What begins with a slash is a command, which Slack takes in no
   * thread; `@firebreak` is a mention.
   *
   * @returns the message's time stamp, of a command nothing
   */
  async says(
    name: string,
    channel: string,
    text: string,
    threadTs?: string,
  ): Promise<string | undefined> {
    if (text.startsWith('/')) {
      await this.#command(this.user(name), this.channel(channel), text, threadTs);
      return undefined;
    }
    const { state } = this.slack;
    const { id: user } = this.user(name);
    const where = this.channel(channel);
    const escaped = this.#escaped(text);
    const thread = threadTs === undefined ? {} : { threadTs };
    const { ts } = state.post(where, { user, text: escaped, ...thread });
    if (escaped.includes(`<@${state.app.botUser}`)) {
      const message = messageJson(state.message(where, ts), state.team.id);
      state.onEvent({ ...message, type: 'app_mention', channel: where.id, event_ts: ts });
    }
    return ts;
  }

  /** Somebody presses a button that they see, the newest with this label. */
  async presses(name: string, channel: string, label: string): Promise<void> {
    const user = this.user(name);
    const where = this.channel(channel);
    const { state, inbound } = this.slack;
    const whispers = state.whispers.filter(
      (one) => one.user === user.id && one.channel === where.id,
    );
    const found = buttonIn([...where.messages, ...whispers], label);
    const { shown, button, blockId } = found;
    const isStanding = 'ts' in shown;
    const ts = isStanding ? shown.ts : state.newTs();
    const common = inbound.common(user, where, isStanding ? shown : undefined);
    await inbound.act(
      'interactive',
      {
        ...common,
        type: 'block_actions',
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: where.id,
          is_ephemeral: !isStanding,
          ...(shown.threadTs === undefined ? {} : { thread_ts: shown.threadTs }),
        },
        ...(isStanding ? { message: messageJson(shown, state.team.id) } : {}),
        actions: [{ ...button, block_id: blockId, action_ts: state.newTs() }],
        state: { values: {} },
      },
      user.id,
    );
  }

  /** Somebody takes a shortcut of a message's menu. */
  async takesShortcut(name: string, channel: string, ts: string, callback: string): Promise<void> {
    const user = this.user(name);
    const where = this.channel(channel);
    const message = messageJson(this.slack.state.message(where, ts), this.slack.state.team.id);
    const { inbound } = this.slack;
    await inbound.act(
      'interactive',
      {
        ...inbound.common(user, where),
        type: 'message_action',
        callback_id: callback,
        message_ts: ts,
        message,
        action_ts: this.slack.state.newTs(),
      },
      user.id,
    );
  }

  /**
   * Somebody fills in the modal before them and submits it. Fields are named by their labels.
   *
   * @returns what the app found wrong, by block; empty when it was taken
   */
  async submits(name: string, given: Readonly<Record<string, string>>): Promise<Fields> {
    const user = this.user(name);
    const { views, state } = this.slack.world;
    const view = views.top(user.id);
    if (view === undefined) throw new Error(`No modal stands before ${name}.`);
    const values = filledIn(listOf(view.given['blocks']), given);
    const { inbound } = this.slack;
    const payload = await inbound.act(
      'interactive',
      {
        ...inbound.common(user),
        type: 'view_submission',
        view: { ...views.json(view), state: { values } },
        response_urls: [],
      },
      user.id,
    );
    const action = textAt(payload, 'response_action');
    if (action === 'errors') return fieldsOf(at(payload, 'errors'));
    if (action === 'update') views.update(view.id, at(payload, 'view'));
    else if (action === 'push') views.push(user.id, at(payload, 'view'));
    else views.close(user.id, action === 'clear');
    state.onChange();
    return {};
  }

  /** Somebody opens the app's home. */
  async opensHome(name: string): Promise<void> {
    const user = this.user(name).id;
    const { state, inbound } = this.slack;
    const event_ts = state.newTs();
    state.onEvent({ type: 'app_home_opened', user, channel: 'D0HOME', tab: 'home', event_ts });
    await inbound.settled();
  }

  /** An author changes what they wrote. */
  async edits(channel: string, ts: string, text: string): Promise<void> {
    const { state, inbound } = this.slack;
    const where = this.channel(channel);
    state.alter(where, state.message(where, ts), { text: this.#escaped(text) });
    await inbound.settled();
  }

  async deletes(channel: string, ts: string): Promise<void> {
    const { state, inbound } = this.slack;
    const where = this.channel(channel);
    state.remove(where, state.message(where, ts));
    await inbound.settled();
  }

  async pins(name: string, channel: string, ts: string): Promise<void> {
    pin(this.slack.world, this.channel(channel), ts, this.user(name).id);
    await this.slack.inbound.settled();
  }

  async unpins(name: string, channel: string, ts: string): Promise<void> {
    unpin(this.slack.world, this.channel(channel), ts, this.user(name).id);
    await this.slack.inbound.settled();
  }

  async reacts(name: string, channel: string, ts: string, emoji: string): Promise<void> {
    const where = this.channel(channel);
    const message = this.slack.state.message(where, ts);
    react(this.slack.world, where, message, emoji, this.user(name).id);
    await this.slack.inbound.settled();
  }

  async takesReactionBack(name: string, channel: string, ts: string, emoji: string): Promise<void> {
    const where = this.channel(channel);
    const message = this.slack.state.message(where, ts);
    unreact(this.slack.world, where, message, emoji, this.user(name).id);
    await this.slack.inbound.settled();
  }

  /** Somebody posts a file by hand. @returns the message's time stamp */
  posts(name: string, channel: string, file: string, type: string, bytes: Buffer): string {
    const user = this.user(name).id;
    const added = this.slack.world.files.add(user, file, type, bytes);
    return this.slack.state.post(this.channel(channel), { user, text: '', files: [added] }).ts;
  }

  async #command(user: SlackUser, channel: Channel, text: string, thread?: string): Promise<void> {
    const { state, inbound } = this.slack;
    const [command = '', ...words] = text.split(' ');
    const tell = (shown: string) =>
      state.whisper({ channel: channel.id, user: user.id, text: shown, blocks: [] });
    if (thread !== undefined) return tell(`${command} is not supported in threads. Sorry!`);
    if (!state.app.commands.has(command)) return tell(`${command} is not a valid command.`);
    const body = inbound.command(user, channel, command, this.#escaped(words.join(' ').trim()));
    const answer = await inbound.act('slash_commands', body, user.id);
    if (!isFields(answer)) return;
    const refusal = refusalOfMessage(answer);
    if (refusal !== undefined) throw new Error(`The ack’s message is wrong: ${refusal.error}`);
    const blocks = listOf(answer['blocks']);
    const said = textAt(answer, 'text');
    if (answer['response_type'] === 'in_channel') {
      const { botUser, botId } = state.app;
      state.post(channel, { user: botUser, botId, text: said, blocks });
    } else state.whisper({ channel: channel.id, user: user.id, text: said, blocks });
  }

  /** As Slack hands text on: three characters as entities, people and channels as ids. */
  #escaped(text: string): string {
    return text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/(^|\s)@([a-z0-9_.-]+)/g, (whole, before: string, name: string) => {
        const user = [...this.slack.state.users.values()].find((one) => one.name === name);
        return user === undefined ? whole : `${before}<@${user.id}|${user.name}>`;
      })
      .replace(/(^|\s)#([a-z0-9_-]+)/g, (whole, before: string, name: string) => {
        const found = [...this.slack.state.channels.values()].find((one) => one.name === name);
        return found === undefined ? whole : `${before}<#${found.id}|${found.name}>`;
      });
  }
}

/** A workspace whose Slack runs until the test ends. */
export async function aSlackWorkspace(
  test: Ending,
  options: SlackWorkspaceOptions = {},
): Promise<SlackWorkspace> {
  const workspace = new SlackWorkspace(options);
  await workspace.slack.listen();
  test.after(() => workspace.slack.stop());
  return workspace;
}
