import { z } from 'zod';

import type { Json } from '../../domain/json.ts';
import { PlatformError } from '../../errors.ts';

const memo = z.object({
  form: z.literal(1),
  active: z.boolean(),
  liveVersion: z.string().nullable(),
  entries: z.array(z.object({ node: z.string(), path: z.string(), method: z.string() })),
  schedule: z.array(
    z.object({ everyMs: z.number().int().positive(), phaseMs: z.number(), words: z.string() }),
  ),
  /** Triggers that nothing shows from outside, by the name of their step. */
  unseen: z.array(z.string()),
  keepsExecutions: z.boolean(),
  /** Steps that send all their items even when their execution is stopped. */
  finishing: z.array(z.string()),
});

/** What verifying and restoring need of a workflow as it was before it was touched. */
export type Memo = z.infer<typeof memo>;

/** @returns undefined when nothing, or something else, is recorded */
export function findMemo(value: Json): Memo | undefined {
  const parsed = memo.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** @throws PlatformError `unreadable` for what did not come from `observe` */
export function readMemo(value: Json): Memo {
  const found = findMemo(value);
  if (found) return found;
  throw new PlatformError(
    'sandbox',
    'unreadable',
    'What was recorded of this workflow before it was touched cannot be read, so it is left alone.',
  );
}
