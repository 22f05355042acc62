import type { Command } from '../../commands/command.ts';
import type { Filled } from '../../domain/form.ts';

type Word = { readonly name: string; readonly isRest: boolean };

/** The words of a command file: `who?`, `reason…`. */
function wordsIn({ words }: Pick<Command, 'words'>): readonly Word[] {
  return words.map((word) => ({ name: word.replaceAll(/[?…]/g, ''), isRest: word.includes('…') }));
}

/** The line up to what is being typed into one option: what stands there is completed. */
export function lineUpTo(command: Command, filled: Filled, focused: string): string {
  const words = wordsIn(command);
  const at = words.findIndex(({ name }) => name === focused);
  const before = words.slice(0, at < 0 ? words.length : at).flatMap(({ name, isRest }) => {
    const value = filled[name]?.trim() ?? '';
    return value === '' || isRest ? [] : [quoted(value)];
  });
  return `${[command.name, ...before].join(' ')} ${at < 0 ? `${focused}:` : ''}`;
}

/** One word, whatever is in it: only to look at what follows, never to be said. */
function quoted(value: string): string {
  return /\s|^["'“”‘’«»]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}
