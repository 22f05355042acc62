import type { Reply } from '../domain/reply.ts';

/** 0 done (for containment: all verified), 1 refused or failed, 2 usage, 3 accepted but not verified. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unverified: 3 } as const;

export function exitCodeOf(reply: Reply): number {
  if (reply.kind === 'problem') {
    const isUsage = reply.code === 'bad_input' || reply.code === 'unknown_command';
    return isUsage ? exitCodes.usage : exitCodes.failed;
  }
  switch (reply.outcome) {
    case 'done':
      return exitCodes.done;
    case 'open':
    case 'unverified':
      return exitCodes.unverified;
    case 'failed':
      return exitCodes.failed;
  }
}
