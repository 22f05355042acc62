import type { Command } from 'commander';

import type { Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import type { Desk } from './cli.ts';
import { render } from './render.ts';
import { readSecret } from './secret-input.ts';
import type { Terminal } from './terminal.ts';
import type { Who } from './who.ts';
import { who } from './who.ts';

/** Where a code comes from that goes beside a line. */
export type CodeOptions = Who & { codeFile?: string };

/**
 * Says a line, and says it again with a code when one is asked for and a person sits there.
 *
 * The code is typed at a prompt, piped in or in a file; never in the line, which shells remember.
 */
export async function sayWithCode(
  terminal: Terminal,
  desk: Desk,
  line: string,
  options: CodeOptions,
): Promise<Reply> {
  if (options.codeFile !== undefined) {
    const code = await readSecret(terminal, 'Code: ', options.codeFile, '--code-file');
    return desk.say(line, code);
  }
  const reply = await desk.say(line);
  const asks = reply.kind === 'problem' && reply.asks === 'code';
  if (!asks) return reply;
  if (!terminal.isInteractive || options.json === true) {
    return { ...reply, hint: `${reply.hint ?? ''} ${codeFileHint}`.trim() };
  }
  terminal.tell(render(reply, terminal));
  const typed = await terminal.askHidden('Code of your authenticator app (empty: leave it): ');
  return typed.trim() === '' ? reply : desk.say(line, new Secret(typed.trim()));
}

const codeFileHint =
  'At a terminal you are asked for the code; elsewhere pipe it in with `--code-file -`, or name a file.';

/** Adds `factor enrol` and `factor confirm`. */
export function addFactor(
  program: Command,
  act: {
    readonly enrol: (options: Who & { out?: string }) => Promise<void>;
    readonly confirm: (options: CodeOptions) => Promise<void>;
  },
): void {
  const factor = program.command('factor').description('with what you prove that it is you');
  who(factor.command('enrol'))
    .option('--out <file>', 'write the address there (0600) instead of showing it')
    .description('make the address for an authenticator app; it is shown once')
    .action(act.enrol);
  who(factor.command('confirm'))
    .option('--code-file <file>', 'the code; asked for or read from standard input without it')
    .description('type the first code of the app, from which on it counts')
    .action(act.confirm);
}
