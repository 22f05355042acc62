import { UserError } from '../errors.ts';
import { assertMayTouch } from './can-act.ts';
import type { Connection } from './connection.ts';
import type { Incident } from './incident.ts';
import type { Credential, Workflow } from './inventory.ts';
import { isOn } from './inventory.ts';
import type { Json } from './json.ts';
import type { Decider, PlanChange } from './plan-change.ts';
import { planEvent } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import { isUnfinished } from './plan-progress.ts';
import type { Plan, PlanTarget } from './plan.ts';
import { actionsOf, assertOpen, freeze } from './planning.ts';
import type { ApprovalPolicy } from './policy.ts';
import { providerAt, providerWarnings } from './provider.ts';
import type { RevocationRecord } from './revocation.ts';
import { isDead } from './revocation.ts';
import { counted, listed } from './wording.ts';

/** What a plan to revoke one credential is made of. */
export type RevocationInput = {
  readonly incident: Incident;
  readonly credential: Credential;
  readonly connection: Connection;
  /** Workflows that use it now, active or not. */
  readonly users: readonly Workflow[];
  /** The plans of the incident. */
  readonly others: readonly Plan[];
  /** What became of it in this incident so far. */
  readonly before: RevocationRecord | undefined;
  /** For people to read: what asked for it. */
  readonly query: string;
  readonly policy: ApprovalPolicy;
  readonly by: Decider;
  readonly newId: () => string;
  readonly nonce: string;
  readonly digester: Digester;
};

/** A plan to revoke, not yet stored. */
export type RevocationProposal = { readonly plan: Plan; readonly change: PlanChange };

/**
 * Freezes the revocation of one credential at its provider into a plan of class R3.
 *
 * It cannot be taken back, so it needs two persons, however few workflows use it: who asks for it,
 * and another one who is an approver.
 *
 * @throws UserError `conflict` when it is dead, is being revoked already, or the incident is closed
 */
export function proposeRevocation(input: RevocationInput): RevocationProposal {
  const { incident, credential, connection, by } = input;
  assertOpen(incident);
  assertMayTouch(connection, incident);
  const what = `${credential.ref} “${credential.name}”`;
  if (input.before && isDead(input.before)) {
    const { plan: shownBy } = input.before;
    const shower = input.others.find(({ id }) => id === shownBy);
    throw new UserError('conflict', `${what} is dead: ${input.before.text}`, {
      hint:
        shower === undefined
          ? '`cred status` shows how that is known.'
          : `\`cred status\` shows how that is known; \`contain verify ${shower.name}\` looks once more.`,
    });
  }
  const going = input.others.find(
    (plan) =>
      plan.purpose === 'revoke' &&
      isUnfinished(plan, by.now) &&
      plan.targets.some(({ connection: on, id }) => on === connection.id && id === credential.id),
  );
  if (going) {
    throw new UserError('conflict', `${what} has its plan: ${going.name} is ${going.state}.`, {
      hint: `See \`contain status ${going.name}\`.`,
    });
  }
  const { provider } = credential;
  const plan = freeze(input, {
    purpose: 'revoke',
    levers: ['revoke'],
    targets: [
      {
        ...credentialTarget(input),
        ...(provider ? { beware: providerWarnings[provider.kind] } : {}),
      },
    ],
    on: [connection],
    credentialsFinal: false,
  });
  return {
    plan,
    change: {
      plans: [plan],
      actions: actionsOf(plan, input.newId),
      events: [planEvent(plan, by, proposedEvent(plan, what))],
    },
  };
}

/** So many workflows that will fail are named; `cred where` names all. */
const namedAtMost = 40;

/** What breaks: the workflows that use it, in sentences. */
export function breaksWithout(users: readonly Workflow[]): readonly string[] {
  const active = users.filter(isOn);
  const off = users.length - active.length;
  return [
    ...(active.length === 0
      ? []
      : [
          `${counted(active.length, 'workflow')} will fail: ${listed(
            active.map(({ ref, name }) => `${ref} “${name}”`),
            namedAtMost,
          )}.`,
        ]),
    ...(off === 0
      ? []
      : [
          `${counted(off, 'workflow')} that ${off === 1 ? 'is' : 'are'} off would fail once switched on.`,
        ]),
  ];
}

/** Hash of what makes a credential this very one. A plan is void for it once that has changed. */
export function credentialHash(credential: Credential, digester: Digester): string {
  const identity: Json = {
    connection: credential.connection,
    id: credential.id,
    name: credential.name,
    type: credential.type,
    owner: credential.owner ?? null,
    changedAt: credential.changedAt?.toISOString() ?? null,
    ...(credential.provider ? { provider: credential.provider } : {}),
  };
  return digester.sha256(digester.canonical(identity));
}

/** A credential as what a plan is about: what is known of it, and which workflows fail without it. */
export function credentialTarget({
  credential,
  connection,
  users,
  digester,
  by,
}: Pick<RevocationInput, 'credential' | 'connection' | 'users' | 'digester' | 'by'>): PlanTarget {
  return {
    connection: connection.id,
    id: credential.id,
    ref: credential.ref,
    name: credential.name,
    observedHash: credentialHash(credential, digester),
    observedAt: connection.syncedAt ?? by.now,
    active: true,
    breaks: breaksWithout(users),
    because: [
      `${credential.type} on ${connection.name}`,
      ...(credential.provider ? [providerAt(credential.provider)] : []),
    ],
  };
}

function proposedEvent(plan: Plan, what: string) {
  const broken = plan.targets.flatMap(({ breaks }) => breaks);
  const beware = plan.targets.flatMap((target) => target.beware ?? []);
  return {
    kind: 'plan_proposed',
    text:
      `Planned to revoke ${what} at its provider, which cannot be taken back. ` +
      `${broken.length === 0 ? 'No workflow is known to use it.' : broken.join(' ')} ` +
      beware.map((text) => `${text} `).join('') +
      'It needs the yes of another person who is an approver.',
    data: {
      ...(plan.leave ? { class: plan.leave.class, policy: plan.leave.policy } : {}),
      query: plan.query,
      digest: plan.digest,
      targets: plan.targets.map((target) => target.ref),
      levers: [...plan.levers],
      approvalsNeeded: plan.approvalsNeeded,
      expiresAt: plan.expiresAt.toISOString(),
    },
  };
}
