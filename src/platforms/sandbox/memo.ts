import { z } from 'zod';

import { memoReader } from '../memo.ts';

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

/** Reads what was recorded of a workflow. */
export const { findMemo, readMemo } = memoReader('sandbox', 'workflow', memo);
