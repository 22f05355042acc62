/**
 * What a workflow is made of, whatever it and its steps are called and wherever they stand: a short
 * digest for each kind of step, each step with its settings, and each way from one kind to another.
 * Sorted; a part that occurs twice is in it twice. `p` begins the steps that have settings, `e` those
 * of them that are no mark: entrances, and what is set alike everywhere.
 */
export type Structure = readonly string[];

/** From this likeness on, one is taken for a copy of the other. */
const copyFrom = 0.75;
/** With fewer parts than this, half of all workflows would be alike. */
const leastParts = 6;

/** How much of two structures is the same: 1 for copies, 0 for what has nothing in common. */
export function likeness(one: Structure, other: Structure): number {
  const left = new Map<string, number>();
  for (const part of one.map(asStep)) left.set(part, (left.get(part) ?? 0) + 1);
  let same = 0;
  for (const part of other.map(asStep)) {
    const count = left.get(part) ?? 0;
    if (count === 0) continue;
    left.set(part, count - 1);
    same += 1;
  }
  const all = one.length + other.length - same;
  return all === 0 ? 0 : same / all;
}

/**
 * The likeness of the two that are most alike, of what one and the other workflow have (a draft, a
 * live version); 0 when they are too different, or too small, to be taken for copies.
 */
export function copyLikeness(ones: readonly Structure[], others: readonly Structure[]): number {
  const found = ones.flatMap((one) => others.map((other) => judged(one, other)));
  return Math.max(0, ...found);
}

/** True when it says enough to know a copy by: an entrance, or a step without settings, does not. */
export function isTelling(structure: Structure): boolean {
  return structure.some(isMark);
}

function judged(one: Structure, other: Structure): number {
  const marks = new Set(one.filter(isMark));
  if (!other.some((part) => marks.has(part))) return 0;
  const alike = likeness(one, other);
  if (alike === 1) return 1;
  const isLarge = Math.min(one.length, other.length) >= leastParts;
  return isLarge && alike >= copyFrom ? alike : 0;
}

function isMark(part: string): boolean {
  return part.startsWith('p');
}

/** What was kept by earlier versions does not tell marks from other steps. */
function asStep(part: string): string {
  return part.startsWith('e') ? `p${part.slice(1)}` : part;
}
