import { distance } from 'fastest-levenshtein';

const most = 3;

/** The names that a person may have meant, nearest first; none when nothing is near. */
export function nearest(typed: string, names: readonly string[]): readonly string[] {
  const asked = typed.toLowerCase();
  // Two letters swapped count as two edits.
  const bound = asked.length < 4 ? 1 : Math.max(2, Math.floor(asked.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, far: farness(asked, name.toLowerCase()) }))
    .filter(({ far }) => far <= bound)
    .toSorted((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, most)
    .map(({ name }) => name);
}

/** `res` is near `resolve`: whoever stops typing early meant what begins so. */
function farness(asked: string, name: string): number {
  const far = distance(asked, name);
  return asked.length >= 3 && name.startsWith(asked) ? Math.min(far, 1) : far;
}
