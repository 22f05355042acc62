/**
 * Text from a platform as our own records can hold it: no half characters, no NUL (PostgreSQL
 * refuses both), and composed (NFC), as the timeline format demands.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '').normalize('NFC');
}
