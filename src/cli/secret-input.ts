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
): Promise<Secret> {
  const text = await readText(terminal, question, file);
  const secret = text.trim();
  if (secret === '') {
    throw new UserError('bad_input', 'No secret was given.', {
      hint: `Type it at the prompt, pipe it in, or name a file with ${option}.`,
    });
  }
  return new Secret(secret);
}

function readText(terminal: Terminal, question: string, file: string | undefined): Promise<string> {
  if (file !== undefined && file !== '-') return terminal.readSmallFile(file);
  if (terminal.isInteractive && file === undefined) return terminal.askHidden(question);
  return terminal.readInput();
}
