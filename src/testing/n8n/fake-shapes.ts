import type { FakeUser, FakeVersion, FakeWorkflow } from './fake-definitions.ts';
import type { FakeCredential } from './fake-estate.ts';

/** A workflow as `GET /workflows/{id}` shows it, or as a write answers it. */
export function shownWorkflow(
  workflow: FakeWorkflow,
  options: { readonly withTags: boolean },
): object {
  return {
    id: workflow.id,
    name: workflow.name,
    description: null,
    active: workflow.active,
    activeVersionId: workflow.activeVersionId,
    createdAt: workflow.createdAt,
    updatedAt: workflow.updatedAt,
    isArchived: workflow.isArchived,
    versionId: workflow.versionId,
    versionCounter: workflow.versionCounter,
    sourceWorkflowId: null,
    triggerCount: triggersOf(workflow),
    ...definition(workflow),
    ...(options.withTags ? { tags: workflow.tags } : {}),
    shared: [{ ...sharing(workflow), project: projectOf(workflow.owner) }],
    activeVersion: activeVersion(workflow, true),
    ...(options.withTags ? { parentFolder: null } : {}),
  };
}

/** A workflow as a list shows it: with its whole definition, without its owner's name. */
export function listedWorkflow(workflow: FakeWorkflow): object {
  return {
    id: workflow.id,
    name: workflow.name,
    active: workflow.active,
    activeVersionId: workflow.activeVersionId,
    createdAt: workflow.createdAt,
    updatedAt: workflow.updatedAt,
    isArchived: workflow.isArchived,
    versionId: workflow.versionId,
    triggerCount: triggersOf(workflow),
    ...definition(workflow),
    tags: workflow.tags,
    shared: [sharing(workflow)],
    activeVersion: activeVersion(workflow, false),
  };
}

/** Counted when it is first published, and kept when it is no more. */
function triggersOf({ published }: FakeWorkflow): number {
  return published.length > 0 ? 1 : 0;
}

/** A version as the history lists it. */
export function listedVersion(version: FakeVersion): object {
  const { nodes: _nodes, connections: _connections, nodeGroups: _groups, ...rest } = version;
  return rest;
}

/** A credential as it is listed; its value is on no page. */
export function listedCredential(credential: FakeCredential): object {
  const { id, name, type, createdAt, updatedAt, owner } = credential;
  const share = { ...projectOf(owner), role: 'credential:owner' };
  return { id, name, type, createdAt, updatedAt, shared: [share] };
}

/** A user as the API shows one; the role only when asked. */
export function listedUser(user: FakeUser, withRole: boolean): object {
  const { role, ...rest } = user;
  return { ...rest, isPending: false, mfaEnabled: false, ...(withRole ? { role } : {}) };
}

function definition(workflow: FakeWorkflow): object {
  const { nodes, connections, settings, staticData, pinData } = workflow;
  return { nodes, connections, nodeGroups: [], settings, staticData, pinData, meta: null };
}

function activeVersion(workflow: FakeWorkflow, withHistory: boolean): object | null {
  const version = workflow.versions.find(({ versionId }) => versionId === workflow.activeVersionId);
  if (!version) return null;
  if (!withHistory) return version;
  const workflowPublishHistory = workflow.published.map((event) => ({
    ...event,
    workflowId: workflow.id,
    userId: workflow.owner.id,
  }));
  return { ...version, workflowPublishHistory };
}

function sharing({ id, owner, createdAt }: FakeWorkflow): object {
  return {
    role: 'workflow:owner',
    workflowId: id,
    projectId: projectOf(owner).id,
    createdAt,
    updatedAt: createdAt,
  };
}

type FakeProject = {
  readonly id: string;
  readonly name: string;
  readonly type: 'personal';
  readonly icon: null;
  readonly description: null;
  readonly creatorId: string;
};

/** The personal project of a user, which n8n names after them. */
export function projectOf(user: FakeUser): FakeProject {
  return {
    id: `project-${user.id}`,
    name: `${user.firstName} ${user.lastName} <${user.email}>`,
    type: 'personal',
    icon: null,
    description: null,
    creatorId: user.id,
  };
}
