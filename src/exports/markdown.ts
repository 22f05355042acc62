// Invisible, and keeps forges from seeing an address, a mention or an issue number.
const wordJoiner = '\u2060';
const lineBreak = ' ⏎ ';

/**
 * Foreign text as inert markdown on one line, for prose and for table cells.
 *
 * Nothing in it becomes a link, image, mention, tag or cell border in CommonMark, GitHub and
 * GitLab flavour; web addresses are defanged, control and direction characters are shown by number.
 */
export function inert(text: string): string {
  return text
    .toWellFormed()
    .trim()
    .replaceAll(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, lineBreak)
    .replaceAll(/\t/g, ' ')
    .replaceAll(/[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, numbered)
    .replaceAll(/(h)tt(ps?:\/\/)/gi, '$1xx$2')
    .replaceAll(/(www)\./gi, '$1[.]')
    .replaceAll(/(mailto|xmpp)(?=:)/gi, `$1${wordJoiner}`)
    .replaceAll(/\/(?=\/)/g, `/${wordJoiner}`)
    .replaceAll(/[@#](?=[\p{L}\p{N}_])/gu, `$&${wordJoiner}`)
    .replaceAll(/[&<\\|`*_~[\]{}$]/g, (character) => entities[character] ?? `\\${character}`)
    .replace(/^[-+#>=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`);
}

// By number where flavours disagree about the backslash: in table cells, and before one another.
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '\\': '&#92;',
  '|': '&#124;',
};

/** Hex and ids as code; anything else as inert text, so that no backtick ends the code early. */
export function code(text: string): string {
  return /^[A-Za-z0-9._:-]+$/.test(text) ? `\`${text}\`` : inert(text);
}

/** A table with a header; cells are markdown already. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(columns), row(columns.map(() => '---')), ...rows.map(row), ''].join('\n');
}

/** One line of a table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function numbered(character: string): string {
  return `‹U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** A word as it stands at the head of a column. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
