import { z } from 'zod';

import { memoReader } from '../memo.ts';

const memo = z.object({
  form: z.literal(1),
  nodes: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** What the flow file said: true, false, or nothing at all. An undo writes the same again. */
      written: z.boolean().nullable(),
      /** Whether it lived in the runtime; null when that is hidden. */
      ran: z.boolean().nullable(),
      /** Where the world can call it; without a path where that is not known. */
      entry: z
        .object({ method: z.string(), path: z.string().exactOptional(), answered: z.boolean() })
        .exactOptional(),
    }),
  ),
  /** Hash of the tab and all that it uses, without activation: as it was, and with these off. */
  contentHash: z.string(),
  mutedHash: z.string(),
});

/** What verifying and restoring need of some nodes as they were before they were touched. */
export type NodesMemo = z.infer<typeof memo>;

/** Reads what was recorded of nodes. */
export const { findMemo: findNodesMemo, readMemo: readNodesMemo } = memoReader(
  'node-red',
  'part of a tab',
  memo,
);
