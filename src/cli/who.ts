import type { Command } from 'commander';

import { Secret } from '../domain/secret.ts';
import { UserError } from '../errors.ts';
import type { Claim, Entrance } from './cli.ts';
import { readSecret } from './secret-input.ts';
import type { Terminal } from './terminal.ts';

/** What `who` adds to a command's options. */
export type Who = { as?: string; tokenFile?: string; json?: boolean; wait?: string };

/** Lets a command be said for somebody. */
export function who(command: Command): Command {
  return command
    .option('--as <handle>', 'speak for this person; needs their own token')
    .option(
      '--token-file <file>',
      'the token to speak with, - for standard input (or set FIREBREAK_TOKEN)',
    )
    .option('--wait <seconds>', 'how long to wait for work that goes on', '600')
    .option('--json', 'one JSON value on standard output and nothing else');
}

/**
 * How long to wait for work that goes on, in ms. Asked before anything is said, so that a slip in it
 * does not come after the work has begun.
 *
 * @throws UserError `bad_input`
 */
export function waitMsOf({ wait = '600' }: Who): number {
  const seconds = wait.trim() === '' ? NaN : Number(wait);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  throw new UserError('bad_input', '--wait takes a number of seconds. Nothing was changed.', {
    hint: 'e.g. --wait 120',
  });
}

/**
 * The token is read before anything is opened, so that a prompt holds no lock.
 *
 * @throws UserError `bad_input` for what cannot be one, which no request could carry
 */
export async function tokenOf(
  context: { readonly terminal: Terminal; readonly token: Secret | undefined },
  options: Who,
): Promise<Secret | undefined> {
  const token = await givenToken(context, options);
  if (token === undefined || /^[\x21-\x7e]+$/.test(token.reveal())) return token;
  throw new UserError('bad_input', 'What was given as a token is none: it is not one word.', {
    hint: 'A file holds the token and nothing else, as `firebreak person token > FILE` writes it.',
  });
}

async function givenToken(
  context: { readonly terminal: Terminal; readonly token: Secret | undefined },
  options: Who,
): Promise<Secret | undefined> {
  const { tokenFile } = options;
  if (tokenFile !== undefined) {
    return readSecret(context.terminal, 'Token: ', tokenFile, '--token-file', 'token');
  }
  if (context.token) return context.token;
  if (options.as === undefined || !context.terminal.isInteractive) return undefined;
  const typed = await context.terminal.askHidden(
    `Token of @${options.as} (empty: the operator’s): `,
  );
  return typed.trim() === '' ? undefined : new Secret(typed.trim());
}

/** Who speaks, with the operator's token when they brought none. */
export async function claimOf(
  entrance: Entrance,
  token: Secret | undefined,
  options: Who,
): Promise<Claim> {
  return {
    token: token ?? (await entrance.operatorToken()),
    ...(options.as === undefined ? {} : { as: options.as }),
  };
}

/** An entrance that closes itself at the end of its block. */
export function closing<T extends Entrance>(entrance: T): T & AsyncDisposable {
  return Object.assign(entrance, { [Symbol.asyncDispose]: () => entrance.close() });
}
