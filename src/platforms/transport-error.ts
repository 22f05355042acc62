import type { PlatformErrorCode } from '../errors.ts';
import { PlatformError } from '../errors.ts';
import { AddressRefused } from './addresses.ts';

/**
 * The sentence about a host that may not be called.
 *
 * @param isOpenable it would be called if an admin had named it as private
 */
export function refusedAddress(platform: string, isOpenable: boolean): PlatformError {
  const message = isOpenable
    ? 'The address of this platform is not on the public internet, so it was not called. ' +
      'If it is yours, an admin connects it with --allow-private.'
    : 'The address of this platform leads nowhere or to the credentials of a cloud; it is never called.';
  return new PlatformError(platform, 'blocked', message);
}

/**
 * What a call that got no answer amounts to.
 *
 * The original error names addresses, so only its code is kept as the cause.
 *
 * @param how.abandoned we ourselves gave the call up
 * @param how.late      the bound on the whole call has passed
 * @param how.reads     the call changes nothing, whether it arrived or not
 */
export function transportError(
  platform: string,
  error: unknown,
  how: { readonly abandoned: boolean; readonly late: boolean; readonly reads?: boolean },
): PlatformError {
  const code = codeOf(error);
  if (code === 'ADDRESS_REFUSED') return refusedAddress(platform, mayBeOpened(error));
  const [kind, says, arrived] = how.abandoned
    ? abandoned
    : how.late
      ? timedOut
      : (meanings.find(({ codes }) => codes.test(code))?.says ?? cut);
  const message = arrived === 'maybe' ? unanswered(says, how.reads === true) : says;
  return new PlatformError(platform, kind, message, { cause: new Error(code) });
}

/** Why there is no answer to a call, and what that means for what it was to change. */
export function unanswered(why: string, reads: boolean): string {
  return reads ? why : `${why} The call may have happened; Firebreak reads it back.`;
}

function mayBeOpened(error: unknown): boolean {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof AddressRefused && first.isOpenable;
}

/** The last word: the call may have arrived. */
type Says = readonly [PlatformErrorCode, string, 'maybe'?];

const abandoned: Says = ['cut', 'The call was given up before the platform answered.', 'maybe'];
const timedOut: Says = ['timed_out', 'The platform did not answer in time.', 'maybe'];
const cut: Says = ['cut', 'The connection was cut before the platform answered.', 'maybe'];
const meanings: readonly { readonly codes: RegExp; readonly says: Says }[] = [
  {
    codes: /^(ENOTFOUND|EAI_)/,
    says: [
      'unreachable',
      'The name of this platform cannot be resolved. Check the base URL and DNS.',
    ],
  },
  {
    codes: /^(CERT_|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/,
    says: [
      'unreachable',
      'The certificate of this platform cannot be trusted, so nothing was sent. ' +
        'Renew it, or give Node its authority with NODE_EXTRA_CA_CERTS.',
    ],
  },
  {
    codes: /^(ECONNREFUSED|EHOST|ENET|EADDR|UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)/,
    says: [
      'unreachable',
      'The platform cannot be reached, so nothing was sent. Check that it runs and that this host may call it.',
    ],
  },
  { codes: /^UND_ERR_(HEADERS|BODY)_TIMEOUT/, says: timedOut },
  {
    codes: /^(HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|Z_|ERR__ERROR_FORMAT)/,
    says: ['unreadable', 'The platform sent an answer that cannot be read.', 'maybe'],
  },
];

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  // Trying several addresses at once fails with all their errors together.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error.name;
}
