import type { Command } from './command.ts';

/** What to type when somebody put an incident or a plan where a command does not expect one. */
export function misplaced(command: Command, typed: string): string | undefined {
  if (/^inc-\w{1,12}$/i.test(typed) && Object.hasOwn(command.options ?? {}, 'in')) {
    return `\`${command.name} in:${typed.toUpperCase()}\``;
  }
  if (/^p-\d{1,9}$/i.test(typed)) return `\`contain status ${typed.toUpperCase()}\``;
  return undefined;
}
