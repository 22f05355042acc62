import type { PlatformError } from '../../errors.ts';
import type { Reply } from '../chat.ts';

/** Whether a message was refused because Firebreak was not invited to where it was to go. */
export function isShutOut({ code, message }: PlatformError): boolean {
  return code === 'not_found' || (code === 'refused' && message.includes('not in this channel'));
}

/** An answer that can be given there once and never be changed: it says so, and how to mend it. */
export function saidOnce(reply: Reply): Reply {
  if (reply.kind !== 'view') return reply;
  const text =
    'Firebreak is not in this channel, so this stays as it is, whatever comes of it. Type `/invite @firebreak` here, then ask again.';
  return { ...reply, blocks: [{ kind: 'warning', text }, ...reply.blocks] };
}
