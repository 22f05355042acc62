import type { SentFile } from './check-message.ts';
import { flagsOf } from './check-message.ts';
import { checkChoices, checkModal } from './check-modal.ts';
import type { Gateway } from './gateway.ts';
import type { Raw } from './limits.ts';
import { badChoice, discordLimits, isRaw, messageFlags, rawsOf } from './limits.ts';
import type { Messages } from './messages.ts';
import { Refusal, refuseFor } from './refusal.ts';
import {
  channelJson,
  isLoading,
  memberJson,
  messageJson,
  permissionsIn,
  userJson,
} from './wire.ts';
import type { FakeChannel, FakeMessage, World } from './world.ts';

export const interactionKinds = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

/** What a person did that the app must answer. */
export type Interaction = {
  readonly id: string;
  readonly token: string;
  readonly kind: number;
  readonly user: string;
  readonly channel: FakeChannel;
  /** The message on which the button stands. */
  readonly card?: FakeMessage;
  readonly bornAt: Date;
  /** The number of the kind of answer that came first. */
  answered?: number;
  /** What `@original` means. */
  original?: FakeMessage;
  modal?: Raw;
  choices?: readonly Raw[];
};

type Parts = {
  readonly world: World;
  readonly gateway: Gateway;
  readonly messages: Messages;
  readonly now: () => Date;
};

/** Interactions, their tokens, and the first answer to each. */
export class Interactions {
  readonly #parts: Parts;
  readonly #all = new Map<string, Interaction>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Tells the app what a person did; `data` is what Discord calls so. */
  begin(
    asked: Pick<Interaction, 'kind' | 'user' | 'channel' | 'card'> & { readonly data: Raw },
  ): Interaction {
    const { world, gateway, now } = this.#parts;
    const { data, ...rest } = asked;
    const id = world.newId();
    const interaction: Interaction = { ...rest, id, token: `token-${id}`, bornAt: now() };
    this.#all.set(id, interaction);
    gateway.tell('INTERACTION_CREATE', this.#json(interaction, data));
    return interaction;
  }

  /** Tells the app of the same interaction again. */
  repeat(interaction: Interaction, data: Raw): void {
    this.#parts.gateway.tell('INTERACTION_CREATE', this.#json(interaction, data));
  }

  /** The first answer. @throws Refusal 10062 after three seconds, 40060 when there was one */
  answer(id: string, token: string, body: Raw, files: readonly SentFile[]): Interaction {
    const interaction = this.#all.get(id);
    const { now } = this.#parts;
    if (!interaction || interaction.token !== token) throw new Refusal(10_062);
    if (interaction.answered !== undefined) throw new Refusal(40_060);
    if (now().getTime() - interaction.bornAt.getTime() > discordLimits.ackMs) {
      throw new Refusal(10_062);
    }
    const { type } = body;
    const data = isRaw(body['data']) ? body['data'] : {};
    if (typeof type !== 'number' || !mayAnswer(interaction).includes(type)) {
      refuseFor([badChoice(['type'], `Must be one of (${mayAnswer(interaction).join(', ')}).`)]);
    }
    this.#act(interaction, Number(type), data, files);
    interaction.answered = Number(type);
    return interaction;
  }

  /** The interaction whose token is still good. @throws Refusal 10015, 50027 */
  byToken(application: string, token: string): Interaction {
    const { world, now } = this.#parts;
    const found = [...this.#all.values()].find((one) => one.token === token);
    if (!found || application !== world.application || found.answered === undefined) {
      throw new Refusal(10_015);
    }
    if (now().getTime() - found.bornAt.getTime() > discordLimits.tokenMs) throw new Refusal(50_027);
    return found;
  }

  /** A further message; the first after a deferral takes the place that was kept. */
  followUp(interaction: Interaction, body: Raw, files: readonly SentFile[]): FakeMessage {
    const { original, channel } = interaction;
    if (original && isLoading(original)) {
      this.#parts.messages.edit(channel, original, body, files);
      return original;
    }
    return this.#message(interaction, body, files);
  }

  #act(interaction: Interaction, type: number, data: Raw, files: readonly SentFile[]): void {
    const { messages } = this.#parts;
    const { channel, card } = interaction;
    switch (type) {
      case 4:
        interaction.original = this.#message(interaction, data, files);
        return;
      case 5:
        interaction.original = this.#waiting(interaction, flagsOf(data));
        return;
      case 6:
      case 7:
        if (!card) return;
        if (type === 7) messages.edit(channel, card, data, files);
        interaction.original = card;
        return;
      case 8:
        refuseFor(checkChoices(data['choices']));
        interaction.choices = rawsOf(data['choices']);
        return;
      default:
        refuseFor(checkModal(data));
        interaction.modal = data;
    }
  }

  #message(interaction: Interaction, body: Raw, files: readonly SentFile[]): FakeMessage {
    const { channel, user } = interaction;
    const isHidden = (flagsOf(body) & messageFlags.ephemeral) !== 0;
    const { world, messages } = this.#parts;
    const author = world.bot.id;
    const only = isHidden ? { onlyFor: user } : {};
    return messages.send({ channel, author, body, files, type: 20, ...only });
  }

  #waiting({ channel, user }: Interaction, flags: number): FakeMessage {
    const hidden = flags & messageFlags.ephemeral;
    const { world, messages } = this.#parts;
    return messages.put({
      channel,
      author: world.bot.id,
      body: { flags: hidden | messageFlags.loading },
      type: 20,
      ...(hidden === 0 ? {} : { onlyFor: user }),
    });
  }

  #json(interaction: Interaction, data: Raw): Raw {
    const { world } = this.#parts;
    const { id, token, kind, user, channel, card } = interaction;
    const permissions = permissionsIn(world, channel);
    const who = userJson(world.user(user));
    const isDirect = channel.guild === undefined;
    return {
      id,
      application_id: world.application,
      type: kind,
      token,
      version: 1,
      channel_id: channel.id,
      channel: { ...channelJson(channel), permissions },
      ...(isDirect
        ? { user: who }
        : {
            guild_id: channel.guild,
            guild: { id: channel.guild, locale: 'en-US', features: [] },
            guild_locale: 'en-US',
            member: { ...memberJson(), user: who, permissions },
          }),
      app_permissions: permissions,
      locale: 'en-US',
      entitlements: [],
      authorizing_integration_owners: isDirect ? {} : { 0: channel.guild },
      context: isDirect ? 1 : 0,
      attachment_size_limit: discordLimits.fileBytes,
      data,
      ...(card === undefined ? {} : { message: messageJson(world, card) }),
    };
  }
}

function mayAnswer({ kind, card }: Interaction): readonly number[] {
  switch (kind) {
    case interactionKinds.autocomplete:
      return [8];
    case interactionKinds.component:
      return [4, 5, 6, 7, 9];
    case interactionKinds.modal:
      return card === undefined ? [4, 5] : [4, 5, 6, 7];
    default:
      return [4, 5, 9];
  }
}
