import type { Child } from './child.ts';
import { startChild } from './child.ts';
import type { RigPlace } from './plan-rig.ts';

const script = new URL('plan-worker.ts', import.meta.url);

/** What a worker has just done, when by the real clock (ms), and to what. */
export type Step = { readonly at: number; readonly step: string; readonly about: string };

/** Where a worker stops: the `nth` time that it has done this, or anything. */
export type Hold = { readonly step?: string; readonly nth: number };

/** A process that takes jobs. */
export type Worker = Pick<Child, 'errors' | 'kill'> & {
  readonly steps: () => readonly Step[];
  /** Resolves once it has done one of these, rejects when it ends before. */
  readonly did: (...steps: readonly string[]) => Promise<void>;
};

/** @param how.plansAtOnce it takes so many, and no job of another kind */
export function startWorker(
  place: RigPlace,
  how: { readonly hold?: Hold; readonly plansAtOnce?: number } = {},
): Worker {
  const { errors, kill, lines, said } = startChild(script, [JSON.stringify({ ...place, ...how })]);
  return {
    errors,
    kill,
    steps: () => lines.map(stepOf),
    did: (...steps) => said((line) => steps.includes(stepOf(line).step)),
  };
}

function stepOf(line: string): Step {
  const [at, step = '', about = ''] = line.split('\t');
  return { at: Number(at), step, about };
}
