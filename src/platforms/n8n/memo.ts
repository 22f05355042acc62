import { z } from 'zod';

import { memoReader } from '../memo.ts';

const entry = z.object({
  kind: z.enum(['webhook', 'form', 'chat', 'mcp', 'service']),
  node: z.string(),
  method: z.string(),
  path: z.string().exactOptional(),
  /** It answered as live before we acted: only then does its silence afterwards prove anything. */
  answered: z.boolean(),
});

const memo = z.object({
  form: z.literal(1),
  active: z.boolean(),
  liveVersionId: z.string().nullable(),
  /** Hash of the draft, for an n8n that keeps no versions. */
  contentHash: z.string(),
  entries: z.array(entry),
  schedule: z
    .object({
      rules: z.array(
        z.union([
          z.object({
            cron: z.string(),
            skip: z.number().int().positive(),
            slackMs: z.number().int().positive().exactOptional(),
          }),
          z.object({ everyMs: z.number().int().positive() }),
        ]),
      ),
      zone: z.string().exactOptional(),
    })
    .exactOptional(),
  /** Others may start it: workflows, agents, MCP clients. Absent is not known. */
  startedByOthers: z.boolean().exactOptional(),
  /** Triggers that poll or keep a connection, by node name: nothing shows from outside. */
  unseen: z.array(z.string()),
  savesExecutions: z.enum(['yes', 'no', 'by_default']),
  /** Whether failed executions, and those that met a time limit, leave a record. Absent: not known. */
  savesFailures: z.enum(['yes', 'no', 'by_default']).exactOptional(),
  /** It has a time limit of its own, in seconds. */
  timeLimit: z.number().positive().exactOptional(),
  /** Nodes that run a workflow that is written into them and may be listed as another, or not at all. */
  inline: z.array(z.string()).exactOptional(),
  /** Nodes that may finish what they are at after a stop. */
  finishing: z.array(z.string()),
  /** Code nodes: a stop ends them, save in what n8n just took out of its queue. Absent: not known. */
  codeNodes: z.array(z.string()).exactOptional(),
});

/** What verifying and restoring need of a workflow as it was before it was touched. */
export type Memo = z.infer<typeof memo>;
export type MemoEntry = Memo['entries'][number];

/** Reads what was recorded of a workflow. */
export const { findMemo, readMemo } = memoReader('n8n', 'workflow', memo);
