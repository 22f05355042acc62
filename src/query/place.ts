import { UserError } from '../errors.ts';

/** How much of the query is shown around the place of a mistake, in characters. */
const shownAround = 32;

/** What a person sees under every complaint about a query. */
export const exampleQuery = 'credential:"Stripe live" active:true';

/** A complaint that shows the query and points with a caret at the character that is meant. */
export function badPlace(
  text: string,
  at: number,
  problem: string,
  options: { hint?: string; candidates?: readonly string[] } = {},
): UserError {
  const from = Math.max(0, at - shownAround);
  const to = Math.min(text.length, at + shownAround);
  const before = printable(text.slice(from, at));
  const line = `${from > 0 ? '…' : ''}${before}${printable(text.slice(at, to))}${to < text.length ? '…' : ''}`;
  const caret = `${' '.repeat((from > 0 ? 1 : 0) + before.length)}^`;
  return new UserError('bad_input', `${problem}\n${line}\n${caret}`, {
    hint: options.hint ?? `e.g. ${exampleQuery}`,
    ...(options.candidates ? { candidates: options.candidates } : {}),
  });
}

/** One character for one, so that the caret stays below what it means. */
function printable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Z}]/gu, (character) => ' '.repeat(character.length));
}
