import { z } from 'zod';

import { plainText } from '../plain-text.ts';

/**
 * What n8n's public API answers, as far as Firebreak reads it. Nodes stay unknown here: each
 * reader takes what it needs from them, so that one odd node never hides a workflow.
 */

const nullable = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const text = z.string().transform(plainText);
const instant = nullable(z.coerce.date());

const shared = z
  .array(
    z.object({
      role: nullable(z.string()),
      projectId: nullable(z.string()),
      project: nullable(
        z.object({ name: text, type: nullable(z.string()), creatorId: nullable(z.string()) }),
      ),
    }),
  )
  .catch([]);

/** A saved version of a workflow. */
export const versionAnswer = z.looseObject({
  versionId: nullable(z.string()),
  nodes: z.array(z.unknown()).catch([]),
  connections: z.unknown().optional(),
  authors: nullable(text),
  // Absent from lists: an unknown key that is not optional would reject the whole live version.
  workflowPublishHistory: z.unknown().optional(),
});

export const workflowAnswer = z.looseObject({
  id: z.string(),
  name: text.catch('(no name)'),
  active: z.boolean(),
  isArchived: z.boolean().catch(false),
  versionId: nullable(z.string()),
  activeVersionId: nullable(z.string()),
  updatedAt: instant,
  nodes: z.array(z.unknown()).catch([]),
  connections: z.unknown().optional(),
  settings: z.record(z.string(), z.unknown()).catch({}),
  tags: z.array(z.object({ name: text })).catch([]),
  shared,
  // Not `nullable`: a live version that cannot be read must not pass for one that does not exist.
  activeVersion: versionAnswer.nullish(),
});
/** A workflow as n8n shows it: its draft, and in `activeVersion` what runs. */
export type N8nWorkflow = z.infer<typeof workflowAnswer>;

export const executionAnswer = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  status: z.string().catch('unknown'),
  mode: z.string().catch('unknown'),
  workflowId: z.union([z.string(), z.number()]).nullish().transform(String),
  startedAt: instant,
  stoppedAt: instant,
  waitTill: instant,
});
/** One execution without its payload. */
export type N8nExecution = z.infer<typeof executionAnswer>;

export const credentialAnswer = z.object({
  id: z.string(),
  name: text.catch('(no name)'),
  type: text.catch('unknown'),
  createdAt: instant,
  updatedAt: instant,
  shared: z.array(z.object({ id: z.string(), name: text, role: nullable(z.string()) })).catch([]),
});
/** A credential, without what is secret in it: n8n never sends that. */
export type N8nCredential = z.infer<typeof credentialAnswer>;

export const credentialFieldsAnswer = z.object({
  properties: z.record(
    z.string(),
    z.object({ type: z.string().catch('unknown'), enum: z.array(z.unknown()).exactOptional() }),
  ),
  required: z.array(z.string()).catch([]),
});
/** Which fields a type of credential has, as JSON Schema. */
export type N8nCredentialFields = z.infer<typeof credentialFieldsAnswer>;

export const userAnswer = z.object({
  id: z.string(),
  email: nullable(text),
  firstName: nullable(text),
  lastName: nullable(text),
  role: nullable(z.string()),
  mfaEnabled: nullable(z.boolean()),
  isPending: nullable(z.boolean()),
});
export type N8nUser = z.infer<typeof userAnswer>;

export const discoverAnswer = z.object({
  data: z.object({
    scopes: z.array(z.string()),
    resources: z.record(
      z.string(),
      z.object({
        endpoints: z.array(z.object({ method: z.string(), path: z.string() })).catch([]),
      }),
    ),
  }),
});
/** What this API key may do, as n8n says since 2.20. */
export type N8nDiscovery = z.infer<typeof discoverAnswer>['data'];

export const pageAnswer = z.object({
  data: z.array(z.unknown()),
  nextCursor: z.string().nullish(),
});

export const stoppedAnswer = z.object({ stopped: z.number().int().nonnegative() });
