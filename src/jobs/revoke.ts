import { eventAbout, journalLine, request } from '../domain/action.ts';
import type { Credential } from '../domain/inventory.ts';
import { keyText } from '../domain/inventory.ts';
import type { Json } from '../domain/json.ts';
import type { Action } from '../domain/plan.ts';
import { keptProvider } from '../domain/provider.ts';
import { afterRevocation, recordAfter } from '../domain/revocation-progress.ts';
import type { Liveness, Revocable, Revocation, RevocationRecord } from '../domain/revocation.ts';
import { credentialHash } from '../domain/revoking.ts';
import type { NewTimelineEvent } from '../domain/timeline.ts';
import { PlatformError } from '../errors.ts';
import type { Captured } from '../platforms/platform.ts';
import type { Revoker } from '../revokers/revoker.ts';
import { look, revokeAndProve } from '../revokers/revoker.ts';
import { skip } from './act.ts';
import { attachmentsOf } from './attachments.ts';
import type { Drive } from './drive.ts';
import { sync } from './sync.ts';

/** Time-box for the look at the platform before acting, in ms. */
const lookMs = 60_000;

/**
 * Revokes the credentials of a plan at their providers, one after the other.
 *
 * A provider is asked at most once: what was under way when a process died is only looked at.
 */
export async function revokeAll(drive: Drive): Promise<void> {
  const actions = drive.targets.flat();
  for (const action of actions) {
    if (action.state === 'requested') await takeUp(drive, action);
  }
  const planned = actions.filter(({ state }) => state === 'planned');
  if (planned.length === 0) return;
  const unseen = await lookAgain(drive);
  for (const action of planned) {
    if (!(await drive.mayGoOn())) return;
    await revokeOne(drive, action, unseen);
  }
}

/**
 * Looks at the platform once more, so that what is revoked is still what was approved.
 *
 * @returns why that could not be; a leaked key does not wait for its platform
 */
async function lookAgain({ context, connection, signal }: Drive): Promise<string | undefined> {
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

async function revokeOne(drive: Drive, action: Action, unseen: string | undefined): Promise<void> {
  const { context, connection, signal } = drive;
  const credential = await credentialOf(drive, action);
  const target = drive.plan.targets.find((one) => one.id === action.workflow);
  if (!credential) {
    await skip(drive, [action], 'The platform no longer lists it; look at the provider by hand.');
    return;
  }
  if (credentialHash(credential, context.recorder) !== target?.observedHash) {
    const again = `plan it again: \`cred revoke ${action.ref}\`.`;
    await skip(drive, [action], `It changed since the plan was made; ${again}`);
    return;
  }
  const revoker = context.revokers.at(connection, credential);
  if (!revoker) {
    const reason = 'Firebreak has no way to its provider any more; revoke it by hand.';
    await skip(drive, [action], reason, 'failed');
    return;
  }
  const asked = await ask(drive, action, credential, unseen);
  const { now, wait } = context;
  const revocation = await revokeAndProve(revoker, action.workflow, { now, wait, signal });
  await recordRevocation(drive, asked, revocation);
}

/** Seals what is known of the credential and stores the intent, before the provider is asked. */
async function ask(
  drive: Drive,
  action: Action,
  credential: Credential,
  unseen: string | undefined,
): Promise<Action> {
  const { context, plan } = drive;
  const now = context.now();
  const { type, onlyReferenced, provider } = credential;
  const memo = { type, onlyReferenced, ...(provider ? { provider } : {}) };
  const asked: Action = { ...request(action, undefined, now), memo };
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
        from: { connection, workflow, workflowName },
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

/** A process died between the intent and the answer: looks, and never asks a second time. */
async function takeUp(drive: Drive, action: Action): Promise<void> {
  const revoker = drive.context.revokers.at(drive.connection, revocableOf(action));
  const seen = revoker ? await look(revoker, action.workflow, drive.signal) : 'unknown';
  const state = seen === 'dead' ? 'confirmed_dead' : 'requested_unconfirmed';
  const text = `Firebreak was interrupted while it asked, and asks only once. ${saw[seen]}`;
  await recordRevocation(drive, action, { state, text, at: drive.context.now() });
}

/** What a look at the provider showed, in a sentence. */
export const saw: Readonly<Record<Liveness, string>> = {
  dead: 'The provider refuses it.',
  alive: 'The provider still accepts it.',
  unknown: 'Nothing shows whether the provider still accepts it.',
};

async function recordRevocation(drive: Drive, asked: Action, revocation: Revocation) {
  const { plan } = drive;
  const { state, text, at } = revocation;
  const after = afterRevocation(drive.current(asked), revocation);
  const outcome =
    after.state === 'verified' ? 'ok' : after.state === 'failed' ? 'failed' : 'unknown';
  const before = await recordOf(drive, asked);
  await drive.record({
    actions: [after],
    journal: [journalLine(after, 'after', at, { outcome, text })],
    revocations: [recordAfter(plan, after, revocation, before)],
    events: [
      eventAbout(plan, after, at, {
        ...(after.state === 'verified' ? { text } : {}),
        data: { revocation: state },
      }),
    ],
  });
}

/** What is stored of this credential in the incident. */
export async function recordOf(
  { context, plan }: Drive,
  action: Action,
): Promise<RevocationRecord | undefined> {
  const records = await context.store.revocations.ofIncident(plan.incident);
  return records.find(
    ({ connection, credential }) =>
      connection === action.connection && credential === action.workflow,
  );
}

/** Who can look at the provider of this action's credential, as it was when it was asked. */
export function revokerOf({ context, connection }: Drive, action: Action): Revoker | undefined {
  return context.revokers.at(connection, revocableOf(action));
}

async function credentialOf({ context }: Drive, action: Action): Promise<Credential | undefined> {
  const credentials = await context.store.inventory.credentials();
  return credentials.find(
    ({ connection, id }) => connection === action.connection && id === action.workflow,
  );
}

function revocableOf({ memo }: Action): Revocable {
  const { type, onlyReferenced, provider } = isObject(memo) ? memo : {};
  const known = keptProvider(provider);
  return {
    type: typeof type === 'string' ? type : 'unknown',
    onlyReferenced: onlyReferenced === true,
    ...(known ? { provider: known } : {}),
  };
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
