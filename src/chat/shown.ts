// Control and format characters (escape, bidirectional, zero width, tags) and line separators, but
// not newline and the two joiners that scripts and emoji need.
const invisible = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\u200C\u200D]]/gv;

/** Most text is of this kind, which is sooner seen than searched for all the others. */
const everyday = /^[\n\x20-\x7E]*$/;

const charactersAtMost = 2_000;

/**
 * Foreign text as it may stand before people: what could hide or turn it around is shown as
 * `‹U+202E›`, and the end of a very long one is counted instead of shown.
 */
export function shown(text: string, most = charactersAtMost): string {
  const kept = cut(text, most);
  const left = text.length - kept.length;
  return left > 0 ? `${laidOpen(kept)}…(+${left})` : laidOpen(kept);
}

/** The whole text with what could hide or turn it around shown as `‹U+202E›`. */
export function laidOpen(text: string): string {
  if (everyday.test(text)) return text;
  return text.toWellFormed().replace(invisible, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `‹U+${code.padStart(4, '0')}›`;
  });
}

/** The same on one line: a line break is shown as a sign. */
export function onOneLine(text: string): string {
  const open = laidOpen(text);
  if (!open.includes('\n')) return open;
  const lines = open.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ⏎ ');
}

/** The beginning of a text, never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(0, most);
  const last = text.charCodeAt(end - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? end - 1 : end);
}
