/**
 * Widths of characters in the widest font we draw with (DejaVu Sans, Verdana), as shares of the
 * font size. A text measured with them is never wider than thought, whatever font is there.
 */
const widths: readonly (readonly [RegExp, number])[] = [
  [
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u,
    1.05,
  ],
  [/\p{Emoji_Presentation}|\p{Extended_Pictographic}/u, 1.4],
  [/^[ijlI.,:;'|!]/, 0.36],
  [/^[frt()[\] \-"`]/, 0.45],
  [/^[mwMW@%…]/, 1.01],
  [/^[A-Z]/, 0.78],
  [/^[\u0021-\u007e]/, 0.66],
];
const otherwise = 0.85;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** As wide as this text may get, in the unit of the font size. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += shareOf(segment);
  return width * fontSize;
}

function shareOf(grapheme: string): number {
  return widths.find(([shape]) => shape.test(grapheme))?.[1] ?? otherwise;
}

/** The text, or as much of it as fits before an ellipsis; the whole stands in the title of its part. */
export function cut(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = '';
  let taken = textWidth('…', fontSize);
  for (const { segment } of graphemes.segment(text)) {
    taken += shareOf(segment) * fontSize;
    if (taken > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The text in lines of at most this width; a word that is wider is cut. */
export function wrapped(text: string, width: number, fontSize: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((one) => cut(one, width, fontSize));
}

/** Control, bidi, zero-width and forbidden characters as `\u202e`, so that text is what it looks like. */
export function plainlyVisible(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
