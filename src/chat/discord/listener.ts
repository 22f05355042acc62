import type {
  ButtonInteraction,
  ChatInputCommandInteraction,
  Interaction,
  RepliableInteraction,
} from 'discord.js';

import type { Ears, Heard, Said } from '../chat.ts';
import { answerToken } from './answer-key.ts';
import type { AnswerKey } from './answer-key.ts';
import { choicesFor, filledIn, pathOf, placeOf } from './completing.ts';
import { roomOf, workspaceOf } from './places.ts';
import { pickedVerb, typed } from './registration.ts';
import type { LineFrom, Verb } from './registration.ts';
import { speakerOf } from './speaker.ts';

export type ListenerParts = {
  readonly ears: Ears;
  readonly verbs: readonly Verb[];
  readonly main: string;
  readonly lineFrom: LineFrom;
  readonly guilds: readonly string[];
  readonly now: () => Date;
  /** It was stored: the first answer is owed from now on. */
  readonly onStored: (key: AnswerKey) => void;
  readonly onTrouble: (error: unknown) => void;
};

/** Turns what people do in Discord into what was said, and hands it over. */
export class Listener {
  readonly #parts: ListenerParts;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** Never throws: what goes wrong is told. */
  async hear(interaction: Interaction): Promise<void> {
    try {
      await this.#hear(interaction);
    } catch (error) {
      this.#parts.onTrouble(error);
    }
  }

  async #hear(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) {
      return interaction.respond(await choicesFor(interaction, this.#parts));
    }
    if (interaction.isChatInputCommand()) return this.#command(interaction);
    if (interaction.isButton()) return this.#press(interaction);
  }

  async #command(interaction: ChatInputCommandInteraction): Promise<void> {
    const { verbs, main, lineFrom } = this.#parts;
    const words = pathOf(interaction);
    const filled = filledIn(interaction);
    if (words.at(-1) === typed.verb && words.length === 2) {
      return this.#said(interaction, { kind: 'line', line: filled[typed.option] ?? '' });
    }
    const verb = pickedVerb(verbs, main, words);
    // What Discord still shows of an older registration is said as it stands: dispatch explains.
    const line = verb === undefined ? words.join(' ') : lineFrom(verb.command, filled);
    return this.#said(interaction, { kind: 'line', line });
  }

  async #press(interaction: ButtonInteraction): Promise<void> {
    const [, key = ''] = interaction.customId.split(':');
    return this.#said(interaction, { kind: 'press', key });
  }

  async #said(interaction: RepliableInteraction, said: Said): Promise<void> {
    const { ears, onStored } = this.#parts;
    const key = { interaction: interaction.id, token: interaction.token };
    const kept = await ears.hear(this.#heard(interaction, said, key));
    // Somebody else answers a repeat, or has.
    if (kept === 'new') onStored(key);
  }

  #heard(interaction: RepliableInteraction, said: Said, key: AnswerKey): Heard {
    const { guilds: allowed, now } = this.#parts;
    const { guildId: guild, user, member } = interaction;
    const { channel, thread } = placeOf(interaction);
    const at = now();
    return {
      id: `discord:${interaction.id}`,
      surface: 'discord',
      workspace: workspaceOf(guild),
      speaker: speakerOf(user, { guild, allowed, member }),
      room: roomOf(guild, channel),
      isDirect: guild === null,
      ...(thread === undefined ? {} : { thread }),
      at,
      said,
      answer: answerToken(key, at),
    };
  }
}
