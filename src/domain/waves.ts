/**
 * A list in waves: whatever a member needs is in an earlier one. What is needed must stand earlier
 * in the list; what stands later, as in a circle, is not waited for.
 */
export function wavesOf<T>(
  ordered: readonly T[],
  needs: (member: T) => readonly T[],
): readonly (readonly T[])[] {
  const waves: T[][] = [];
  const waveOf = new Map<T, number>();
  for (const member of ordered) {
    const before = needs(member).flatMap((needed) => waveOf.get(needed) ?? []);
    const wave = Math.max(-1, ...before) + 1;
    waveOf.set(member, wave);
    (waves[wave] ??= []).push(member);
  }
  return waves;
}
