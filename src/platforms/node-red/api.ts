import type { z } from 'zod';

import type { Secret } from '../../domain/secret.ts';
import { inKnownForm } from '../answer-form.ts';
import type { GuardedAnswer, GuardedFetch, GuardedRequest } from '../guarded-fetch.ts';
import { readAgainWhenCut } from '../read-again.ts';
import { TheirClock } from '../their-clock.ts';
import { loginAnswer, tokenAnswer } from './answers.ts';
import { isUnknownCaller, refusal, signInRefusal } from './refusal.ts';
import type { Purpose } from './refusal.ts';
import { NodeRedSession } from './session.ts';
import type { Password } from './session.ts';

export type ApiOptions = {
  /** Where the editor is. */
  readonly baseUrl: string;
  /** A token, or `user:password`. */
  readonly token: Secret;
  readonly fetch: GuardedFetch;
  readonly now: () => Date;
  /** What earlier connectors of the same account signed in with. */
  readonly session?: NodeRedSession;
};

/** A deploy answers when every node has closed: 15 s is what Node-RED gives each of them. */
const deployWithinMs = 60_000;

/** Calls Node-RED's admin API: signing in, the clock and refusals. What may be asked is in `client.ts`. */
export class NodeRedApi {
  readonly #options: ApiOptions;
  readonly #session: NodeRedSession;
  readonly #theirClock = new TheirClock();

  constructor(options: ApiOptions) {
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, '') };
    this.#session = options.session ?? new NodeRedSession(options.token);
  }

  now(): Date {
    return this.#options.now();
  }

  /** Node-RED's clock minus ours in ms, as its last answer said; 0 for the same. */
  get clockAheadMs(): number {
    return this.#theirClock.aheadMs;
  }

  async get(
    path: string,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<GuardedAnswer> {
    const call = { method: 'GET', url: path, headers, answer: 'json' } as const;
    return readAgainWhenCut(() => this.#call(call, signal), signal);
  }

  async post(
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<GuardedAnswer> {
    const withinMs = deployWithinMs;
    return this.#call(
      { method: 'POST', url: path, headers, body, answer: 'json', withinMs },
      signal,
    );
  }

  /** @throws PlatformError unless Node-RED did as asked */
  good(answer: GuardedAnswer, purpose: Purpose): unknown {
    if (answer.status < 300) return answer.body;
    throw refusal(answer, purpose, this.now());
  }

  parse<T>(schema: z.ZodType<T>, body: unknown): T {
    return inKnownForm('node-red', 'Node-RED', schema, body);
  }

  /**
   * Asks an address which methods are registered there. Nothing runs, and nobody signs in.
   *
   * @param path from the origin, already encoded
   */
  async options(path: string, signal: AbortSignal): Promise<GuardedAnswer> {
    return this.#outside('OPTIONS', path, signal);
  }

  /** Calls an address as a stranger would; only for addresses at which nothing is registered. */
  async knock(path: string, signal: AbortSignal): Promise<GuardedAnswer> {
    return this.#outside('GET', path, signal);
  }

  /** Where flows are served, when they are served below `root` or below the editor itself. */
  pathsBelow(root: string, url: string): readonly string[] {
    const own = new URL(this.#options.baseUrl).pathname.replace(/\/+$/, '');
    const below = joined(root, url);
    return own === '' ? [below] : [below, joined(own, below)];
  }

  async #outside(
    method: 'GET' | 'OPTIONS',
    path: string,
    signal: AbortSignal,
  ): Promise<GuardedAnswer> {
    const { origin } = new URL(this.#options.baseUrl);
    return this.#options.fetch({ method, url: `${origin}${path}`, answer: 'none' }, signal);
  }

  async #call(call: GuardedRequest, signal: AbortSignal): Promise<GuardedAnswer> {
    const token = await this.#token(signal);
    const answer = await this.#send(call, token, signal);
    if (!isUnknownCaller(answer) || !this.#session.canRenew) return answer;
    // The token has expired or was revoked. Nothing was done, so the call may be made again.
    await this.#session.forget(token);
    return this.#send(call, await this.#token(signal), signal);
  }

  async #send(
    call: GuardedRequest,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<GuardedAnswer> {
    const { baseUrl, fetch } = this.#options;
    const headers = {
      ...call.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch({ ...call, url: `${baseUrl}${call.url}`, headers }, signal);
    this.#theirClock.learn(answer.header('date'), this.now());
    return answer;
  }

  async #token(signal: AbortSignal): Promise<string | undefined> {
    return this.#session.token((given) => this.#signIn(given, signal), this.#options.now);
  }

  async #signIn(
    { username, password }: Password,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { baseUrl, fetch } = this.#options;
    const purpose = { doing: 'sign in', permission: '*' };
    const asked = await fetch(
      { method: 'GET', url: `${baseUrl}/auth/login`, answer: 'json' },
      signal,
    );
    const { type } = this.parse(loginAnswer, this.good(asked, purpose));
    // Without adminAuth in its settings there is nothing to sign in to, and nothing is sent.
    if (type === undefined) return undefined;
    // An empty scope is all that the user may; a named one that is wider would be refused.
    const body = {
      client_id: 'node-red-admin',
      grant_type: 'password',
      scope: '',
      username,
      password,
    };
    const url = `${baseUrl}/auth/token`;
    const answer = await fetch({ method: 'POST', url, body, answer: 'json' }, signal);
    if (answer.status >= 300) throw signInRefusal(answer, this.now());
    return this.parse(tokenAnswer, answer.body).access_token;
  }
}

function joined(root: string, url: string): string {
  return `${root.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`;
}
