import type { Reply } from '../domain/reply.ts';
import type { Command } from './command.ts';
import { findCommand } from './find-command.ts';
import { tokens } from './tokens.ts';
import type { Given } from './words.ts';

/**
 * The same answer, whose next lines name the incident that the line named, with `in:` or as `status`
 * does. Else a button below an answer about another incident would act on the room's own, and one
 * that is told to somebody alone on none.
 */
export function stayIn(commands: readonly Command[], given: Given, reply: Reply): Reply {
  const incident = given['in'] ?? given['incident'];
  if (reply.kind === 'problem' || typeof incident !== 'string') return reply;
  const named = (line: string) => {
    const isSaid = isNamed(line) || line.split(' ').includes(incident);
    return canName(commands, line) && !isSaid ? `${line} in:${incident}` : line;
  };
  const { next, follow } = reply;
  return {
    ...reply,
    next: next.map(named),
    ...(follow === undefined ? {} : { follow: named(follow) }),
  };
}

/** By itself, or by a plan or a run, of which each is in one incident alone. */
function isNamed(line: string): boolean {
  return /(?:^|\s)(?:in:\S|P-\d|run:R-\d)/i.test(line);
}

function canName(commands: readonly Command[], line: string): boolean {
  try {
    const found = findCommand(commands, tokens(line));
    return found.kind === 'command' && found.command.options?.['in'] !== undefined;
  } catch {
    return false;
  }
}
