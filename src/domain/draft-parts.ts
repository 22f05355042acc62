import { listed } from './wording.ts';

/** A part of a draft in words (`node “Send”`, `connections`), with a digest of what it is. */
export type DraftPart = { readonly name: string; readonly digest: string };

const shownAtMost = 5;

/** What is not as it was: `changed: node “Send”; added: node “Log”`. Empty when nothing is told apart. */
export function whatMoved(before: readonly DraftPart[], now: readonly DraftPart[]): string {
  const was = new Map(before.map(({ name, digest }) => [name, digest]));
  const is = new Map(now.map(({ name, digest }) => [name, digest]));
  const moved = [
    ['changed', [...is.keys()].filter((name) => was.has(name) && was.get(name) !== is.get(name))],
    ['added', [...is.keys()].filter((name) => !was.has(name))],
    ['removed', [...was.keys()].filter((name) => !is.has(name))],
  ] as const;
  return moved
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}: ${listed(names, shownAtMost)}`)
    .join('; ');
}
