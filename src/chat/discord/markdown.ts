import { laidOpen, onOneLine } from '../shown.ts';

const anywhere = /[\\*_~|`<@[]|:(?!\s)/g;
// A heading, a quote, a point or a number of a list begins a line.
const lineBegins = /^([^\S\n]*)([#>+-])/gm;
const numberBegins = /^([^\S\n]*\d+)([.)])/gm;

/** Text in which Discord finds no markup, mention, emoji or link. */
export function escaped(text: string): string {
  return laidOpen(text)
    .replaceAll(anywhere, (character) => `\\${character}`)
    .replaceAll(lineBegins, String.raw`$1\$2`)
    .replaceAll(numberBegins, String.raw`$1\$2`);
}

/** The same on one line. */
export function escapedOnOneLine(text: string): string {
  return escaped(onOneLine(text));
}

/** Inside code nothing is markup; only its own end can break it, and a backquote cannot be written. */
export function asCode(text: string): string {
  const inside = onOneLine(text).replaceAll('`', 'ˋ');
  return inside.trim() === '' ? '' : `\`${inside}\``;
}

/** Text in bold, on one line. Next to a space the asterisks would not be read as bold. */
export function asStrong(text: string): string {
  const inside = escapedOnOneLine(text);
  const bare = inside.trim();
  return bare === '' ? inside : inside.replace(bare, () => `**${bare}**`);
}

/** A block of code. */
export function asCodeBlock(text: string): string {
  const inside = laidOpen(text).replaceAll('```', 'ˋˋˋ');
  return inside.trim() === '' ? '' : `\`\`\`\n${inside}\n\`\`\``;
}
