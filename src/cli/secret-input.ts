import { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';
import type { Terminal } from './terminal.ts';

/**
 * A secret from a file, a hidden prompt or standard input; never from the argument list, where
 * other users of the machine and the shell's history would see it.
 *
 * @throws UserError when nothing was given
 */
export async function readSecret(
  terminal: Terminal,
  question: string,
  file: string | undefined,
  option = '--secret-file',
  what = 'secret',
): Promise<Secret> {
  const text = await readText(terminal, question, file);
  const secret = text.trim();
  if (secret === '') {
    throw new UserError('bad_input', `No ${what} was given.`, {
      hint: `Type it at the prompt, pipe it in, or name a file with ${option}.`,
    });
  }
  return new Secret(secret);
}

/** A secret was typed as an argument. @throws UserError with the ways in which it is not seen */
export function refuseSecret(option = '--secret-file'): never {
  throw new UserError('bad_input', 'A secret is not taken from the command line.', {
    hint: `Others on this machine and the history of the shell see it there: leave it out and type it at the prompt, or name a file with ${option} FILE.`,
  });
}

function readText(terminal: Terminal, question: string, file: string | undefined): Promise<string> {
  if (file !== undefined && file !== '-') return terminal.readSmallFile(file);
  if (terminal.isInteractive && file === undefined) return terminal.askHidden(question);
  return terminal.readInput();
}
