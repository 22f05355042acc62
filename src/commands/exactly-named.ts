import type { ResolvedItem } from '../store/store.ts';

/** Of what a text may have meant, that which it names whole: by reference, platform id or name. */
export function exactlyNamed(
  found: readonly ResolvedItem[],
  typed: string,
): readonly ResolvedItem[] {
  const asked = typed.trim();
  const folded = asked.toLowerCase();
  return found.filter(
    ({ ref, key, name }) =>
      ref.toLowerCase() === folded || key.id === asked || name.toLowerCase() === folded,
  );
}
