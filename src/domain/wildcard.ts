/**
 * Is all of this text as the pattern says, in which `*` stands for any characters? Both are compared
 * as they come, so whoever asks folds them. Linear, whatever the pattern.
 */
export function fitsWildcards(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
