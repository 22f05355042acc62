import parseArgv from 'string-argv';

/** One word of a line as it stands between spaces; quoted spaces do not part it. */
export type Token = {
  /** With typewriter quotes and plain spaces, quotes kept. */
  readonly raw: string;
  /** What is meant: quotes removed. */
  readonly text: string;
  /** It begins with a quote, so it is never an option. */
  readonly quoted: boolean;
  /** Position in the line, end excluded. */
  readonly from: number;
  readonly to: number;
};

const plainCharacters: readonly (readonly [RegExp, string])[] = [
  [/[\u201C-\u201F\u00AB\u00BB\u2033\uFF02]/g, '"'],
  [/[\u2018-\u201B\u2032\uFF07]/g, "'"],
  [/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\t]/g, ' '],
];

/** The line with the quotes and spaces of a typewriter instead of those of a phone; as long as before. */
export function plain(line: string): string {
  return plainCharacters.reduce((text, [found, instead]) => text.replace(found, instead), line);
}

// A single quote counts only where a word or value begins and ends, because people write "don't".
const quotedSection = /"[^"]*"|(?<=^|[\s:=])'[^']*'(?=\s|$)/;
const tokenPattern = new RegExp(`(?:${quotedSection.source}|\\S)+`, 'g');
const sectionPattern = new RegExp(quotedSection.source, 'g');

/** Parts a line into words. A quote that is never closed is a character like any other. */
export function tokens(line: string): readonly Token[] {
  return [...plain(line).matchAll(tokenPattern)].map((match) => ({
    raw: match[0],
    text: unquoted(match[0]),
    quoted: /^["']/.test(match[0]) && unquoted(match[0]) !== match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** `credential:"Stripe live"` → `credential:Stripe live`. */
export function unquoted(raw: string): string {
  return raw.replace(sectionPattern, (section) => parseArgv(section)[0] ?? '');
}

const endsOfThought = /(?<=.)[.,;!?]+$/;

/** A word without the full stop or comma that a hurried person or a phone puts behind it. */
export function withoutPunctuation(word: string): string {
  return word.replace(endsOfThought, '');
}

const hidden = /[\u200B\u2060\uFEFF\u00AD]/;
const outerHidden = new RegExp(`^(?:${hidden.source}|\\s)+|(?:${hidden.source}|\\s)+$`, 'g');
// Control and format characters (escape, bidirectional, zero width, tags) and line separators, but
// not newline, tab and the two joiners.
const invisible = /(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * The line with everything that could hide or fake text made visible: escape sequences, control
 * and bidirectional characters become `‹U+001B›`. Joiners of emoji and scripts stay.
 */
export function visible(line: string): string {
  return line
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(outerHidden, '')
    .replace(invisible, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
      return `‹U+${code.padStart(4, '0')}›`;
    });
}
