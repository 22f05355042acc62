import { setTimeout as pause } from 'node:timers/promises';

/** A clock that goes on between processes, so many times faster than the real one. */
export type FastClock = {
  readonly now: () => Date;
  /** Waits so many ms of this clock. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** How much faster time passes. */
const speed = 5;

/** @param from an instant of the real clock at which both show the same, in ms since the epoch */
export function fastClock(from: number): FastClock {
  return {
    now: () => new Date(from + (Date.now() - from) * speed),
    wait: async (ms, signal) => pause(ms / speed, undefined, signal ? { signal } : {}),
  };
}
