import type { TestContext } from 'node:test';

import { until } from '../until.ts';
import { everyComponent } from './check-components.ts';
import { inputsOf } from './check-modal.ts';
import type { FakeDiscord, FakeDiscordOptions } from './fake-discord.ts';
import { startFakeDiscord } from './fake-discord.ts';
import { interactionKinds } from './interactions.ts';
import type { Interaction } from './interactions.ts';
import type { Raw } from './limits.ts';
import { charactersOf, isRaw, rawsOf } from './limits.ts';
import { channelJson, isLoading, memberJson, messageJson, userJson } from './wire.ts';
import type { FakeChannel, FakeGuild, FakeMessage, FakeUser } from './world.ts';

/** What a person gave to a slash command, by the names of its options. */
export type Options = Readonly<Record<string, string | number | boolean>>;

/** A guild in which a test does what people do, and sees what they see. */
export class DiscordGuild {
  readonly fake: FakeDiscord;
  readonly guild: FakeGuild;

  constructor(fake: FakeDiscord, name = 'Acme') {
    this.fake = fake;
    this.guild = fake.world.addGuild(name);
  }

  /** Somebody who is in this guild. */
  member(name: string, more: { readonly isBot?: boolean } = {}): FakeUser {
    const user = this.fake.world.addUser(name, more);
    this.guild.members.add(user.id);
    return user;
  }

  channel(name: string): FakeChannel {
    return this.fake.world.addChannel(this.guild, name);
  }

  /** A thread below that channel, of which the app is told. */
  thread(channel: FakeChannel, name: string): FakeChannel {
    const { world, gateway } = this.fake;
    const thread = world.addChannel(this.guild, name, { kind: 11, parent: channel.id });
    gateway.tell('THREAD_CREATE', channelJson(thread));
    return thread;
  }

  /** A slash command, by the words a person picks: `contain plan`. */
  says(user: FakeUser, channel: FakeChannel, words: string, options: Options = {}): Exchange {
    const data = this.#commandData(words, options);
    return this.#begin(interactionKinds.command, user, channel, data);
  }

  /** What is offered while somebody types into this option. */
  async completes(
    user: FakeUser,
    channel: FakeChannel,
    words: string,
    typed: { readonly option: string; readonly text: string; readonly others?: Options },
  ): Promise<readonly Raw[]> {
    const options = { ...typed.others, [typed.option]: typed.text };
    const data = this.#commandData(words, options, typed.option);
    const exchange = this.#begin(interactionKinds.autocomplete, user, channel, data);
    return exchange.choices();
  }

  /** Uses *Apps ▸ name* on a message. */
  uses(user: FakeUser, message: FakeMessage, name: string): Exchange {
    const command = this.#registered(name, 3);
    const { world } = this.fake;
    const { id } = message;
    const resolved = { messages: { [id]: messageJson(world, message) } };
    const data = { id: command['id'], name, type: 3, target_id: id, resolved };
    return this.#begin(interactionKinds.command, user, this.#channelOf(message), data);
  }

  /** Presses the button of that label. */
  presses(user: FakeUser, message: FakeMessage, label: string): Exchange {
    const button = buttonsOf(message).find((one) => one['label'] === label);
    if (!button) throw new Error(`There is no button “${label}”: ${labelsOf(message).join(', ')}`);
    if (button['disabled'] === true) throw new Error(`The button “${label}” cannot be pressed.`);
    this.#refuseUnseen(user, message);
    const data = { component_type: 2, custom_id: button['custom_id'], id: 1 };
    return this.#begin(interactionKinds.component, user, this.#channelOf(message), data, message);
  }

  /** Chooses the entry of that label from a list. */
  chooses(user: FakeUser, message: FakeMessage, label: string): Exchange {
    const list = listsOf(message).find((one) => entryOf(one, label) !== undefined);
    const entry = list && entryOf(list, label);
    if (!list || !entry) throw new Error(`There is no entry “${label}”.`);
    this.#refuseUnseen(user, message);
    const data = {
      component_type: 3,
      custom_id: list['custom_id'],
      values: [entry['value']],
      id: 1,
    };
    return this.#begin(interactionKinds.component, user, this.#channelOf(message), data, message);
  }

  /** Fills in the modal that they were shown; values by the inputs' ids. */
  submits(user: FakeUser, shown: Exchange, values: Readonly<Record<string, string>>): Exchange {
    const { interaction } = shown;
    const { modal } = interaction;
    if (!modal) throw new Error('No modal is open.');
    const parts = rawsOf(modal['components']);
    const components = parts.flatMap((part) => filledIn(part, values));
    const known = parts.flatMap(inputsOf).map((input) => String(input['custom_id']));
    const odd = Object.keys(values).filter((name) => !known.includes(name));
    if (odd.length > 0)
      throw new Error(`The modal has no ${odd.join(', ')}; it has ${known.join(', ')}`);
    const data = { custom_id: modal['custom_id'], components };
    const { card, channel } = interaction;
    return this.#begin(interactionKinds.modal, user, channel, data, card);
  }

  /** An ordinary message. */
  writes(
    user: FakeUser,
    channel: FakeChannel,
    content: string,
    more: {
      readonly answers?: FakeMessage;
      readonly files?: FakeMessage['files'];
      readonly embeds?: readonly Raw[];
    } = {},
  ): FakeMessage {
    const { answers, files = [], embeds = [] } = more;
    const body = { content, embeds, allowed_mentions: { parse: ['users'] } };
    const refers = answers === undefined ? {} : { refersTo: answers.id, type: 19 };
    return this.fake.messages.put({ channel, author: user.id, body, files, ...refers });
  }

  pins(user: FakeUser, message: FakeMessage): void {
    this.fake.messages.pin(this.#channelOf(message), message, user.id);
  }

  unpins(user: FakeUser, message: FakeMessage): void {
    this.fake.messages.unpin(this.#channelOf(message), message, user.id);
  }

  edits(message: FakeMessage, content: string): void {
    this.fake.messages.edit(this.#channelOf(message), message, { content }, []);
  }

  deletes(message: FakeMessage): void {
    this.fake.messages.remove(this.#channelOf(message), message);
  }

  reacts(user: FakeUser, message: FakeMessage, emoji: string): void {
    this.fake.messages.react(this.#channelOf(message), message, emoji, user.id);
  }

  unreacts(user: FakeUser, message: FakeMessage, emoji: string): void {
    this.fake.messages.unreact(this.#channelOf(message), message, emoji, user.id);
  }

  /** The messages this person sees in a channel, oldest first. */
  seenBy(user: FakeUser, channel: FakeChannel): readonly FakeMessage[] {
    return channel.messages.filter(({ onlyFor }) => onlyFor === undefined || onlyFor === user.id);
  }

  #begin(
    kind: number,
    user: FakeUser,
    channel: FakeChannel,
    data: Raw,
    card?: FakeMessage,
  ): Exchange {
    const on = card === undefined ? {} : { card };
    const { interactions } = this.fake;
    const interaction = interactions.begin({ kind, user: user.id, channel, data, ...on });
    return new Exchange(interaction, () => interactions.repeat(interaction, data));
  }

  #refuseUnseen(user: FakeUser, { onlyFor }: FakeMessage): void {
    if (onlyFor === undefined || onlyFor === user.id) return;
    throw new Error('They cannot see that message.');
  }

  #channelOf(message: FakeMessage): FakeChannel {
    const channel = this.fake.world.channel(message.channel);
    if (!channel) throw new Error('The channel of this message is gone.');
    return channel;
  }

  #registered(name: string, type = 1): Raw {
    const all = [...this.guild.commands, ...this.fake.world.globalCommands];
    const found = all.find((one) => one['name'] === name && (one['type'] ?? 1) === type);
    if (found) return found;
    const names = all.map((one) => String(one['name']));
    throw new Error(`There is no command “${name}” in this guild; there are ${names.join(', ')}.`);
  }

  #commandData(words: string, given: Options, focused?: string): Raw {
    const [name = '', ...path] = words.split(' ');
    const command = this.#registered(name);
    const { id } = command;
    const { world } = this.fake;
    const mentioned = Object.values(given).filter((one) => world.users.has(String(one)));
    const users = mentioned.map((one) => world.user(String(one)));
    return {
      id,
      name,
      type: 1,
      options: optionsOf(command, path, given, focused),
      resolved: {
        users: Object.fromEntries(users.map((one) => [one.id, userJson(one)])),
        members: Object.fromEntries(users.map((one) => [one.id, memberJson()])),
      },
    };
  }
}

/** What a person did, and what comes of it. */
export class Exchange {
  readonly interaction: Interaction;
  readonly #repeat: () => void;

  constructor(interaction: Interaction, repeat: () => void) {
    this.interaction = interaction;
    this.#repeat = repeat;
  }

  /** Discord tells the app of it once more. */
  again(): void {
    this.#repeat();
  }

  /** The message they are answered with, once it no longer says "is thinking". */
  async answer(): Promise<FakeMessage> {
    await until('the interaction is answered', () => {
      const { original } = this.interaction;
      return original !== undefined && !isLoading(original);
    });
    const { original } = this.interaction;
    if (!original) throw new Error('It was not answered.');
    return original;
  }

  /** The modal that opens. */
  async modal(): Promise<Raw> {
    await until('a modal opens', () => this.interaction.modal !== undefined);
    return this.interaction.modal ?? {};
  }

  async choices(): Promise<readonly Raw[]> {
    await until('choices are offered', () => this.interaction.choices !== undefined);
    return this.interaction.choices ?? [];
  }
}

/** All that can be read on a message, a line for each part. */
export function wordsOf(message: FakeMessage): string {
  const parts = everyComponent(message.body['components']).map(({ component }) => component);
  const texts = parts.flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
  const { content } = message.body;
  return [...(typeof content === 'string' && content !== '' ? [content] : []), ...texts].join('\n');
}

export function buttonsOf(message: FakeMessage): readonly Raw[] {
  return componentsOf(message, 2);
}

/** The lists from which one entry is chosen. */
export function listsOf(message: FakeMessage): readonly Raw[] {
  return componentsOf(message, 3);
}

/** What stands in those lists, in order. */
export function entriesOf(message: FakeMessage): readonly string[] {
  return listsOf(message).flatMap(({ options }) =>
    rawsOf(options).map((one) => String(one['label'])),
  );
}

function entryOf({ options }: Raw, label: string): Raw | undefined {
  return rawsOf(options).find((one) => one['label'] === label);
}

function componentsOf(message: FakeMessage, kind: number): readonly Raw[] {
  return everyComponent(message.body['components'])
    .map(({ component }) => component)
    .filter(({ type }) => type === kind);
}

export function labelsOf(message: FakeMessage): readonly string[] {
  return buttonsOf(message).map((one) => String(one['label']));
}

/** The options as Discord nests them; refuses what a person could not have entered. */
function optionsOf(
  command: Raw,
  path: readonly string[],
  given: Options,
  focused: string | undefined,
): readonly Raw[] {
  const options = rawsOf(command['options']);
  const [next, ...rest] = path;
  if (next !== undefined) {
    const found = options.find((one) => one['name'] === next);
    if (!found) throw new Error(`“${String(command['name'])}” has no “${next}”.`);
    const { type, name } = found;
    return [{ type, name, options: optionsOf(found, rest, given, focused) }];
  }
  const missing = options.filter(
    (one) => one['required'] === true && !Object.hasOwn(given, String(one['name'])),
  );
  if (focused === undefined && missing.length > 0) {
    throw new Error(`${missing.map((one) => String(one['name'])).join(', ')} must be given.`);
  }
  return Object.entries(given).map(([name, value]) => {
    const option = options.find((one) => one['name'] === name);
    if (!option) throw new Error(`“${String(command['name'])}” has no option “${name}”.`);
    refuseUnlikely(option, value, name === focused);
    return { type: option['type'], name, value, ...(name === focused ? { focused: true } : {}) };
  });
}

function refuseUnlikely(option: Raw, value: Options[string], isFocused: boolean): void {
  const { name, type, max_length: longest } = option;
  const expected = { 3: 'string', 4: 'number', 5: 'boolean', 10: 'number' }[Number(type)];
  if (typeof value !== (expected ?? 'string'))
    throw new Error(`${String(name)} is no ${expected}.`);
  if (typeof longest === 'number' && charactersOf(value) > longest) {
    throw new Error(`${String(name)} is longer than ${longest}.`);
  }
  const choices = rawsOf(option['choices']);
  if (choices.length > 0 && !choices.some((one) => one['value'] === value)) {
    throw new Error(`${String(name)} cannot be “${String(value)}”.`);
  }
  if (isFocused && option['autocomplete'] !== true) {
    throw new Error(`${String(name)} is not completed.`);
  }
}

function filledIn(part: Raw, values: Readonly<Record<string, string>>): readonly Raw[] {
  const inputs = inputsOf(part);
  if (inputs.length === 0) return [];
  const answers = inputs.map((input) => {
    const id = String(input['custom_id']);
    const value = values[id] ?? (typeof input['value'] === 'string' ? input['value'] : '');
    if (input['required'] !== false && value === '') throw new Error(`${id} must be filled in.`);
    const longest = Number(input['max_length'] ?? 4_000);
    if (charactersOf(value) > longest) throw new Error(`${id} is longer than ${longest}.`);
    const type = input['type'];
    return type === 4
      ? { type, custom_id: id, value }
      : { type, custom_id: id, values: value === '' ? [] : [value] };
  });
  const isLabel = isRaw(part['component']);
  return [isLabel ? { type: 18, component: answers[0] } : { type: 1, components: answers }];
}

/** A guild on a fake Discord that ends with the test. */
export async function aDiscordGuild(
  test: TestContext,
  options: FakeDiscordOptions = {},
): Promise<DiscordGuild> {
  const fake = await startFakeDiscord(options);
  test.after(() => fake.stop());
  return new DiscordGuild(fake);
}
