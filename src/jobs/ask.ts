import { PlatformError } from '../errors.ts';
import type { Drive } from './drive.ts';

/** How often an idempotent call is repeated before it counts as failed. */
const triesAtMost = 4;
/** The longest wait that a platform's Retry-After may impose on one call, in ms. */
const longestWaitMs = 60_000;

/**
 * Makes an idempotent call and repeats it while the platform asks us to come back, does not answer
 * or cut the line. Everything else is thrown at once.
 *
 * @throws PlatformError the last failure
 */
export async function askAgain<T>(drive: Drive, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof PlatformError) || tries >= triesAtMost || !isPassing(error))
        throw error;
      const waitMs = error.retryAfterMs ?? 250 * 4 ** (tries - 1);
      await drive.context.wait(Math.min(waitMs, longestWaitMs), drive.signal);
    }
  }
}

function isPassing(error: PlatformError): boolean {
  return error.mayHaveHappened || ['rate_limited', 'unavailable'].includes(error.code);
}

/** The sentence that a failed call leaves behind. Bugs are not sentences: they are thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof PlatformError) return error.message;
  throw error;
}
