import { nearest } from './nearest.ts';

/** As many as help a person choose. */
const candidatesAtMost = 3;

/** A thing with all that people may call it. */
export type Called = { readonly called: readonly string[] };

/** Those that may have been meant: near as a whole, holding what was typed, or near by a word. */
export function likely<T extends Called>(typed: string, known: readonly T[]): readonly T[] {
  const asked = folded(typed.trim());
  if (asked === '') return [];
  const whole = nearest(
    asked,
    known.flatMap(({ called }) => called),
  );
  const byWord = new Set(
    nearest(
      asked,
      known.flatMap((one) => wordsOf(one)),
    ),
  );
  const near = whole.flatMap((name) => known.filter(({ called }) => called.includes(name)));
  const holding = known.filter(
    ({ called }) => asked.length >= 3 && called.some((name) => folded(name).includes(asked)),
  );
  const worded = known.filter((one) => wordsOf(one).some((word) => byWord.has(word)));
  return [...new Set([...near, ...holding, ...worded])].slice(0, candidatesAtMost);
}

/** The same text, however it is typed. */
export function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function wordsOf({ called }: Called): readonly string[] {
  return called.flatMap((name) => folded(name).split(/[\s<>]+/));
}
