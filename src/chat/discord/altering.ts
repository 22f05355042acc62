import type { HeardMessage } from '../chat.ts';
import { isRecord } from './api.ts';
import { heardMessage, textOf } from './heard-message.ts';
import type { Packet } from './noticing.ts';

/** An edit that is older than this, in ms, was told when it was made: Discord repeats its time. */
const newsMs = 60 * 60_000;

/** What became of a message: it says something else now, or is gone. */
export type Altering = {
  /** The same for what Discord tells again: a preview, a pin, a repeat of the gateway. */
  readonly id: string;
  readonly guild: string;
  readonly channel: string;
  /** Who wrote it; not told of what is gone. */
  readonly author?: Readonly<Record<string, unknown>>;
  readonly said:
    | { readonly kind: 'changed'; readonly message: HeardMessage; readonly editedAt: string }
    | { readonly kind: 'deleted'; readonly message: Pick<HeardMessage, 'id'> };
};

/** What an event of the gateway tells of messages that were changed or deleted. */
export function alteringsIn({ t, d }: Packet): readonly Altering[] {
  if (!isRecord(d) || typeof d['guild_id'] !== 'string') return [];
  const place = { guild: d['guild_id'], channel: textOf(d['channel_id']) };
  const gone = (message: string): Altering => ({
    ...place,
    id: `discord:gone:${message}`,
    said: { kind: 'deleted', message: { id: message } },
  });
  switch (t) {
    case 'MESSAGE_DELETE':
      return [gone(textOf(d['id']))];
    case 'MESSAGE_DELETE_BULK':
      return Array.isArray(d['ids']) ? d['ids'].map((id: unknown) => gone(textOf(id))) : [];
    case 'MESSAGE_UPDATE': {
      const { author, edited_timestamp: editedAt } = d;
      if (!isRecord(author) || typeof editedAt !== 'string') return [];
      const message = heardMessage(d, place.guild, place.channel);
      const id = `discord:edit:${message.id}:${editedAt}`;
      return [{ ...place, id, author, said: { kind: 'changed', message, editedAt } }];
    }
    default:
      return [];
  }
}

/** True for an edit that is no news; one whose time cannot be read is. */
export function isLongAgo(editedAt: string, now: Date): boolean {
  return now.getTime() - new Date(editedAt).getTime() > newsMs;
}
