import type { Message } from 'discord.js';

import type { HeardMessage } from '../chat.ts';
import { isRecord } from './api.ts';
import { filesOn } from './files.ts';
import { permalinkOf } from './places.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A message as Discord's interface shows it, as it is kept on the timeline. */
export function heardMessage(message: Fields, guild: string, channel: string): HeardMessage {
  const { author } = message;
  const id = textOf(message['id']);
  const files = filesOn(listIn(message['attachments']), channel);
  return {
    id,
    author: isRecord(author) ? nameOf(author) : 'somebody',
    text: wordsIn(message),
    at: textOf(message['timestamp']),
    permalink: permalinkOf(guild, channel, id),
    ...(files.length === 0 ? {} : { files }),
  };
}

/** The same of a message that came along with what somebody picked from its menu. */
export function heardFrom(message: Message, guild: string | null): HeardMessage {
  const { author, attachments, components } = message;
  const attached = attachments.map(({ id, name, contentType }) => ({
    id,
    filename: name,
    content_type: contentType,
  }));
  const text = wordsIn({
    content: message.content,
    components: components.map((one) => one.toJSON()),
    embeds: message.embeds.map((one) => one.toJSON()),
    attachments: attached,
  });
  const files = filesOn(attached, message.channelId);
  return {
    id: message.id,
    author: author.globalName ?? author.username,
    text,
    at: message.createdAt.toISOString(),
    permalink: permalinkOf(guild, message.channelId, message.id),
    ...(files.length === 0 ? {} : { files }),
  };
}

/** What it says, and the names of its files; of a card what stands on it, as of another app's alert. */
function wordsIn(message: Fields): string {
  const files = listIn(message['attachments']).map((one) => `[${textOf(one['filename'])}]`);
  const said = [
    textOf(message['content']),
    ...cardWords(message['components']),
    // The other kinds are Discord's own previews of an address that stands in the text.
    ...listIn(message['embeds'])
      .filter(({ type }) => type === 'rich')
      .flatMap(embedWords),
    ...files,
  ];
  return said.filter((text) => text !== '').join('\n') || 'a message whose text cannot be read';
}

function cardWords(components: unknown): readonly string[] {
  return listIn(components).flatMap((one) => [
    textOf(one['content']),
    ...cardWords(one['components']),
  ]);
}

function embedWords({ author, title, description, fields, footer }: Fields): readonly string[] {
  return [
    isRecord(author) ? textOf(author['name']) : '',
    textOf(title),
    textOf(description),
    ...listIn(fields).map(({ name, value }) => `${textOf(name)}: ${textOf(value)}`),
    isRecord(footer) ? textOf(footer['text']) : '',
  ];
}

function listIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** What people see of somebody; the id where nothing else is told. */
export function nameOf(user: Fields): string {
  return textOf(user['global_name']) || textOf(user['username']) || textOf(user['id']);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
