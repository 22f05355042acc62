import type { z } from 'zod';

import type { Json } from '../domain/json.ts';
import { PlatformError } from '../errors.ts';

/** Reads what a platform recorded of a workflow before it was touched. */
export type MemoReader<T> = {
  /** @returns undefined when nothing, or something else, is recorded */
  readonly findMemo: (value: Json) => T | undefined;
  /** @throws PlatformError `unreadable` for what did not come from `observe` */
  readonly readMemo: (value: Json) => T;
};

/**
 * Makes the reader of one platform's records.
 *
 * @param noun what the platform calls a workflow
 */
export function memoReader<T>(platform: string, noun: string, schema: z.ZodType<T>): MemoReader<T> {
  const findMemo = (value: Json): T | undefined => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : undefined;
  };
  const readMemo = (value: Json): T => {
    const found = findMemo(value);
    if (found !== undefined) return found;
    const message = `What was recorded of this ${noun} before it was touched cannot be read, so it is left alone.`;
    throw new PlatformError(platform, 'unreadable', message);
  };
  return { findMemo, readMemo };
}
