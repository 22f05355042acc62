import type { Coverage } from '../../domain/connection.ts';
import type {
  CredentialRecord,
  Fact,
  Inventory,
  UserRecord,
  WorkflowRecord,
} from '../../domain/inventory.ts';
import { counted } from '../../domain/wording.ts';
import { PlatformError } from '../../errors.ts';
import { shownName } from '../hard-coded-secrets.ts';
import { analyse } from './analyse.ts';
import type { N8nCredential, N8nExecution, N8nUser, N8nWorkflow } from './answers.ts';
import type { Listed } from './api.ts';
import type { N8nClient } from './client.ts';
import { hashesOf, liveVersionOf } from './definition.ts';
import { nameOfUser } from './identity.ts';
import type { KnownReadings, Reading } from './known.ts';
import { savesExecutions } from './observe.ts';
import { gapsOfOlder } from './older.ts';
import { ownersOf } from './owners.ts';
import type { Owner } from './owners.ts';
import { structuresOf } from './structure.ts';

type Fingerprint = (secret: string) => string;

/**
 * The whole estate in one look: definitions analysed, owners named, gaps told. Definitions that are
 * as the last look saw them are not analysed again.
 */
export async function takeInventory(
  client: N8nClient,
  fingerprint: Fingerprint,
  signal: AbortSignal,
  known: KnownReadings,
): Promise<Inventory> {
  const takenAt = client.api.now();
  let isOld = false;
  const look = known.look();
  const readingOf = (workflow: N8nWorkflow): Analysed => ({
    workflow,
    ...look.of(workflow, () => read(workflow, fingerprint)),
  });
  const analysed: Analysed[] = [];
  const [workflows, credentials, users, runs] = await Promise.all([
    // Each page is analysed while n8n works on the next one.
    client.workflows(signal, (page) => {
      for (const workflow of page) analysed.push(readingOf(workflow));
    }),
    orHidden(client.credentials(signal), () => {
      isOld = true;
    }),
    orHidden(client.users(signal)),
    orHidden(recentExecutions(client, signal)),
  ]);
  const distinct = new Map(
    (analysed.length >= workflows.items.length ? analysed : workflows.items.map(readingOf)).map(
      (one) => [one.workflow.id, one],
    ),
  );
  const owners = await ownersOf(client, workflows.items, credentials?.items ?? [], signal);
  look.end();
  const lastRuns = lastRunsOf(runs?.items ?? []);
  const records = [...distinct.values()].map((one) => recordOf(one, owners, lastRuns));
  return {
    takenAt,
    workflows: records,
    credentials: (credentials?.items ?? []).map((one) => credentialOf(one)),
    users: (users?.items ?? []).map((one) => userOf(one, client.api.subject())),
    coverage: coverageOf(records, { workflows, credentials, users, runs, isOld }),
  };
}

type Analysed = Reading & { readonly workflow: N8nWorkflow };

function read(workflow: N8nWorkflow, fingerprint: Fingerprint): Reading {
  const live = liveVersionOf(workflow);
  // Before 2.0 the draft is what runs, and there is no active version to say so.
  const shown = live && !workflow.activeVersion ? { ...workflow, activeVersion: live } : workflow;
  return {
    facts: analyse(shown, { fingerprint }).map(storable),
    hashes: hashesOf(workflow),
    structures: structuresOf(workflow),
  };
}

/** Every text in a fact is somebody’s, and may hold a token; a secret’s value is a fingerprint already. */
function storable(fact: Fact): Fact {
  const { kind, value, node, label, auth, method } = fact;
  return {
    ...fact,
    value: kind === 'secret' ? value : shownName(value),
    ...(node === undefined ? {} : { node: shownName(node) }),
    ...(label === undefined ? {} : { label: shownName(label) }),
    ...(auth === undefined ? {} : { auth: shownName(auth) }),
    ...(method === undefined ? {} : { method: shownName(method) }),
  };
}

function recordOf(
  { workflow, facts, hashes, structures }: Analysed,
  owners: ReadonlyMap<string, Owner>,
  lastRuns: ReadonlyMap<string, Date>,
): WorkflowRecord {
  const { id, name, active, isArchived, tags, updatedAt, versionId, activeVersion } = workflow;
  const owner = owners.get(id);
  // The list names the author of the live version only; it is the last change when both are one.
  const author = versionId && versionId === activeVersion?.versionId ? activeVersion.authors : null;
  const lastRanAt = lastRuns.get(id);
  return {
    id,
    name: shownName(name),
    active,
    archived: isArchived,
    ...(owner?.person === undefined ? {} : { owner: shownName(owner.person) }),
    ...(owner?.project === undefined ? {} : { project: shownName(owner.project) }),
    tags: tags.map((tag) => shownName(tag.name)),
    ...(updatedAt ? { changedAt: updatedAt } : {}),
    ...(author ? { changedBy: shownName(author) } : {}),
    hash: hashes.whole,
    contentHash: hashes.content,
    ...(hashes.live === undefined ? {} : { liveHash: hashes.live }),
    draftDiffers: hashes.draftDiffers,
    savesExecutions: savesExecutions(workflow) !== 'no',
    facts,
    structures,
    ...(lastRanAt ? { lastRanAt } : {}),
  };
}

function credentialOf({ id, name, type, updatedAt, shared }: N8nCredential): CredentialRecord {
  const owner = shared.find((one) => one.role === 'credential:owner')?.name;
  return {
    id,
    name: shownName(name),
    type: shownName(type),
    ...(owner === undefined ? {} : { owner: shownName(owner) }),
    ...(updatedAt ? { changedAt: updatedAt } : {}),
  };
}

/** @param holder whose key Firebreak uses, where that is known */
function userOf(user: N8nUser, holder: string | undefined): UserRecord {
  const { mfaEnabled, isPending } = user;
  const stays = staysOf(user, holder);
  return {
    id: user.id,
    name: shownName(nameOfUser(user)),
    ...(user.email ? { email: user.email } : {}),
    ...(user.role ? { role: user.role } : {}),
    ...(typeof mfaEnabled === 'boolean' ? { hasMfa: mfaEnabled } : {}),
    ...(typeof isPending === 'boolean' ? { isInvited: isPending } : {}),
    ...(stays === undefined ? {} : { stays }),
  };
}

function staysOf({ id, role }: N8nUser, holder: string | undefined): string | undefined {
  if (id === holder) return 'It is the one whose API key Firebreak uses.';
  return role === 'global:owner' ? 'n8n does not delete its owner.' : undefined;
}

/** @returns undefined when the key may not see the list; other failures are failures */
async function orHidden<T>(
  list: Promise<T>,
  onAbsent: () => void = () => {},
): Promise<T | undefined> {
  try {
    return await list;
  } catch (error) {
    const isHidden =
      error instanceof PlatformError && (error.code === 'refused' || error.code === 'not_found');
    if (isHidden && error.code === 'not_found') onAbsent();
    if (isHidden) return undefined;
    throw error;
  }
}

/** How many pages of ended executions are read for "last ran". */
const executionPages = 4;

async function recentExecutions(
  client: N8nClient,
  signal: AbortSignal,
): Promise<Listed<N8nExecution> & { readonly isCut: boolean }> {
  let pages = 0;
  const lists = await Promise.all([
    client.executions({}, signal, {
      until: () => {
        pages += 1;
        return pages >= executionPages;
      },
    }),
    client.executions({ status: 'running' }, signal),
    client.executions({ status: 'waiting' }, signal),
  ]);
  return {
    items: lists.flatMap((list) => list.items),
    unreadable: lists.reduce((sum, list) => sum + list.unreadable, 0),
    isCut: pages >= executionPages,
  };
}

function lastRunsOf(executions: readonly N8nExecution[]): ReadonlyMap<string, Date> {
  const last = new Map<string, Date>();
  for (const { workflowId, startedAt } of executions) {
    const known = last.get(workflowId);
    if (startedAt && (!known || startedAt > known)) last.set(workflowId, startedAt);
  }
  return last;
}

function coverageOf(
  records: readonly WorkflowRecord[],
  seen: {
    readonly workflows: Listed<N8nWorkflow>;
    readonly credentials: Listed<N8nCredential> | undefined;
    readonly users: Listed<N8nUser> | undefined;
    readonly runs: { readonly isCut: boolean } | undefined;
    /** It lists no credentials whatever the key, hence is older than 2.10. */
    readonly isOld: boolean;
  },
): Coverage {
  const runtime = records.map((record) => nodesOf(record, 'runtime_host'));
  const unknownCalls = records.filter((record) => nodesOf(record, 'calls_unknown') > 0).length;
  const { unreadable } = seen.workflows;
  const gaps = [
    ...(unreadable > 0
      ? [`${counted(unreadable, 'workflow')} came in a form that cannot be read.`]
      : []),
    ...(seen.isOld ? gapsOfOlder : []),
    ...(seen.credentials || seen.isOld
      ? []
      : [
          'Credentials are hidden: the key lacks credential:list. Only those a workflow names are known.',
        ]),
    ...(seen.users ? [] : ['People are hidden: the key lacks user:list.']),
    ...(seen.runs
      ? []
      : ['Executions are hidden: the key lacks execution:list, so last runs are not known.']),
    ...(seen.runs?.isCut ? ['Last runs are known from the newest 1,000 executions only.'] : []),
    ...(unknownCalls > 0
      ? [
          `${counted(unknownCalls, 'workflow')} ${unknownCalls === 1 ? 'calls' : 'call'} others that are only known when they run.`,
        ]
      : []),
  ];
  return {
    workflows: records.length,
    credentials: seen.credentials?.items.length ?? 0,
    users: seen.users?.items.length ?? 0,
    runtimeHosts: {
      nodes: runtime.reduce((sum, nodes) => sum + nodes, 0),
      workflows: runtime.filter((nodes) => nodes > 0).length,
    },
    gaps,
  };
}

/** How many nodes show a fact, counted once where draft and live version both do. */
function nodesOf({ facts }: WorkflowRecord, kind: Fact['kind']): number {
  return new Set(facts.filter((fact) => fact.kind === kind).map((fact) => fact.value)).size;
}
