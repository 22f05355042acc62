import { PlatformError } from '../errors.ts';

const triesAtMost = 5;

/** Asks again when a chat says to wait, some times. @throws PlatformError */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  wait: (ms: number) => Promise<void>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const waitMs = error instanceof PlatformError ? error.retryAfterMs : undefined;
      if (waitMs === undefined || tries === triesAtMost) throw error;
      await wait(waitMs);
    }
  }
}
