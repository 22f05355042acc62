import type { Action } from './plan.ts';
import { isFinal } from './verification.ts';

/** Workflows that wait for the same reason, and until when the last of them does. */
export type Wait = {
  readonly refs: readonly string[];
  readonly until: Date;
  readonly reason?: string;
};

/**
 * What cannot be settled before a later hour, grouped by why; what waits longest comes last.
 *
 * A stop waits for its entrance, which knows why, so it counts alone only where that does not wait.
 */
export function waitsOf(actions: readonly Action[], now: Date): readonly Wait[] {
  const waiting = actions.flatMap((action) =>
    !isFinal(action) && action.notBefore !== undefined && action.notBefore > now
      ? [{ ...action, notBefore: action.notBefore }]
      : [],
  );
  const entrances = new Set(waiting.filter(({ lever }) => lever !== 'stop').map(targetOf));
  const groups = new Map<string, Wait>();
  for (const action of waiting) {
    if (action.lever === 'stop' && entrances.has(targetOf(action))) continue;
    const { ref, notBefore, reason } = action;
    const before = groups.get(reason ?? '');
    groups.set(reason ?? '', {
      refs: [...new Set([...(before?.refs ?? []), ref])],
      until: before && before.until > notBefore ? before.until : notBefore,
      ...(reason === undefined ? {} : { reason }),
    });
  }
  return [...groups.values()].toSorted((a, b) => a.until.getTime() - b.until.getTime());
}

function targetOf({ connection, workflow }: Action): string {
  return `${connection}/${workflow}`;
}
