import type {
  ButtonInteraction,
  ChatInputCommandInteraction,
  Interaction,
  MessageContextMenuCommandInteraction,
  ModalSubmitInteraction,
  RepliableInteraction,
  StringSelectMenuInteraction,
} from 'discord.js';

import type { Form } from '../../domain/form.ts';
import { Secret } from '../../domain/secret.ts';
import type { Ears, Heard, Said } from '../chat.ts';
import { withKnown } from '../known.ts';
import { notKept } from '../not-kept.ts';
import { answerToken } from './answer-key.ts';
import type { AnswerKey } from './answer-key.ts';
import type { DiscordApi } from './api.ts';
import { askingIn, choicesFor, filledIn, pathOf, placeOf } from './completing.ts';
import * as forms from './forms.ts';
import { heardFrom } from './heard-message.ts';
import { roomOf, withAccounts, workspaceOf } from './places.ts';
import { menu, pickedVerb, typed } from './registration.ts';
import type { LineFrom, Verb } from './registration.ts';
import { placedAnew, speakerOf } from './speaker.ts';

/** A title that a message gives an incident is cut to this. */
const titleCharacters = 150;

export type ListenerParts = {
  readonly ears: Ears;
  readonly verbs: readonly Verb[];
  readonly main: string;
  readonly lineFrom: LineFrom;
  /** The form of the command that a line begins with, filled in as far as the line goes. */
  readonly formFor: (line: string) => Form | undefined;
  readonly api: DiscordApi;
  readonly guilds: readonly string[];
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** It was stored: the first answer is owed, of what came in at that time. */
  readonly onStored: (key: AnswerKey, cameAt: Date) => void;
  /** Gives the first answer with what only the surface knows: a draft of a form, or that nothing was stored. */
  readonly show: (key: AnswerKey, message: unknown) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
};

type Pressing = ButtonInteraction | StringSelectMenuInteraction;

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
    if (interaction.isButton()) return this.#press(interaction, interaction.customId);
    if (interaction.isStringSelectMenu()) return this.#press(interaction, interaction.values[0]);
    if (interaction.isModalSubmit()) return this.#submit(interaction);
    if (interaction.isMessageContextMenuCommand()) return this.#menu(interaction);
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

  /** @param id of what was pressed, or was chosen from a list of what could be pressed */
  async #press(interaction: Pressing, id = ''): Promise<void> {
    const { kind, rest } = forms.purposeOf(id);
    const [first = ''] = rest;
    const draft = forms.draftLine(interaction.message.components);
    switch (kind) {
      case 'ask':
        return this.#open(interaction, rest.join(':'), 0);
      case 'page':
        return this.#open(interaction, draft ?? '', Number(first));
      case 'draft':
        return this.#said(interaction, { kind: 'line', line: draft ?? '' });
      case 'code':
        await interaction.showModal(forms.codeModal(first));
        return;
      default:
        return this.#said(interaction, { kind: 'press', key: first });
    }
  }

  /** Opens the form of a line; one that has none, or that they may not say, is said as it stands. */
  async #open(interaction: Pressing, line: string, page: number): Promise<void> {
    // Between two no line is taken: that is said before anybody has filled one in.
    const form = interaction.guildId === null ? undefined : this.#parts.formFor(line);
    if (form === undefined) return this.#said(interaction, { kind: 'line', line });
    const ask = async () => askingIn(interaction);
    const { known } = this.#parts.ears;
    const filled = await withKnown(form, line, { ask, known, wait: this.#parts.wait });
    if (filled === undefined) return this.#said(interaction, { kind: 'line', line });
    await interaction.showModal(forms.modalOf(filled, page));
  }

  async #submit(interaction: ModalSubmitInteraction): Promise<void> {
    const { kind, rest } = forms.purposeOf(interaction.customId);
    const filled = forms.submitted(interaction);
    if (kind === 'code') {
      const said = { kind: 'press', key: rest[0] ?? '' } as const;
      return this.#said(interaction, said, new Secret(filled['code'] ?? ''));
    }
    const page = Number(rest[0]);
    const name = rest.slice(1).join(':');
    const { verbs, formFor, lineFrom, show } = this.#parts;
    const command = verbs.find((verb) => verb.command.name === name)?.command;
    const draft = forms.draftLine(interaction.message?.components ?? []);
    const form = formFor(draft ?? name);
    if (command === undefined || form === undefined) {
      return this.#said(interaction, { kind: 'line', line: name });
    }
    const line = lineFrom(command, forms.withPage(form, page, filled));
    if (forms.hasPageAfter(form, page) && forms.isDraftable(line)) {
      return show(keyOf(interaction), forms.draftMessage(line, page));
    }
    return this.#said(interaction, { kind: 'line', line });
  }

  async #menu(interaction: MessageContextMenuCommandInteraction): Promise<void> {
    const message = heardFrom(interaction.targetMessage, interaction.guildId);
    if (interaction.commandName !== menu.declare) {
      return this.#said(interaction, { kind: 'pinned', message });
    }
    const form = this.#parts.formFor('declare');
    if (form === undefined) return this.#said(interaction, { kind: 'line', line: 'help declare' });
    const [value = ''] = message.text.split('\n');
    const title = Array.from(value).slice(0, titleCharacters).join('');
    const fields = form.fields.map((field) =>
      field.id === 'title' && title !== '' ? { ...field, value: title } : field,
    );
    await interaction.showModal(forms.modalOf({ ...form, fields }, 0));
  }

  async #said(interaction: RepliableInteraction, said: Said, code?: Secret): Promise<void> {
    const { ears, onStored, show, onTrouble } = this.#parts;
    const key = keyOf(interaction);
    const heard = await this.#placed(this.#heard(interaction, said, key), interaction.user.id);
    const kept = await ears.hear(heard, code).catch(async (error: unknown) => {
      await show(key, ephemeralMessage(notKept)).catch(onTrouble);
      throw error;
    });
    // Somebody else answers a repeat, or has.
    if (kept === 'new') onStored(key, heard.at);
  }

  /** Nothing but a press is taken between two: for that it counts where they are a member. */
  async #placed(heard: Heard, user: string): Promise<Heard> {
    if (!heard.isDirect || heard.said.kind !== 'press') return heard;
    const { api, guilds: allowed, wait } = this.#parts;
    return { ...heard, speaker: await placedAnew(heard.speaker, user, { api, allowed, wait }) };
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
      said: said.kind === 'line' ? { ...said, line: withAccounts(said.line) } : said,
      answer: answerToken(key, at),
    };
  }
}

function ephemeralMessage(content: string) {
  const told = { type: 17, components: [{ type: 10, content }] };
  return { flags: 32_768 | 64, components: [told], allowed_mentions: { parse: [] } };
}

function keyOf({ id, token }: RepliableInteraction): AnswerKey {
  return { interaction: id, token };
}
