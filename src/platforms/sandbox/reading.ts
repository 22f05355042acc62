import type {
  CredentialRecord,
  Inventory,
  UserRecord,
  WorkflowRecord,
} from '../../domain/inventory.ts';
import { capturedGaps, capturedJson } from '../captured.ts';
import type { Captured, Observation } from '../platform.ts';
import type { SandboxPermission } from './account.ts';
import { definitionOf, enabledSteps, lastSwitchAt, listedAt } from './activation.ts';
import { draftPartsOf } from './draft-parts.ts';
import { executionsSince, lastRun } from './executions.ts';
import { factsOf, hashesOf } from './facts.ts';
import type { Look } from './look.ts';
import type { Memo } from './memo.ts';
import type { SandboxUser, WorkflowNow } from './model.ts';
import { structuresOf } from './structure.ts';

type Fingerprint = (secret: string) => string;

/** The whole estate, as an account sees it. */
export function inventoryOf(
  look: Look,
  allowed: ReadonlySet<SandboxPermission>,
  fingerprint: Fingerprint,
): Inventory {
  const seesRuns = allowed.has('execution:list');
  const workflows = look.workflows().map((one) => recordOf(one, look.now, seesRuns, fingerprint));
  const credentials = allowed.has('credential:list')
    ? look.credentials().map(({ changedAt, ...rest }): CredentialRecord => ({
        ...rest,
        changedAt: new Date(changedAt),
      }))
    : [];
  const users = allowed.has('user:list') ? look.users().map(userOf) : [];
  const unknown = workflows.map(
    ({ facts }) =>
      new Set(facts.filter(({ kind }) => kind === 'runtime_host').map(({ value }) => value)).size,
  );
  return {
    takenAt: new Date(look.now),
    workflows,
    credentials,
    users,
    coverage: {
      workflows: workflows.length,
      credentials: credentials.length,
      users: users.length,
      runtimeHosts: {
        nodes: unknown.reduce((sum, nodes) => sum + nodes, 0),
        workflows: unknown.filter((nodes) => nodes > 0).length,
      },
      gaps: [
        ...(allowed.has('credential:list')
          ? []
          : ['Credentials are hidden: the key lacks credential:list.']),
        ...(allowed.has('user:list') ? [] : ['People are hidden: the key lacks user:list.']),
        ...(seesRuns ? [] : ['Executions are hidden: the key lacks execution:list.']),
      ],
    },
  };
}

function userOf({ lastActiveAt, ...user }: SandboxUser): UserRecord {
  return {
    ...user,
    lastActiveAt: new Date(lastActiveAt),
    ...(user.role === 'global:owner' ? { stays: 'The sandbox does not delete its owner.' } : {}),
  };
}

/** One workflow as it is now, with what verifying and restoring it will need. */
export function observationOf(look: Look, id: string): Observation {
  const workflow = look.workflow(id);
  const { whole, content, live } = hashesOf(workflow, look.now);
  const version = listedAt(workflow, look.now);
  const steps = enabledSteps(definitionOf(workflow, version) ?? workflow.draft);
  const memo: Memo = {
    form: 1,
    active: version !== undefined,
    liveVersion: version ?? null,
    entries: steps.flatMap(({ name, webhook }) =>
      webhook ? [{ node: name, path: webhook.path, method: webhook.method }] : [],
    ),
    schedule: steps.flatMap(({ schedule }) => (schedule ? [{ ...schedule }] : [])),
    unseen: steps.filter(({ listens }) => listens).map(({ name }) => name),
    keepsExecutions: !workflow.keepsNoExecutions,
    finishing: steps.filter(({ goesOn }) => goesOn).map(({ name }) => name),
  };
  return {
    hash: whole,
    contentHash: content,
    ...(live === undefined ? {} : { liveHash: live }),
    name: workflow.name,
    active: version !== undefined,
    memo,
    byHand: [
      'Anyone who may edit it can still run it by hand in the editor.',
      'Its owner, and anyone else who may edit it, can switch it on again.',
    ],
    parts: draftPartsOf(workflow),
    structures: structuresOf(workflow, look.now),
    ...lastSwitchOf(workflow, look.now),
  };
}

function lastSwitchOf(workflow: WorkflowNow, now: number): Pick<Observation, 'lastSwitch'> {
  const last = lastSwitchAt(workflow, now);
  return last ? { lastSwitch: { at: new Date(last.at), by: last.by } } : {};
}

/** Newest executions whose status and times are kept as evidence. */
const executionsKept = 100;
const executionsForMs = 86_400_000;

/** Copies of what containment changes or may destroy. Executions hold no payload here. */
export function capturedOf(
  look: Look,
  id: string,
  allowed: ReadonlySet<SandboxPermission>,
): readonly Captured[] {
  const workflow = look.workflow(id);
  const seesRuns = allowed.has('execution:list');
  const seesCredentials = allowed.has('credential:list');
  const { draft, switches } = workflow;
  const live = definitionOf(workflow, listedAt(workflow, look.now));
  const used = [...draft.steps, ...(live?.steps ?? [])].map(({ credential }) => credential?.id);
  const past = switches.filter(({ at }) => at <= look.now);
  const executions = executionsSince(workflow, look.now - executionsForMs, look.now);
  return [
    capturedJson('draft.json', { ...workflowWithout(workflow), definition: draft }),
    ...(live ? [capturedJson('live-version.json', live)] : []),
    capturedJson(
      'switch-history.json',
      past.map(({ at, on, version, by }) => ({
        at: new Date(at).toISOString(),
        on,
        ...(version === undefined ? {} : { version }),
        by,
      })),
    ),
    ...(seesRuns ? [capturedJson('executions.json', executions.slice(0, executionsKept))] : []),
    ...(seesCredentials
      ? [
          capturedJson(
            'credentials.json',
            look.credentials().filter((credential) => used.includes(credential.id)),
          ),
        ]
      : []),
    ...capturedGaps([
      ...(seesRuns ? [] : [{ part: 'executions', why: 'The key lacks execution:list.' }]),
      ...(seesCredentials ? [] : [{ part: 'credentials', why: 'The key lacks credential:list.' }]),
    ]),
  ];
}

function workflowWithout(workflow: WorkflowNow): Record<string, unknown> {
  const { id, name, owner, project, tags } = workflow;
  return { id, name, owner: owner ?? null, project: project ?? null, tags };
}

function recordOf(
  workflow: WorkflowNow,
  now: number,
  seesRuns: boolean,
  fingerprint: Fingerprint,
): WorkflowRecord {
  const { id, name, owner, project, tags, draft } = workflow;
  const { whole, content, live, draftDiffers } = hashesOf(workflow, now);
  const ranAt = seesRuns && !workflow.keepsNoExecutions ? lastRun(workflow, now) : undefined;
  return {
    id,
    name,
    active: listedAt(workflow, now) !== undefined,
    archived: workflow.isArchived ?? false,
    ...(owner === undefined ? {} : { owner }),
    ...(project === undefined ? {} : { project }),
    tags,
    changedAt: new Date(draft.savedAt),
    changedBy: draft.savedBy,
    hash: whole,
    contentHash: content,
    ...(live === undefined ? {} : { liveHash: live }),
    draftDiffers,
    savesExecutions: !workflow.keepsNoExecutions,
    facts: factsOf(workflow, now, fingerprint),
    structures: structuresOf(workflow, now),
    ...(ranAt === undefined ? {} : { lastRanAt: new Date(ranAt) }),
  };
}
