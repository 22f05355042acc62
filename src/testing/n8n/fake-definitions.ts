import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { Refused } from './fake-answers.ts';
import { entrancesOf, fakeNode } from './fake-nodes.ts';
import type { FakeNode } from './fake-nodes.ts';

/** One saved state of a workflow's definition. */
export type FakeVersion = {
  readonly versionId: string;
  readonly workflowId: string;
  readonly nodes: readonly FakeNode[];
  readonly connections: unknown;
  readonly nodeGroups: readonly unknown[];
  readonly authors: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly autosaved: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** A workflow as the fake keeps it. What really listens is kept apart, in `listening`. */
export type FakeWorkflow = {
  readonly id: string;
  owner: FakeUser;
  readonly createdAt: string;
  name: string;
  active: boolean;
  activeVersionId: string | null;
  updatedAt: string;
  isArchived: boolean;
  versionId: string;
  versionCounter: number;
  nodes: readonly FakeNode[];
  connections: unknown;
  settings: Readonly<Record<string, unknown>>;
  staticData: unknown;
  pinData: unknown;
  tags: readonly FakeTag[];
  versions: FakeVersion[];
  published: {
    id: number;
    versionId: string;
    event: 'activated' | 'deactivated';
    createdAt: string;
  }[];
};

export type FakeTag = { readonly id: string; readonly name: string };

export type FakeUser = {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: string;
};

const writable = z.strictObject({
  name: z.string().min(1),
  nodes: z.array(fakeNode),
  connections: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()),
  staticData: z.unknown().optional(),
  pinData: z.unknown().optional(),
  nodeGroups: z.unknown().optional(),
  description: z.unknown().optional(),
  parentFolderId: z.unknown().optional(),
});
const readOnly = new Set(['id', 'active', 'createdAt', 'updatedAt', 'versionId', 'tags', 'shared']);

/** Checks a definition as n8n does. @throws Refused with the reason in its words */
export function checkedDefinition(body: unknown): z.infer<typeof writable> {
  const record = z.record(z.string(), z.unknown()).catch({}).parse(body);
  const fixed = Object.keys(record).find((key) => readOnly.has(key));
  if (fixed !== undefined) throw new Refused(400, `request/body/${fixed} is read-only`);
  for (const key of ['name', 'nodes', 'connections', 'settings']) {
    if (!(key in record)) {
      throw new Refused(400, `request/body must have required property '${key}'`);
    }
  }
  const parsed = writable.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Refused(400, `request/body/${issue?.path.join('/') ?? ''} ${issue?.message ?? ''}`);
  }
  // n8n gives an id to nodes that listen and have none.
  const nodes = parsed.data.nodes.map((node) =>
    entrancesOf([node]).length > 0 && node.webhookId === undefined
      ? { ...node, webhookId: randomUUID() }
      : node,
  );
  return { ...parsed.data, nodes };
}
