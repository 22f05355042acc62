import { eventAbout, journalLine, request as requested } from '../domain/action.ts';
import type { Credential } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import { planAgainLine } from '../domain/plan-words.ts';
import type { Action } from '../domain/plan.ts';
import { credentialHash } from '../domain/revoking.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { PlatformError } from '../errors.ts';
import type { Captured } from '../platforms/platform.ts';
import { attachmentsOf } from './attachments.ts';
import type { Drive } from './drive.ts';
import { skip } from './outcome.ts';
import { isOnlyBlockedByUs } from './own-block.ts';
import { sync } from './sync.ts';

/** Time-box for the look at the platform before acting, in ms. */
const lookMs = 60_000;

/**
 * Looks at the platform once more, so that what is done is done to what was approved.
 *
 * @returns why that could not be; a leaked key does not wait for its platform
 */
export async function lookAgain({
  context,
  connection,
  signal,
}: Drive): Promise<string | undefined> {
  const box = AbortSignal.timeout(lookMs);
  try {
    await sync(context, { connection: connection.id }, AbortSignal.any([signal, box]));
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlatformError) return error.message;
    if (box.aborted) return 'It took too long.';
    throw error;
  }
}

/**
 * The credential of an action, as it was approved.
 *
 * @returns undefined when it is gone or has changed since: then the action was skipped
 */
export async function asPlanned(drive: Drive, action: Action): Promise<Credential | undefined> {
  const credential = await listedAs(drive, action);
  if (!credential) {
    await skip(drive, [action], 'The platform no longer lists it; look at the provider by hand.');
    return undefined;
  }
  const hash = credentialHash(credential, drive.context.recorder);
  if (hash === drive.targetOf(action)?.observedHash) return credential;
  if (await isOnlyBlockedByUs(drive, action)) return credential;
  const again = `plan it again: \`${planAgainLine(drive.plan)}\`.`;
  await skip(drive, [action], `It changed since the plan was made; ${again}`);
  return undefined;
}

/** Seals what is known of the credential and stores the intent, before anybody is asked to act. */
export async function request(
  drive: Drive,
  action: Action,
  credential: Credential,
  unseen: string | undefined,
): Promise<Action> {
  const { context, plan } = drive;
  const now = context.now();
  const { type, onlyReferenced, provider } = credential;
  const memo = { type, onlyReferenced, ...(provider ? { provider } : {}) };
  const asked: Action = { ...requested(action, undefined, now), memo };
  const document = await documentOf(drive, credential);
  const what = `${action.ref} “${action.workflowName}”`;
  const sealed: NewTimelineEvent = {
    chain: plan.incident,
    kind: 'evidence_sealed',
    actor: { kind: 'firebreak' },
    source: 'job',
    occurredAt: now,
    text:
      `${plan.name}: sealed what is known of ${what} before acting: ${document.title}.` +
      (unseen === undefined ? '' : ` The platform could not be looked at again. ${unseen}`),
    attachments: attachmentsOf(context, [document]),
    data: { plan: plan.name, ref: action.ref, credential: action.workflow },
  };
  const { connection, workflow, workflowName } = action;
  await drive.record({
    actions: [asked],
    journal: [journalLine(asked, 'before', now)],
    evidence: [
      {
        ...document,
        id: context.newId(),
        incident: plan.incident,
        collectedAt: now,
        from: { kind: 'workflow', connection, workflow, workflowName },
        plan: plan.id,
      },
    ],
    events: [sealed, eventAbout(plan, asked, now)],
  });
  return drive.current(asked);
}

/** What the inventory holds of a credential and of those who use it; never its value. */
async function documentOf(drive: Drive, credential: Credential): Promise<Captured> {
  const { inventory } = drive.context.store;
  const used = await inventory.usersOfCredentials([credential]);
  const facts = await inventory.factsOf(used.map(({ workflow }) => workflow));
  const { changedAt, ...known } = credential;
  const document = {
    credential: { ...known, changedAt: changedAt?.toISOString() ?? null },
    usedBy: used.map(({ workflow }) => ({
      ref: workflow.ref,
      id: workflow.id,
      name: workflow.name,
      active: workflow.active,
      hosts: (facts.get(keyText(workflow)) ?? [])
        .filter(({ kind }) => kind === 'host')
        .map(({ value }) => value),
    })),
  };
  return {
    title: 'credential.json',
    mediaType: 'application/json',
    bytes: new TextEncoder().encode(JSON.stringify(document, undefined, 2)),
  };
}

async function listedAs({ context }: Drive, action: Action): Promise<Credential | undefined> {
  const credentials = await context.store.inventory.credentials();
  return credentials.find(
    ({ connection, id }) => connection === action.connection && id === action.workflow,
  );
}
