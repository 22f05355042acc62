import type { RawFile, REST } from 'discord.js';

import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import type { PlatformErrorCode } from '../../errors.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One call of Discord's REST interface. */
export type DiscordCall = {
  readonly method: Method;
  readonly route: `/${string}`;
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  readonly files?: readonly RawFile[];
  /** The token is in the route: the answers to what people said. */
  readonly isAnswer?: true;
};

type Rest = Pick<REST, Method | 'setToken'>;

/** Calls Discord once; 429 and outages are for whoever asked. */
export class DiscordApi {
  readonly #rest: Rest;
  readonly #answers: Rest;
  readonly #token: Secret;

  /**
   * @param rest that neither tries again nor waits for limits
   * @param answers the same for the answers to what people said, which count for no limit of the
   *   bot's: what fills it must not make them late
   */
  constructor(rest: Rest, token: Secret, answers: Rest = rest) {
    this.#rest = rest;
    this.#answers = answers;
    this.#token = token;
  }

  /** @throws PlatformError */
  async call(call: DiscordCall, signal: AbortSignal): Promise<unknown> {
    const { method, route, isAnswer, body, query, files } = call;
    const rest = isAnswer ? this.#answers : this.#rest;
    // It forgets the token after a 401, and would then say something else.
    rest.setToken(this.#token.reveal());
    try {
      return await rest[method](route, {
        auth: isAnswer !== true,
        signal,
        ...(body === undefined ? {} : { body }),
        ...(query === undefined ? {} : { query }),
        ...(files === undefined ? {} : { files: [...files] }),
      });
    } catch (error) {
      throw platformErrorOf(error, signal);
    }
  }
}

/** The number that Discord gave its refusal: `10062` for an interaction it does not know any more. */
export function discordCode(error: unknown): number | undefined {
  const cause = error instanceof PlatformError ? error.cause : error;
  const code = isRecord(cause) ? cause['code'] : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** The id of what Discord answered with. @throws PlatformError `unreadable` */
export function idIn(answer: unknown): string {
  const id = isRecord(answer) ? answer['id'] : undefined;
  if (typeof id === 'string') return id;
  throw failed('unreadable', 'Discord answered with something that is no message.');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts what went wrong into the house's words; neither the address nor the body is in them. */
export function platformErrorOf(error: unknown, signal?: AbortSignal): PlatformError {
  if (error instanceof PlatformError) return error;
  const { name, status, retryAfter, code } = isRecord(error) ? error : {};
  if (typeof retryAfter === 'number') {
    const retryAfterMs = Math.max(0, Math.ceil(retryAfter));
    return failed('rate_limited', 'Discord asks to wait.', error, { retryAfterMs, status: 429 });
  }
  if (typeof status === 'number') return byStatus(status, error);
  if (name === 'AbortError' || name === 'TimeoutError' || signal?.aborted === true) {
    return failed('timed_out', 'Discord did not answer in time; it may have arrived.', error);
  }
  if (code === 'TokenInvalid') return byStatus(401, error);
  if (typeof code === 'string' && unreachableCodes.includes(code)) {
    return failed('unreachable', 'Discord cannot be reached.', error);
  }
  return failed('cut', 'The connection to Discord broke; it may have arrived.', error);
}

const unreachableCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

function byStatus(status: number, error: unknown): PlatformError {
  const known = statuses.find(([from]) => status >= from);
  const [, code, message] = known ?? [0, 'refused', 'Discord refused it.'];
  return failed(code, message, error, { status });
}

/** The first whose status is not above the one that came. */
const statuses: readonly (readonly [number, PlatformErrorCode, string])[] = [
  [504, 'unreadable', 'Discord failed on the way; it may have arrived.'],
  [503, 'unavailable', 'Discord is not available.'],
  [500, 'unreadable', 'Discord failed; it may have arrived.'],
  [405, 'refused', 'Discord refused it.'],
  [404, 'not_found', 'What was meant is no longer there on Discord.'],
  [403, 'refused', 'Discord says that the bot may not do that there.'],
  [402, 'refused', 'Discord refused it.'],
  [401, 'unauthorized', 'Discord does not accept the token.'],
];

function failed(
  code: PlatformErrorCode,
  message: string,
  cause?: unknown,
  more: { readonly retryAfterMs?: number; readonly status?: number } = {},
): PlatformError {
  return new PlatformError('discord', code, message, { cause, ...more });
}
