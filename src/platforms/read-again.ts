import { PlatformError } from '../errors.ts';

/** A read that was cut is repeated once: an idle connection may close just as it is used. */
const readTries = 2;

/** Reads, and once more when the connection was cut; only for what is safe to repeat. */
export async function readAgainWhenCut<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      const isCut = error instanceof PlatformError && error.code === 'cut';
      if (!isCut || signal.aborted || tries >= readTries) throw error;
    }
  }
}
