/** A line that one of two texts has and the other has not. */
export type ChangedLine = {
  readonly kind: 'added' | 'taken';
  /** From 1: of the later text when added, of the earlier one when taken away. */
  readonly line: number;
  readonly text: string;
};

/** More cells are not compared: then everything between what is equal at both ends is changed. */
const maxCells = 4_000_000;

/** What became of a text, line by line: as few lines as tell it, in the order of the text. */
export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return between(old.slice(head, old.length - tail), now.slice(head, now.length - tail), head);
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function between(
  old: readonly string[],
  now: readonly string[],
  offset: number,
): readonly ChangedLine[] {
  const isShared = old.length * now.length <= maxCells ? shared(old, now) : () => false;
  const changed: ChangedLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const gone = old[i];
    const come = now[j];
    if (gone !== undefined && gone === come && isShared(i, j, 'both')) {
      i += 1;
      j += 1;
    } else if (gone !== undefined && (come === undefined || !isShared(i, j, 'later'))) {
      changed.push({ kind: 'taken', line: offset + i + 1, text: gone });
      i += 1;
    } else if (come !== undefined) {
      changed.push({ kind: 'added', line: offset + j + 1, text: come });
      j += 1;
    }
  }
  return changed;
}

/** By the longest common subsequence: whether to keep both lines, or to take the later one first. */
function shared(
  old: readonly string[],
  now: readonly string[],
): (i: number, j: number, which: 'both' | 'later') => boolean {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  // Equal lines are always kept: no longer subsequence is without them.
  return (i, j, which) => which === 'both' || at(i, j + 1) > at(i + 1, j);
}
