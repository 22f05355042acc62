/** Deeper than any workflow; what is deeper was made to break its reader. */
export const maxJsonDepth = 200;

/**
 * Reads JSON that somebody else wrote.
 *
 * The depth is counted before parsing, because code that walks the result by recursion would
 * otherwise overflow its stack.
 *
 * @throws RangeError when it is nested too deeply, SyntaxError when it is no JSON
 */
export function parseBounded(bytes: Uint8Array): unknown {
  if (depthOf(bytes) > maxJsonDepth) throw new RangeError('nested too deeply');
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at);
    } else if (byte === openArray || byte === openObject) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === closeArray || byte === closeObject) {
      depth -= 1;
    }
  }
  return deepest;
}

/** Where the string that starts at `from` ends; the end of the text when it never does. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; ; at += 1) {
    at = bytes.indexOf(quote, at);
    if (at === -1) return bytes.length;
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
}
