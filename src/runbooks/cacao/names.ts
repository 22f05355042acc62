/** Room for a number behind it. */
const maxCharacters = 34;

/** A name of this text that is not among the taken ones yet, and is from now on. */
export function freshName(text: string, taken: Set<string>): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, maxCharacters)
    .replace(/-+$/, '');
  const name = plain === '' ? 'step' : plain;
  let fresh = name;
  for (let number = 2; taken.has(fresh); number += 1) fresh = `${name}-${number}`;
  taken.add(fresh);
  return fresh;
}
