/**
 * The words of the shell as one line. One word is taken as it is: the person quoted the line. Of
 * several, the shell has eaten the quotes: they are put back around what holds blanks.
 */
export function lineOf(words: readonly string[]): string {
  if (words.length === 1) return words[0] ?? '';
  return words
    .map((word) => {
      const [, field = '', value = ''] = /^([\w-]+:)?(.*)$/s.exec(word) ?? [];
      return /\s/.test(value) ? field + quoted(value) : word;
    })
    .join(' ');
}

/** In quotes unless it is one plain word. */
export function quoted(word: string): string {
  return /^[^\s"'“”]+$/.test(word) ? word : `"${word.replaceAll('"', '”')}"`;
}
