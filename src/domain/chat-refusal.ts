import type { Heard } from './heard.ts';
import type { Problem } from './reply.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { instanceChain } from './timeline.ts';

/** Why what was said in a chat is not even read. */
export type ChatRefusal = {
  readonly reason: 'bot' | 'stranger' | 'restricted' | 'direct';
  /** Absent for bots: two that answer each other never end. */
  readonly problem?: Problem;
  /** Whether admins should know. */
  readonly isAlarming: boolean;
};

/**
 * Who is not heard, and where nobody is. Undefined when it may be read: between two, that is what a
 * member presses, since Firebreak put it there for them.
 */
export function chatRefusal({ speaker, isDirect, said }: Heard): ChatRefusal | undefined {
  switch (speaker.standing) {
    case 'bot':
      // Other apps pin and mark messages in the room for purposes of their own: nothing is said to us.
      return { reason: 'bot', isAlarming: said.kind !== 'pinned' && said.kind !== 'unpinned' };
    case 'stranger':
      return {
        reason: 'stranger',
        problem: refused(
          'Firebreak listens to people of its own workspace alone; you come from another one.',
          'Ask somebody of this workspace to say it.',
        ),
        isAlarming: true,
      };
    case 'restricted':
      return {
        reason: 'restricted',
        problem: refused(
          'Firebreak listens to full members alone; you are a guest of this workspace.',
          'Ask a full member to say it.',
        ),
        isAlarming: true,
      };
    case 'unplaced':
      return said.kind === 'press' ? unplaced : direct;
    case 'member':
      return isDirect && said.kind !== 'press' ? direct : undefined;
  }
}

const direct: ChatRefusal = {
  reason: 'direct',
  problem: refused(
    'Firebreak takes no lines here, where nobody else sees them.',
    'Say it in the room of the incident.',
  ),
  isAlarming: false,
};

const unplaced: ChatRefusal = {
  reason: 'direct',
  problem: refused(
    'Nothing was done: here Firebreak cannot tell whether you are a member of its server.',
    'Say `me` in a room of that server: it shows what waits for you, with buttons that work there.',
  ),
  isAlarming: false,
};

/** What admins find of it on the instance's timeline. */
export function refusalEvent(heard: Heard, { reason }: ChatRefusal, now: Date): NewTimelineEvent {
  const { speaker, workspace, room, surface } = heard;
  const who = { bot: 'A bot', stranger: 'A stranger', restricted: 'A restricted guest' };
  const what = reason === 'direct' ? 'Somebody' : who[reason];
  return {
    chain: instanceChain,
    actor: { kind: 'firebreak' },
    source: surface,
    occurredAt: now,
    kind: 'chat_refused',
    text: `${what} (${speaker.id}) spoke to Firebreak in ${surface} and was refused.`,
    data: { identity: speaker.id, workspace, room, reason },
  };
}

function refused(message: string, hint: string): Problem {
  return { kind: 'problem', code: 'not_allowed', message, hint, candidates: [] };
}
