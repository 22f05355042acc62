import { z } from 'zod';

import { UserError } from '../errors.ts';
import type { Command } from './command.ts';

/** Words and options that must be given, as the input schema says. */
function requiredOf(command: Command): readonly string[] {
  const options = { io: 'input', unrepresentable: 'any' } as const;
  return z.toJSONSchema(command.input, options).required ?? [];
}

/** `phase <to> [reason…] [in:…]`: how the command is typed. */
export function usageOf(command: Command): string {
  const required = requiredOf(command);
  const words = command.words.map((word) => {
    const name = word.replaceAll('?', '');
    const optional = word.includes('?') || !required.includes(name.replaceAll('…', ''));
    return optional ? `[${name}]` : `<${name}>`;
  });
  const options = Object.keys(command.options ?? {}).map((name) =>
    required.includes(name) ? `${name}:…` : `[${name}:…]`,
  );
  const flags = Object.keys(command.flags ?? {}).map((name) => `[--${name}]`);
  return [command.name, ...words, ...options, ...flags].join(' ');
}

/** The hint under every complaint. */
export function exampleOf(command: Command): string {
  return `e.g. \`${command.examples[0] ?? command.name}\``;
}

/** A line that was not understood, so that nothing came of it. The usual hint is an example. */
export function refusal(
  command: Command,
  message: string,
  options: { readonly hint?: string; readonly candidates?: readonly string[] } = {},
): UserError {
  return new UserError('bad_input', `${message} Nothing was changed.`, {
    hint: exampleOf(command),
    ...options,
  });
}
