import { createHash } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const idLength = 16;

/** An id of 16 letters and digits, always the same for the same words. */
export function idOf(...words: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(words.join('\n')).digest();
  return [...bytes.subarray(0, idLength)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** A number from 0 to below 1, always the same for the same words (FNV-1a, then mixed). */
export function chanceOf(words: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < words.length; at += 1) {
    hash = Math.imul(hash ^ words.charCodeAt(at), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** One of several, always the same for the same words. */
export function pickBy<Item>(words: string, items: readonly Item[]): Item {
  const item = items[Math.floor(chanceOf(words) * items.length)];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}
