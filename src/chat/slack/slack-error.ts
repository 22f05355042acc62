import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

import type { PlatformErrorCode } from '../../errors.ts';
import { PlatformError } from '../../errors.ts';

/** Whether a failed call was refused with one of these words of Slack's; without any, by whatever. */
export function isRefusal(error: unknown, ...words: readonly string[]): boolean {
  if (!(error instanceof WebAPIPlatformError)) return false;
  return words.length === 0 || words.includes(error.data.error);
}

type Says = readonly [PlatformErrorCode, string];

/** Slack's own words for what it refused, and ours. */
const meanings: Readonly<Record<string, Says>> = {
  not_authed: ['unauthorized', 'Slack was given no token.'],
  invalid_auth: ['unauthorized', 'Slack does not take the token: it is wrong or was replaced.'],
  account_inactive: ['unauthorized', 'The app was removed from this workspace.'],
  token_revoked: ['unauthorized', 'The app’s token was revoked.'],
  not_allowed_token_type: ['unauthorized', 'Slack was given a token of another kind.'],
  channel_not_found: ['not_found', 'Slack shows Firebreak no such channel.'],
  message_not_found: ['not_found', 'The message is no longer there.'],
  thread_not_found: ['not_found', 'The message is no longer there.'],
  cant_update_message: ['not_found', 'The message is not one that Firebreak may change.'],
  file_not_found: ['not_found', 'The file is gone.'],
  file_deleted: ['not_found', 'The file is gone.'],
  not_enabled: ['refused', 'The app’s Home tab is switched off (docs/slack.md).'],
  user_not_found: ['not_found', 'Slack knows nobody with this id.'],
  not_in_channel: ['refused', 'Firebreak is not in this channel: invite it there.'],
  user_not_in_channel: ['refused', 'They are not in this channel.'],
  is_archived: ['refused', 'The channel is archived.'],
  missing_scope: ['refused', 'The app was not granted what this needs: install it again.'],
  ratelimited: ['rate_limited', 'Slack asks to be called less often.'],
  service_unavailable: ['unavailable', 'Slack is not available just now.'],
  // Both may have done it before they failed, as Slack documents.
  fatal_error: ['unreadable', 'Slack broke off; it may have happened.'],
  internal_error: ['unreadable', 'Slack broke off; it may have happened.'],
  request_timeout: ['timed_out', 'Slack did not read all of it in time; it may have happened.'],
};

/** What a failed call amounts to. Nothing of the original is kept but its code: it names addresses. */
export function slackProblem(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (error instanceof WebAPIRateLimitedError) {
    const retryAfterMs = error.retryAfter * 1000;
    return problem(['rate_limited', 'Slack asks to be called less often.'], error, {
      retryAfterMs,
    });
  }
  if (error instanceof WebAPIPlatformError) return problem(ofWord(error.data.error), error);
  if (error instanceof WebAPIHTTPError) {
    const isTheirs = error.statusCode >= 500;
    const says: Says = isTheirs
      ? ['unreadable', `Slack answered ${error.statusCode}; it may have happened.`]
      : ['refused', `Slack answered ${error.statusCode}.`];
    return problem(says, error, { status: error.statusCode });
  }
  return problem(ofTransport(error), error);
}

function ofWord(word: string): Says {
  // What is no word of Slack's is the page of a proxy, or an answer that was cut.
  if (!/^[a-z0-9_]{1,80}$/.test(word)) {
    return ['unreadable', 'Slack’s answer could not be read; it may have happened.'];
  }
  return meanings[word] ?? ['refused', `Slack refused it (${word}).`];
}

const neverLeft = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT)/;

function ofTransport(error: unknown): Says {
  const code = codeOf(error);
  if (neverLeft.test(code)) return ['unreachable', 'Slack cannot be reached.'];
  if (code === 'TimeoutError') {
    return ['timed_out', 'Slack did not answer in time; it may have happened.'];
  }
  return ['cut', 'The connection to Slack broke; it may have happened.'];
}

/** The innermost code or name of an error, which says how it failed and not where. */
function codeOf(error: unknown): string {
  let found = error instanceof Error ? error.name : '';
  const first: unknown = error instanceof WebAPIRequestError ? error.original : error;
  for (let one = first; one instanceof Error; one = one.cause) {
    if ('code' in one && typeof one.code === 'string') found = one.code;
    else if (one.name !== 'Error' && one.name !== 'TypeError') found = one.name;
  }
  return found;
}

function problem(
  [code, message]: Says,
  cause: unknown,
  how: { readonly retryAfterMs?: number; readonly status?: number } = {},
): PlatformError {
  return new PlatformError('slack', code, message, { cause: new Error(codeOf(cause)), ...how });
}
