/** Deeper nesting than this is refused, so that no verifier in any language runs out of stack. */
export const deepestNesting = 64;

/**
 * Refuses what RFC 8785 would change in silence or what not every language reads alike.
 *
 * Strings are well-formed, in NFC and without U+0000 (which PostgreSQL cannot store); numbers are
 * safe integers and not -0; objects are plain.
 *
 * @throws Error that names the place, never the value, because values may be secret
 */
export function checkJson(value: unknown, place = '$', depth = 0): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') return checkText(value, place);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw refused('a number that is not a safe integer (write it as a string)', place);
    }
    return;
  }
  if (typeof value !== 'object') throw refused(`a value of type ${typeof value}`, place);
  if (depth >= deepestNesting) throw refused(`more than ${deepestNesting} levels`, place);
  if (Array.isArray(value)) {
    // Not forEach: it would skip the holes, which canonicalise to null.
    for (let index = 0; index < value.length; index += 1) {
      checkJson(value[index], `${place}[${index}]`, depth + 1);
    }
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refused('an object that is not plain', place);
  }
  for (const [key, member] of Object.entries(value)) {
    checkText(key, `a key of ${place}`);
    checkJson(member, `${place}.${key}`, depth + 1);
  }
}

function checkText(text: string, place: string): void {
  if (!text.isWellFormed()) throw refused('text with half of a surrogate pair', place);
  if (text.includes('\0')) throw refused('the character U+0000', place);
  if (text.normalize('NFC') !== text) throw refused('text that is not in NFC', place);
}

function refused(what: string, place: string): Error {
  return new Error(`The timeline cannot hold ${what}, at ${place.slice(0, 200)}.`);
}
