import { promises as dns } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { callbackify } from 'node:util';

import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';

import { PlatformError } from '../errors.ts';
import { AddressRefused, isAllowedAddress } from './addresses.ts';
import type { Reach } from './addresses.ts';
import { readAnswer } from './answer-body.ts';
import { Lanes, holdsUpMs } from './lanes.ts';
import { refusedAddress, transportError } from './transport-error.ts';

/** One call to a platform. */
export type GuardedRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Must lie in the origin for which the guard was made. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as an HTML form, instead of a body. */
  readonly form?: Readonly<Record<string, string>>;
  /** `json`: a good answer must be JSON. `none`: only status and headers matter. */
  readonly answer: 'json' | 'none';
  /** Bound on the whole call, in ms. */
  readonly withinMs?: number;
};

export type GuardedAnswer = {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Parsed JSON; undefined when the platform sent none. */
  readonly body: unknown;
};

/**
 * The one way out of Firebreak.
 *
 * Answers whatever status the platform sent, but for redirects, which are refused.
 * @throws PlatformError without address, header or body in its message or cause
 */
export type GuardedFetch = (request: GuardedRequest, signal: AbortSignal) => Promise<GuardedAnswer>;

/** Every address of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export type Limits = {
  readonly connectMs: number;
  /** Bound on the whole call, unless the call names its own. */
  readonly withinMs: number;
  /** Bound on a body, as it comes and after decompression. */
  readonly bodyBytes: number;
  /** How long a read that gets no answer keeps another from being sent, in ms. */
  readonly holdsUpMs: number;
};

/** What an answer may cost unless somebody says otherwise. */
export const usualLimits: Limits = {
  connectMs: 10_000,
  withinMs: 30_000,
  bodyBytes: 64 * 1024 * 1024,
  holdsUpMs,
};

/** Reads that get their answers go so many side by side: listings, probes. */
const readsAtOnce = 4;
/** With those beside them that get none: more of these do not come together within their own bound. */
const readsAtMost = 64;

/**
 * Makes the guard of one origin: it calls nothing else, follows no redirect, looks at every
 * address that the name has and connects to those it looked at.
 *
 * @param options.isPrivate an admin named this host as private: http and private networks are
 *   allowed for it, addresses of cloud metadata are not
 * @throws PlatformError `blocked` when the origin itself may not be called
 */
export function guardedFetch(options: {
  readonly platform: string;
  readonly origin: string;
  readonly isPrivate: boolean;
  readonly resolve?: Resolve;
  readonly limits?: Partial<Limits>;
}): GuardedFetch {
  const { platform } = options;
  const reach: Reach = options.isPrivate ? 'private' : 'global';
  const limits = { ...usualLimits, ...options.limits };
  const origin = checkedOrigin(platform, options.origin, reach);
  const connect = {
    timeout: limits.connectMs,
    lookup: guardedLookup(options.resolve ?? resolveBySystem, reach),
  };
  // One without an answer must not take the place of those by which others are read back.
  const reading = new Agent({ connect, connections: readsAtMost, pipelining: 1 });
  const readLanes = new Lanes(readsAtOnce, { holdsUpMs: limits.holdsUpMs });
  // Writes are sent one by one, but one without an answer stays open beside the others: it must not
  // take the place of what they are sent and read back by.
  const writing = new Agent({ connect, connections: 12, pipelining: 1 });

  return async (call, signal) => {
    const url = checkedUrl(platform, call.url, origin);
    const deadline = AbortSignal.timeout(call.withinMs ?? limits.withinMs);
    const both = AbortSignal.any([signal, deadline]);
    const reads = call.method === 'GET' || call.method === 'OPTIONS';
    const send = async (): Promise<GuardedAnswer> => {
      const response = await request(url, {
        dispatcher: reads ? reading : writing,
        method: call.method,
        headers: headersOf(call, reach),
        ...sent(call),
        headersTimeout: call.withinMs ?? limits.withinMs,
        bodyTimeout: call.withinMs ?? limits.withinMs,
        signal: both,
      });
      const body = await readAnswer(platform, call.answer, response, limits.bodyBytes);
      return { status: response.statusCode, header: headerReader(response.headers), body };
    };
    try {
      return await (reads ? readLanes.take(send, both) : send());
    } catch (error) {
      if (error instanceof PlatformError) throw error;
      throw transportError(platform, error, {
        abandoned: signal.aborted,
        late: deadline.aborted,
        reads,
      });
    }
  };
}

async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  const found = await dns.lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

/**
 * The resolver that sockets use. One forbidden address refuses the whole name: a name that points
 * both inside and outside is how rebinding starts. What is checked here is what is connected to.
 */
function guardedLookup(resolve: Resolve, reach: Reach): LookupFunction {
  const look = callbackify(async (hostname: string) => {
    const found = await resolve(hostname);
    if (found.length === 0 || found.some((address) => !isAllowedAddress(address, reach))) {
      throw new AddressRefused(found);
    }
    return found.map((address) => ({ address, family: isIP(address) }));
  });
  return (hostname, { all }, callback) => {
    look(hostname, (error, found) => {
      const [first] = found ?? [];
      if (error || !first) callback(error ?? new AddressRefused([]), '');
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

function checkedOrigin(platform: string, text: string, reach: Reach): string {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new PlatformError(platform, 'blocked', 'The base URL is not a web address.');
  }
  // Sockets do not ask a resolver about addresses, so those are looked at here.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isAllowedAddress(literal, reach)) {
    throw refusedAddress(platform, isAllowedAddress(literal, 'private'));
  }
  if (url.protocol === 'http:' && reach === 'global') {
    const message =
      'Only https is called over the internet. Use an https address; ' +
      'a host in a private network is connected with --allow-private.';
    throw new PlatformError(platform, 'blocked', message);
  }
  return url.origin;
}

function checkedUrl(platform: string, text: string, origin: string): URL {
  const url = URL.parse(text);
  if (!url || url.origin !== origin || url.username !== '' || url.password !== '') {
    throw new PlatformError(platform, 'blocked', 'A call outside the platform was refused.');
  }
  return url;
}

function sent({ body, form }: GuardedRequest): { body?: string } {
  if (form) return { body: new URLSearchParams(form).toString() };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function headersOf(call: GuardedRequest, reach: Reach): Record<string, string> {
  return {
    'user-agent': 'firebreak',
    // Compressing costs a server next door more than the bytes are worth.
    'accept-encoding': reach === 'private' ? 'identity' : 'gzip',
    ...(call.answer === 'json' ? { accept: 'application/json' } : {}),
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    ...call.headers,
  };
}

function headerReader(headers: Dispatcher.ResponseData['headers']): GuardedAnswer['header'] {
  return (name) => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
