import { checkComponents } from './check-components.ts';
import type { Complaint, Raw } from './limits.ts';
import {
  badChoice,
  badLength,
  charactersOf,
  discordLimits,
  isRaw,
  messageFlags,
  rawsOf,
  textWithin,
} from './limits.ts';

/** A file that came with a request. */
export type SentFile = { readonly name: string; readonly bytes: Uint8Array };

/** Flags that whoever sends a message may set. */
const settable =
  messageFlags.suppressEmbeds |
  messageFlags.ephemeral |
  messageFlags.suppressNotifications |
  messageFlags.componentsV2;

/** What is wrong with a message that is sent, or with what it would become by an edit. */
export function checkMessage(message: Raw, files: readonly SentFile[] = []): readonly Complaint[] {
  const flags = flagsOf(message);
  const isV2 = (flags & messageFlags.componentsV2) !== 0;
  const names = files.map(({ name }) => name);
  return [
    ...textWithin(message['content'], ['content'], {
      min: 0,
      max: discordLimits.contentCharacters,
    }),
    ...checkEmbeds(message['embeds']),
    ...(isV2 ? checkAlone(message) : []),
    ...((flags & ~settable) === 0 ? [] : [badChoice(['flags'], 'Only flags that may be set.')]),
    ...checkComponents(message['components'], { isV2, files: names }),
    ...checkMentions(message['allowed_mentions']),
    ...checkNonce(message),
    ...(files.length > discordLimits.files ? [badLength(['files'], 0, discordLimits.files)] : []),
  ];
}

export function flagsOf(message: Raw): number {
  return typeof message['flags'] === 'number' ? message['flags'] : 0;
}

/** True when there is nothing in it to see: Discord's error 50006. */
export function isEmpty(message: Raw, files: readonly SentFile[]): boolean {
  const parts = [...rawsOf(message['embeds']), ...rawsOf(message['components']), ...files];
  return charactersOf(message['content']) === 0 && parts.length === 0;
}

function checkAlone(message: Raw): readonly Complaint[] {
  const code = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2';
  const text = 'The field cannot be used when using MessageFlags.IS_COMPONENTS_V2';
  return ['content', 'embeds', 'poll', 'sticker_ids']
    .filter((field) => !isNothing(message[field]))
    .map((field) => ({ path: [field], code, message: text }));
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === '';
}

function checkEmbeds(value: unknown): readonly Complaint[] {
  const embeds = rawsOf(value);
  const characters = embeds.reduce((sum, embed) => sum + embedCharacters(embed), 0);
  return [
    ...(embeds.length > discordLimits.embeds
      ? [badLength(['embeds'], 0, discordLimits.embeds)]
      : []),
    ...(characters > discordLimits.embedCharacters
      ? [badLength(['embeds'], 0, discordLimits.embedCharacters)]
      : []),
    ...embeds.flatMap((embed, index) => [
      ...textWithin(embed['title'], ['embeds', index, 'title'], { min: 0, max: 256 }),
      ...textWithin(embed['description'], ['embeds', index, 'description'], { min: 0, max: 4_096 }),
      ...(rawsOf(embed['fields']).length > 25
        ? [badLength(['embeds', index, 'fields'], 0, 25)]
        : []),
      ...rawsOf(embed['fields']).flatMap((field, at) => [
        ...textWithin(field['name'], ['embeds', index, 'fields', at, 'name'], { max: 256 }),
        ...textWithin(field['value'], ['embeds', index, 'fields', at, 'value'], { max: 1_024 }),
      ]),
    ]),
  ];
}

function embedCharacters(embed: Raw): number {
  const footer = isRaw(embed['footer']) ? charactersOf(embed['footer']['text']) : 0;
  const fields = rawsOf(embed['fields']).reduce(
    (sum, field) => sum + charactersOf(field['name']) + charactersOf(field['value']),
    0,
  );
  return charactersOf(embed['title']) + charactersOf(embed['description']) + footer + fields;
}

const mentionKinds = ['roles', 'users', 'everyone'];

function checkMentions(value: unknown): readonly Complaint[] {
  if (value === undefined || value === null) return [];
  const path = ['allowed_mentions'];
  if (!isRaw(value)) return [badChoice(path, 'Only objects.')];
  const parse: readonly unknown[] = Array.isArray(value['parse']) ? value['parse'] : [];
  const clash = ['users', 'roles'].filter(
    (kind) => parse.includes(kind) && Array.isArray(value[kind]) && value[kind].length > 0,
  );
  return [
    ...parse
      .filter((kind) => !mentionKinds.includes(String(kind)))
      .map(() => badChoice([...path, 'parse'], `Must be of (${mentionKinds.join(', ')}).`)),
    ...clash.map((kind) => badChoice([...path, kind], `parse:["${kind}"] and ${kind}: exclusive.`)),
  ];
}

function checkNonce({ nonce, enforce_nonce: enforced }: Raw): readonly Complaint[] {
  if (nonce === undefined || nonce === null) {
    return enforced === true ? [badChoice(['nonce'], 'What is enforced must be there.')] : [];
  }
  if (typeof nonce === 'number') return [];
  return textWithin(nonce, ['nonce'], { max: discordLimits.nonceCharacters });
}

/** Whom a message calls: what its text says, as far as `allowed_mentions` lets it. */
export function pingsOf(message: Raw): readonly string[] {
  const text = JSON.stringify([message['content'] ?? '', message['components'] ?? []]);
  const allowed = isRaw(message['allowed_mentions']) ? message['allowed_mentions'] : undefined;
  const parse = allowed === undefined ? mentionKinds : allowed['parse'];
  const may = (kind: string, id?: string) => {
    const list = allowed?.[kind];
    if (Array.isArray(parse) && parse.includes(kind)) return true;
    return id !== undefined && Array.isArray(list) && list.includes(id);
  };
  const found = [...text.matchAll(/<@(&?)!?(\d{15,22})>/g)].flatMap(([, role, id = '']) =>
    may(role === '&' ? 'roles' : 'users', id) ? [id] : [],
  );
  const everyone = /@(?:everyone|here)/.test(text) && may('everyone') ? ['everyone'] : [];
  return [...new Set([...found, ...everyone])];
}
