import type { PlatformErrorCode } from '../../errors.ts';
import { PlatformError } from '../../errors.ts';
import type { GuardedAnswer } from '../guarded-fetch.ts';
import { retryAfterMs } from '../retry-after.ts';

/** What a call was for: words for the sentence, and the scope that n8n asks for it. */
export type Purpose = {
  readonly doing: string;
  readonly scope: string;
  /** The call changes something, so whether it took effect matters when nobody says. */
  readonly writes?: boolean;
};

/** A proxy gave up waiting for n8n: 408 and 504, and 524 of Cloudflare. */
const waitedInVain: ReadonlySet<number> = new Set([408, 504, 524]);
/** A proxy lost n8n's answer, not the call: 502, and 520 of Cloudflare. */
const lostTheAnswer: ReadonlySet<number> = new Set([502, 520]);

/** How soon a call is repeated that met a workflow which n8n is still unpublishing, in ms. */
const stillUnpublishingMs = 500;

/**
 * The error that a refusal of n8n amounts to.
 *
 * n8n's refusals hold one English sentence and no code, so the known sentences are told apart here.
 * Their text is never passed on: it can hold names, and paths of webhooks.
 */
export function refusal(answer: GuardedAnswer, purpose: Purpose, now: Date): PlatformError {
  const { status } = answer;
  const text = messageOf(answer.body);
  const known = sentences.find((one) => one.status === status && one.when.test(text));
  if (known) {
    const again = known.retryAfterMs;
    return new PlatformError(
      'n8n',
      known.code,
      known.says,
      again === undefined ? {} : { retryAfterMs: again },
    );
  }
  if (status === 404 && answer.body === undefined) {
    const says =
      'Nothing that speaks n8n’s API answers at this base URL. Check it: it is the address of the ' +
      'editor, without /api/v1.';
    return new PlatformError('n8n', 'not_found', says);
  }
  const wait = retryAfterMs(answer.header('retry-after'), now);
  const [code, says] = byStatus(status, purpose, wait);
  const again = wait === undefined ? {} : { retryAfterMs: wait };
  const asking = purpose.writes ? {} : { asking: purpose.doing };
  return new PlatformError('n8n', code, says, { status, ...again, ...asking });
}

/** True when n8n said that it has no such endpoint at all, which is not "no such item". */
export function isMissingEndpoint(answer: GuardedAnswer): boolean {
  // Items are `Not Found`, or a sentence; a missing route is `not found` (2.40.7).
  return (answer.status === 404 && messageOf(answer.body) === 'not found') || answer.status === 405;
}

/** True for what n8n 1.x makes of an endpoint behind a workflow that it lacks: a version of that name. */
export function isMissingVersion(answer: GuardedAnswer): boolean {
  return answer.status === 404 && /^Version not found/i.test(messageOf(answer.body));
}

/** True for the answer to unarchiving what is not archived. */
export function isNotArchived(answer: GuardedAnswer): boolean {
  return answer.status === 400 && /not archived/i.test(messageOf(answer.body));
}

type Known = {
  readonly status: number;
  readonly when: RegExp;
  readonly code: PlatformErrorCode;
  readonly says: string;
  readonly retryAfterMs?: number;
};

const sentences: readonly Known[] = [
  {
    status: 403,
    when: /license/i,
    code: 'refused',
    says: 'n8n has no licence for this, so it cannot be done from here.',
  },
  {
    status: 404,
    when: /^Version not found/i,
    code: 'not_found',
    says:
      'n8n no longer keeps the version that was live. Put the saved live-version.json from the ' +
      'evidence back by hand, then publish it.',
  },
  {
    status: 404,
    when: /^(Not Found$|You do not have permission to|Workflow not found)/,
    code: 'not_found',
    says: 'n8n shows no such workflow to this API key: it was deleted, or is not shared with the key’s owner.',
  },
  {
    status: 404,
    when: /^Credential not found/i,
    code: 'not_found',
    says: 'n8n shows no such credential to this API key: it was deleted, or is not shared with the key’s owner.',
  },
  {
    status: 400,
    when: /^Managed credentials cannot be updated/i,
    code: 'refused',
    says: 'n8n manages this credential itself, so it cannot be changed from here.',
  },
  {
    status: 409,
    when: /conflict with one of the webhooks/i,
    code: 'conflict',
    says:
      'Another published workflow has taken one of its webhook paths meanwhile. Switch that one ' +
      'off, or change its path, and try again.',
  },
  {
    status: 409,
    when: /still being unpublished/i,
    code: 'conflict',
    says: 'n8n is still unpublishing this workflow. Try again in a moment.',
    retryAfterMs: stillUnpublishingMs,
  },
  {
    status: 409,
    when: /Only running or waiting executions can be stopped/i,
    code: 'conflict',
    says: 'This execution has already ended.',
  },
  {
    status: 400,
    when: /which is not published|publish all referenced sub-workflows/i,
    code: 'conflict',
    says: 'It calls a workflow that is not published. Switch its sub-workflows on first.',
  },
  {
    status: 400,
    when: /archived workflow/i,
    code: 'conflict',
    says: 'It is archived in n8n. Unarchive it there first.',
  },
  {
    status: 400,
    when: /Unrecognized node type/i,
    code: 'conflict',
    says: 'n8n no longer knows one of its node types (removed or excluded), so it cannot be published.',
  },
  {
    status: 400,
    when: /no trigger node/i,
    code: 'conflict',
    says: 'It has no trigger node, so n8n cannot publish it.',
  },
];

function byStatus(
  status: number,
  { doing, scope, writes = false }: Purpose,
  wait: number | undefined,
): readonly [PlatformErrorCode, string] {
  if (writes && (waitedInVain.has(status) || lostTheAnswer.has(status))) {
    return [
      'timed_out',
      `Nobody said whether n8n could ${doing} (${status}). It may have happened; Firebreak reads it back.`,
    ];
  }
  if (waitedInVain.has(status)) {
    return ['timed_out', `n8n did not ${doing} in time (${status}). ${tryAgain(wait)}`];
  }
  if (status === 401) {
    return [
      'unauthorized',
      'n8n does not accept the API key of this connection: it is wrong, expired or revoked. ' +
        'Make a new one in n8n (Settings, n8n API) and connect again.',
    ];
  }
  if (status === 403) {
    return [
      'refused',
      `n8n does not let this API key ${doing}. Give the key the scope ${scope}; ` +
        'a key can only have what the role of its owner allows.',
    ];
  }
  if (status === 404 || status === 405) {
    return ['not_found', `This n8n has no way to ${doing} over its API; a newer n8n may.`];
  }
  if (status === 409) return ['conflict', `n8n could not ${doing}: it changed meanwhile.`];
  if (status === 429)
    return ['rate_limited', `n8n asks to be called less often. ${tryAgain(wait)}`];
  if (status >= 500) {
    return ['unavailable', `n8n failed to ${doing} (${status}). ${tryAgain(wait)}`];
  }
  return [
    'refused',
    `n8n refused the request to ${doing} as it stands (${status}). ` +
      'This may be a version of n8n that Firebreak does not know.',
  ];
}

function tryAgain(waitMs: number | undefined): string {
  if (waitMs === undefined) return 'Try again in a moment.';
  return `Try again in ${Math.ceil(waitMs / 1_000)} s.`;
}

function messageOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('message' in body)) return '';
  return typeof body.message === 'string' ? body.message : '';
}
