import type { PlatformErrorCode } from '../../errors.ts';
import { PlatformError } from '../../errors.ts';
import type { GuardedAnswer } from '../guarded-fetch.ts';
import { retryAfterMs } from '../retry-after.ts';
import { refusalAnswer } from './answers.ts';

/** What a call was for: words for the sentence, and the permission that Node-RED asks for it. */
export type Purpose = { readonly doing: string; readonly permission: string };

/** Node-RED locks a user name for so long after too many sign-ins, in ms. */
export const lockedForMs = 600_000;

/** The error that a refusal of Node-RED's admin API amounts to. */
export function refusal(answer: GuardedAnswer, purpose: Purpose, now: Date): PlatformError {
  const wait = retryAfterMs(answer.header('retry-after'), now);
  const [code, says] = byStatus(answer, purpose);
  const again = wait === undefined ? {} : { retryAfterMs: wait };
  return new PlatformError('node-red', code, says, { status: answer.status, ...again });
}

/** Node-RED itself said that user and password do not belong together. */
export class WrongPassword extends PlatformError {
  constructor(message: string) {
    super('node-red', 'unauthorized', message);
  }
}

/** The error that a refused sign-in amounts to. */
export function signInRefusal(answer: GuardedAnswer, now: Date): PlatformError {
  const said = refusalAnswer.safeParse(answer.body);
  if (said.data?.error_description?.startsWith('Too many login attempts')) {
    return new PlatformError(
      'node-red',
      'rate_limited',
      'Node-RED has locked this user name after too many sign-ins, by whomever. It opens again ' +
        'within ten minutes; give Firebreak a user of its own.',
      { retryAfterMs: lockedForMs },
    );
  }
  if (said.data?.error === 'invalid_grant') return new WrongPassword(unauthorizedText);
  return refusal(answer, { doing: 'sign in', permission: '*' }, now);
}

/** True when Node-RED does not know who calls; false when it does, and does not let them. */
export function isUnknownCaller(answer: GuardedAnswer): boolean {
  // A missing permission is a 401 as well, but with an empty body and without a challenge.
  return answer.status === 401 && answer.header('www-authenticate') !== undefined;
}

/** True when the flows have changed since the revision that a deploy names. */
export function isStale(answer: GuardedAnswer): boolean {
  return answer.status === 409;
}

const unauthorizedText =
  'Node-RED does not accept the sign-in of this connection: the password is wrong, or the token ' +
  'is wrong, expired or revoked. Connect again; where people sign in elsewhere, with a token.';

function byStatus(
  answer: GuardedAnswer,
  { doing, permission }: Purpose,
): readonly [PlatformErrorCode, string] {
  const { status } = answer;
  if (isUnknownCaller(answer)) return ['unauthorized', unauthorizedText];
  if (status === 401 || status === 403) {
    return [
      'refused',
      `Node-RED does not let this user ${doing}. Give the user the permission ${permission} in ` +
        'adminAuth of its settings file.',
    ];
  }
  if (status === 404 || status === 405) {
    return [
      'not_found',
      `Nothing at this base URL can ${doing} as Node-RED does. Check it: it is the address of the editor.`,
    ];
  }
  if (status === 409) {
    return ['conflict', 'The flows were deployed by somebody else at the same moment. Try again.'];
  }
  if (status === 413) {
    return [
      'refused',
      'The flows are larger than Node-RED takes in one deploy (apiMaxLength in its settings file).',
    ];
  }
  if (status === 429)
    return ['rate_limited', 'Node-RED, or a proxy, asks to be called less often.'];
  if (status === 408 || status === 502 || status === 504) {
    return [
      'timed_out',
      `A proxy gave up before Node-RED could ${doing} (${status}). It may have happened; Firebreak reads it back.`,
    ];
  }
  if (status >= 500) return ['unavailable', `Node-RED failed to ${doing} (${status}).`];
  return [
    'refused',
    `Node-RED refused the request to ${doing} as it stands (${status}). ` +
      'This may be a version of Node-RED that Firebreak does not know.',
  ];
}
