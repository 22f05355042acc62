import { z } from 'zod';

import { memoReader } from '../memo.ts';

const entry = z.object({
  node: z.string(),
  method: z.string(),
  /** From the origin, where it answered or should have; absent when unknown, or when it holds a token. */
  path: z.string().exactOptional(),
  /** It answered as live before we acted: only then does its silence afterwards prove anything. */
  answered: z.boolean(),
});

const memo = z.object({
  form: z.literal(1),
  active: z.boolean(),
  /** What the flow file said: true, false, or nothing at all. An undo writes the same again. */
  disabled: z.boolean().nullable(),
  /** Hash of the tab and all that it uses, without activation. */
  contentHash: z.string(),
  entries: z.array(entry),
  /** Nodes that could start it, and whether each lived in the runtime; null when that is hidden. */
  starters: z.array(z.object({ id: z.string(), name: z.string(), ran: z.boolean().nullable() })),
  /** How many more nodes could start it than are named. */
  unnamed: z.number().int().nonnegative(),
  /** Tabs that it calls and that were on: it may only come back when they are. */
  calls: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Function nodes that may go on when their tab is closed, by name. */
  goingOn: z.array(z.string()),
  /** Nodes that start processes, and nodes of other modules; absent in what was recorded before. */
  processes: z.array(z.string()).exactOptional(),
  foreign: z.array(z.string()).exactOptional(),
});

/** What verifying and restoring need of a tab as it was before it was touched. */
export type Memo = z.infer<typeof memo>;
export type MemoEntry = Memo['entries'][number];

/** Reads what was recorded of a tab. */
export const { findMemo, readMemo } = memoReader('node-red', 'tab', memo);
