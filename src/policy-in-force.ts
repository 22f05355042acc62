import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { shippedPolicy } from './approval-policy.ts';
import type { PolicyChanges } from './changed-policy.ts';
import { changedPolicy } from './changed-policy.ts';
import type { Asking } from './commands/ask-another.ts';
import { makeOrAsk } from './commands/ask-another.ts';
import type { Decider } from './domain/plan-change.ts';
import { looserThan } from './domain/policy-looser.ts';
import type { ApprovalPolicy } from './domain/policy.ts';
import type { View } from './domain/reply.ts';
import { securityNotices } from './domain/security-leave.ts';
import type { Alone, Loosening } from './domain/security-leave.ts';
import type { SecurityRequest } from './domain/security-request.ts';
import { useUp } from './domain/security-request.ts';
import { instanceChain } from './domain/timeline.ts';
import { UserError } from './errors.ts';
import type { Recorder } from './record/record.ts';
import type { Store } from './store/store.ts';

/** The event by which a policy begins to hold. */
const adoptedKind = 'policy_adopted';

const json: z.ZodType<PolicyChanges> = z.record(z.string(), z.json());
const adopted = z.object({ version: z.int().min(1), changes: json });

/**
 * What the file of a server changes of the policy; nothing without one.
 *
 * @throws UserError `bad_input` naming every fault at once
 */
export async function policyAsked(path: string | undefined): Promise<PolicyChanges> {
  const changes = path === undefined ? {} : await changesIn(path);
  changedPolicy(changes, 1);
  return changes;
}

async function changesIn(path: string): Promise<PolicyChanges> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserError('bad_input', 'The file of POLICY_FILE cannot be read.', {
      hint: `${path}: ${error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'}`,
    });
  });
  const { data } = json.safeParse(parsed(text));
  if (data !== undefined) return data;
  throw new UserError('bad_input', 'The file of POLICY_FILE holds no JSON object.', {
    hint: 'e.g. { "aloneEachHour": 10 }; docs/policy.md tells the rest.',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The policy that holds: the one that was adopted last, else the one that ships. */
export async function policyInForce({
  timeline,
}: Pick<Store, 'timeline'>): Promise<ApprovalPolicy> {
  const event = await timeline.newest(instanceChain, adoptedKind);
  if (event === undefined) return shippedPolicy;
  const { version, changes } = adopted.parse(event.data);
  try {
    return changedPolicy(changes, version);
  } catch (error) {
    // A release without one of these settings: a server that does not start contains nothing.
    if (!(error instanceof UserError)) throw error;
    return { ...shippedPolicy, version };
  }
}

/**
 * Takes up the policy of a file, or goes back to the one that ships, when a server starts.
 *
 * What is stricter holds at once. What is looser waits while an incident is open, and for the yes of
 * another admin; until then the policy goes on that held before.
 *
 * @param tell is told why it was not taken up
 * @throws UserError `bad_input` when there is a fault in the file
 */
export async function adoptPolicy(
  asking: Omit<Asking, 'policy'> & { readonly now: () => Date },
  changes: PolicyChanges,
  tell: (why: string) => void,
): Promise<ApprovalPolicy> {
  const { store, recorder } = asking;
  const before = await policyInForce(store);
  const digest = contentOf(changedPolicy(changes, 1), recorder);
  if (digest === contentOf(before, recorder)) return before;
  const policy = changedPolicy(changes, before.version + 1);
  const wanted = { policy, changes, digest, looser: looserThan(policy, before) };
  try {
    return await takeUp(asking, before, wanted);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell(
      `The approval policy of the file does not hold yet: ${error.message} ${error.hint ?? ''}`.trim(),
    );
    return before;
  }
}

type Wanted = {
  readonly policy: ApprovalPolicy;
  readonly changes: PolicyChanges;
  readonly digest: string;
  /** Than what holds. */
  readonly looser: readonly string[];
};

async function takeUp(
  asking: Omit<Asking, 'policy'> & { readonly now: () => Date },
  before: ApprovalPolicy,
  wanted: Wanted,
): Promise<ApprovalPolicy> {
  const { store, now, newId } = asking;
  const { digest, looser, policy } = wanted;
  const operator = await store.people.byId(store.instance.operator);
  if (operator === undefined) return before;
  const by: Decider = { person: operator, source: 'cli', now: now() };
  const people = await store.people.list();
  const text = looser.length === 0 ? `adopt approval policy ${policy.version}` : loosens(looser);
  const notices = securityNotices(
    `At its start the server took up another approval policy (${policy.version}): \`policy\` shows it.`,
    { people, by, newId },
  );
  if (looser.length === 0) {
    await hold(asking, wanted, { notices });
    return policy;
  }
  await refuseWhileOpen(store);
  const agreed = await agreedTo(store, by, digest);
  if (agreed !== undefined) {
    await hold(asking, wanted, { notices }, agreed);
    return policy;
  }
  const loosening: Loosening = { change: { kind: 'policy', digest, looser }, seen: null, text };
  const answer = await makeOrAsk({ ...asking, policy: before }, by, loosening, async (alone) => {
    await hold(asking, wanted, { notices: [...notices, ...alone.notices] });
    return done;
  });
  if (answer.outcome !== 'open') return policy;
  throw new UserError('not_ready', `${answer.title}.`, {
    hint: 'Once they have agreed (`request list`), start the server again.',
  });
}

const done: View = {
  kind: 'view',
  title: 'Adopted',
  blocks: [],
  next: [],
  audience: 'person',
  outcome: 'done',
  data: {},
};

function loosens(looser: readonly string[]): string {
  return `loosen the approval policy: ${looser.join(' ')}`;
}

/** T-28: whoever is in an incident must not find it easier than before. */
async function refuseWhileOpen(store: Store): Promise<void> {
  if ((await store.workload()).incidentsOpen === 0) return;
  throw new UserError('conflict', 'It is looser, and an incident is open.', {
    hint: 'Start the server again when that is closed.',
  });
}

async function agreedTo(
  { securityRequests }: Store,
  { person, now }: Decider,
  digest: string,
): Promise<SecurityRequest | undefined> {
  const agreed = await securityRequests.approvedOf(person.id, now);
  return agreed.find(({ change }) => change.kind === 'policy' && change.digest === digest);
}

/** From now on it holds; the timeline of the instance tells by which changes, so that it can be read again. */
async function hold(
  { store, now }: Pick<Asking, 'store'> & { readonly now: () => Date },
  { policy, changes, digest, looser }: Wanted,
  { notices }: Pick<Alone, 'notices'>,
  agreed?: SecurityRequest,
): Promise<void> {
  const than = looser.length === 0 ? '' : ` It asks less than before: ${looser.join(' ')}`;
  await store.save({
    ...(agreed === undefined ? {} : { securityRequests: [useUp(agreed)] }),
    notices,
    events: [
      {
        chain: instanceChain,
        kind: adoptedKind,
        actor: { kind: 'firebreak' },
        source: 'system',
        occurredAt: now(),
        text: `Approval policy ${policy.version} holds from now on.${than}`,
        data: {
          version: policy.version,
          digest,
          changes,
          looser,
          ...(agreed === undefined ? {} : { request: agreed.id, name: agreed.name }),
        },
      },
    ],
  });
}

/** SHA-256 of what a policy says, whatever its version. */
function contentOf(
  { version: _version, looser: _looser, ...content }: ApprovalPolicy,
  recorder: Recorder,
): string {
  return recorder.sha256(recorder.canonical(content));
}
