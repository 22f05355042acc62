import { UserError } from '../errors.ts';
import type { ConnectionFound, ConnectionGiven } from './connecting.ts';
import type { ConnectionId } from './connection.ts';
import type { ItemKey } from './inventory.ts';
import type { Json, JsonObject } from './json.ts';
import { refuseOthers } from './people-change.ts';
import type { Permission, PersonId } from './person.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { Digester } from './plan-digest.ts';
import type { Provider } from './provider.ts';
import type { Liveness } from './revocation.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { instanceChain } from './timeline.ts';
import { span } from './wording.ts';

/** That a platform is connected, or a known connection gets another address or key. */
export type ConnectChange = {
  readonly kind: 'connect';
  readonly connection: ConnectionId;
  readonly given: ConnectionGiven;
  readonly found: ConnectionFound;
  /** The keyed hash of the key, which is stored apart, sealed. */
  readonly fingerprint: string;
};

/** That Firebreak gets a way to the provider of a credential, or another one. */
export type ProviderChange = {
  readonly kind: 'provider';
  readonly key: ItemKey;
  readonly ref: string;
  readonly name: string;
  readonly provider: Omit<Provider, 'revision'>;
  /** What the provider said of the secret when it was asked. */
  readonly seen: Liveness;
  /** The keyed hash of its secrets, which are stored apart, sealed. */
  readonly fingerprint: string;
};

/** A change of Firebreak's own security that loosens it, as it was asked for. */
export type SecurityChange =
  | ConnectChange
  | ProviderChange
  | {
      readonly kind: 'add';
      readonly person: PersonId;
      readonly handle: string;
      readonly name: string;
      readonly permissions: readonly Permission[];
    }
  | {
      readonly kind: 'grant';
      readonly person: PersonId;
      readonly permissions: readonly Permission[];
    }
  /** The approval policy of a file; the yes lets the next server that starts take it up. */
  | { readonly kind: 'policy'; readonly digest: string; readonly looser: readonly string[] }
  /** `invite`: the yes lets who asked make one token or invitation. */
  | { readonly kind: 'enable' | 'factor' | 'invite'; readonly person: PersonId };

export const securityRequestStates = [
  'open',
  'approved',
  'used',
  'denied',
  'expired',
  'void',
] as const;
export type SecurityRequestState = (typeof securityRequestStates)[number];

/** One admin asks another one for a change; it is made by the yes of the other, once. */
export type SecurityRequest = {
  readonly id: string;
  /** `S-3`; empty until it is stored. */
  readonly name: string;
  readonly change: SecurityChange;
  /** What it changes was like this when it was asked for. */
  readonly seen: Json;
  /** What it does, as others read it: `make @ana approver`. */
  readonly text: string;
  /** The version of the policy by which it is asked for. */
  readonly policy: number;
  readonly requestedBy: PersonId;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  /** 32 random bytes, base64url. */
  readonly nonce: string;
  /** SHA-256 over all of the above but the names. */
  readonly digest: string;
  readonly state: SecurityRequestState;
  readonly decidedBy?: PersonId;
  readonly decidedAt?: Date;
  readonly revision: number;
};

/** What is asked for, before it is frozen. */
export type Wanted = {
  readonly id: string;
  readonly nonce: string;
  readonly change: SecurityChange;
  readonly seen: Json;
  readonly text: string;
  readonly policy: number;
  readonly lifeMs: number;
};

/** What a decision on a request leaves to be stored. */
export type SecurityRequestChange = {
  readonly securityRequests: readonly SecurityRequest[];
  readonly events: readonly NewTimelineEvent[];
};

/** Asks another admin. Nothing changes by it. @throws UserError `not_allowed` */
export function askAnother(wanted: Wanted, by: Decider, digester: Digester): SecurityRequestChange {
  refuseOthers(by.person);
  const { lifeMs, ...rest } = wanted;
  const frozen = {
    ...rest,
    requestedBy: by.person.id,
    requestedAt: by.now,
    expiresAt: new Date(by.now.getTime() + lifeMs),
  };
  const request: SecurityRequest = {
    ...frozen,
    name: '',
    digest: securityDigestOf(frozen, digester),
    state: 'open',
    revision: 0,
  };
  const event = eventOf(request, by, 'security_requested', `asks another admin to ${wanted.text}.`);
  return { securityRequests: [request], events: [event] };
}

/** True while another admin may decide. */
export function isOpenAt(request: SecurityRequest, now: Date): boolean {
  return request.state === 'open' && now < request.expiresAt;
}

/**
 * Says yes to exactly what was asked for. Whoever stores it stores what it changes with it.
 *
 * @throws UserError `not_allowed` for who asked, and for others than admins; `conflict` when it was
 *   decided, is too old, or is no longer what was asked for
 */
export function agree(
  request: SecurityRequest,
  by: Decider,
  digester: Digester,
): SecurityRequestChange {
  refuseOthers(by.person);
  assertOpen(request, by.now);
  if (by.person.id === request.requestedBy) {
    throw new UserError(
      'not_allowed',
      `Another admin than who asked says yes to ${request.name}.`,
      {
        hint: '`person list` shows who is admin.',
      },
    );
  }
  assertUntouched(request, digester);
  return decided(request, by, 'approved', `agreed to ${request.text}.`);
}

/**
 * The local operator, who has the machine, does alone what they asked for, and says why.
 *
 * @throws UserError as `agree`, but `not_allowed` for others than who asked
 */
export function goAlone(
  request: SecurityRequest,
  by: Decider,
  reason: string,
  digester: Digester,
): SecurityRequestChange {
  refuseOthers(by.person);
  assertOpen(request, by.now);
  if (by.person.id !== request.requestedBy) {
    throw new UserError('not_allowed', `Somebody else asked for ${request.name}.`, {
      hint: `You are the other admin: \`request approve ${request.name}\``,
    });
  }
  assertUntouched(request, digester);
  const change = decided(request, by, 'approved', `did alone: ${request.text}. Why: ${reason}`);
  return {
    ...change,
    events: change.events.map((event) => ({
      ...event,
      kind: 'security_alone',
      data: { ...event.data, reason },
    })),
  };
}

/** Uses up what was agreed to for later; once. */
export function useUp(request: SecurityRequest): SecurityRequest {
  return { ...request, state: 'used' };
}

/** Says no, or takes back what one asked for; it ends with it. @throws UserError as `agree` */
export function refuse(
  request: SecurityRequest,
  by: Decider,
  reason: string | undefined,
): SecurityRequestChange {
  refuseOthers(by.person);
  assertOpen(request, by.now);
  const says = by.person.id === request.requestedBy ? 'no longer asks' : 'refused';
  const why = reason === undefined ? '.' : `: ${reason}`;
  return decided(request, by, 'denied', `${says} to ${request.text}${why}`);
}

/** Ends what cannot be done any more as it was asked for. */
export function voidRequest(request: SecurityRequest, by: Decider): SecurityRequestChange {
  const text = `wanted to agree to ${request.text}, which is no longer as it was when it was asked for.`;
  return decided(request, by, 'void', text);
}

/** Ends what nobody decided in time; undefined while it is not over. */
export function expire(request: SecurityRequest, now: Date): SecurityRequestChange | undefined {
  if (request.state !== 'open' || now < request.expiresAt) return undefined;
  const event: NewTimelineEvent = {
    chain: instanceChain,
    actor: { kind: 'firebreak' },
    source: 'system',
    occurredAt: now,
    kind: 'security_expired',
    text: `${request.name}: nobody decided in time whether to ${request.text}.`,
    data: dataOf(request),
  };
  return {
    securityRequests: [{ ...request, state: 'expired', decidedAt: now }],
    events: [event],
  };
}

/** SHA-256 over the RFC 8785 form of what was asked for: what the other admin agrees to. */
export function securityDigestOf(
  request: Omit<
    SecurityRequest,
    'name' | 'digest' | 'state' | 'decidedBy' | 'decidedAt' | 'revision'
  >,
  digester: Digester,
): string {
  const { id, change, seen, text, policy, requestedBy, requestedAt, expiresAt, nonce } = request;
  return digester.sha256(
    digester.canonical({
      id,
      change,
      seen,
      text,
      policy,
      requestedBy,
      requestedAt: requestedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      nonce,
    }),
  );
}

function assertUntouched(request: SecurityRequest, digester: Digester): void {
  if (securityDigestOf(request, digester) === request.digest) return;
  throw new UserError(
    'conflict',
    `REQUEST_TAMPERED: what is stored of ${request.name} is no longer what was asked for, so it cannot be used.`,
    { hint: 'Somebody changed it in the database: treat that as an incident.' },
  );
}

function assertOpen(request: SecurityRequest, now: Date): void {
  if (isOpenAt(request, now)) return;
  const { name, state, expiresAt } = request;
  const ago = span(now.getTime() - expiresAt.getTime());
  const became =
    state === 'open' || state === 'expired'
      ? `${name} is too old since ${ago}`
      : `${name} is ${state} already`;
  throw new UserError('conflict', `${became}; nothing is done twice.`, {
    hint: '`request list` shows what waits; whoever asked asks again.',
  });
}

function decided(
  request: SecurityRequest,
  by: Decider,
  state: SecurityRequestState,
  text: string,
): SecurityRequestChange {
  return {
    securityRequests: [{ ...request, state, decidedBy: by.person.id, decidedAt: by.now }],
    events: [eventOf(request, by, `security_${state}`, text)],
  };
}

function eventOf(
  request: SecurityRequest,
  by: Decider,
  kind: string,
  text: string,
): NewTimelineEvent {
  const named = request.name === '' ? '' : `${request.name}: `;
  return {
    chain: instanceChain,
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    kind,
    text: `${named}@${by.person.handle} ${text}`,
    data: { ...dataOf(request), ...(by.steppedUp ? { code: by.steppedUp } : {}) },
  };
}

function dataOf({ id, name, digest, change }: SecurityRequest): JsonObject {
  return { request: id, ...(name === '' ? {} : { name }), digest, change };
}
