import type { AutocompleteInteraction } from 'discord.js';

import type { Filled } from '../../domain/form.ts';
import type { Asking, Ears } from '../chat.ts';
import { lineUpTo } from './line.ts';
import { identityOf, roomOf } from './places.ts';
import { pickedVerb, typed } from './registration.ts';
import type { Verb } from './registration.ts';

const choicesAtMost = 25;
const choiceCharacters = 100;

type Place = {
  readonly channelId: string | null;
  readonly channel: { isThread(): boolean; readonly parentId?: string | null } | null;
};

/** One way to go on, as Discord offers it. */
export type Choice = { readonly name: string; readonly value: string };

/** What is offered while somebody types into an option. */
export async function choicesFor(
  interaction: AutocompleteInteraction,
  around: { readonly ears: Ears; readonly verbs: readonly Verb[]; readonly main: string },
): Promise<readonly Choice[]> {
  const { ears, verbs, main } = around;
  const { name, value } = interaction.options.getFocused(true);
  const asking = askingIn(interaction);
  const words = pathOf(interaction);
  if (words.at(-1) === typed.verb) return shown(await ears.complete(asking, value), '');
  const verb = pickedVerb(verbs, main, words);
  if (verb === undefined) return [];
  const before = lineUpTo(verb.command, filledIn(interaction), name);
  return shown(await ears.complete(asking, `${before}${value}`), before);
}

/** Who asks, and in which room: that of its channel in a thread, too. */
export function askingIn(
  interaction: Pick<AutocompleteInteraction, 'user' | 'guildId'> & Place,
): Asking {
  const { user, guildId } = interaction;
  const room = roomOf(guildId, placeOf(interaction).channel);
  return { surface: 'discord', identity: identityOf(user.id), room };
}

/** The words that were picked: `contain plan` is `['contain', 'plan']`. */
export function pathOf(interaction: {
  readonly commandName: string;
  readonly options: Pick<
    AutocompleteInteraction['options'],
    'getSubcommand' | 'getSubcommandGroup'
  >;
}): readonly string[] {
  const { commandName, options } = interaction;
  const words = [commandName, options.getSubcommandGroup(false), options.getSubcommand(false)];
  return words.filter((word) => word !== null);
}

type Option = {
  readonly name: string;
  readonly value?: string | number | boolean | undefined;
  readonly options?: readonly Option[];
};

/** What was entered, by the names of the options. */
export function filledIn(interaction: {
  readonly options: { readonly data: readonly Option[] };
}): Filled {
  const entered: [string, string][] = [];
  const look = (options: readonly Option[]) => {
    for (const { name, value, options: below } of options) {
      // A tick that was taken away is as good as none.
      if (value === true) entered.push([name, 'yes']);
      else if (value !== undefined && value !== false) entered.push([name, `${value}`]);
      look(below ?? []);
    }
  };
  look(interaction.options.data);
  return Object.fromEntries(entered);
}

/** The channel, and the thread when it is one: a thread belongs to the room of its channel. */
export function placeOf(interaction: Place): {
  readonly channel: string;
  readonly thread?: string;
} {
  const { channelId, channel } = interaction;
  const id = channelId ?? '';
  const parent = channel?.isThread() === true ? channel.parentId : undefined;
  return typeof parent === 'string' ? { channel: parent, thread: id } : { channel: id };
}

function shown(
  suggestions: Awaited<ReturnType<Ears['complete']>>,
  before: string,
): readonly Choice[] {
  const choices = suggestions.flatMap(({ line, hint }) => {
    const value = line.slice(before.length).trim();
    const name = hint === undefined ? value : `${value} · ${hint}`;
    const fits = value !== '' && value.length <= choiceCharacters;
    return fits ? [{ name: name.slice(0, choiceCharacters), value }] : [];
  });
  return choices.slice(0, choicesAtMost);
}
