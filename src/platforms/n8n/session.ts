import { z } from 'zod';

import { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import type { GuardedAnswer } from '../guarded-fetch.ts';
import type { N8nApi } from './api.ts';
import { refusal } from './refusal.ts';

/** An API key, and the session of a user where one was given. */
export type N8nSecrets = { readonly key: Secret; readonly session?: Secret };

/** The key is the first line of an n8n connection's secret, `e-mail:password` the second. */
export function secretsIn(secret: Secret): N8nSecrets {
  const text = secret.reveal();
  const end = text.indexOf('\n');
  if (end === -1) return { key: secret };
  const [key, session] = [text.slice(0, end).trim(), text.slice(end + 1).trim()];
  return { key: new Secret(key), ...(session === '' ? {} : { session: new Secret(session) }) };
}

/** n8n takes five sign-ins a minute for one e-mail; a refused one is not tried again before, in ms. */
const refusedForMs = 600_000;
/** Shared by all who wait for it, hence not ended by the signal of one of them; in ms. */
const signInWithinMs = 20_000;

const signedIn = z.object({ data: z.object({ role: z.string().catch('') }) });
const refused = z.object({ code: z.number() });
/** n8n's own code for a user who has a second factor. */
const asksSecondFactor = 998;
const seesAll: ReadonlySet<string> = new Set(['global:owner', 'global:admin']);

type SignedIn = { readonly cookie: Secret; readonly role: string };

/**
 * A user's session, for what n8n shows no API key. The cookie stays in memory.
 *
 * Kept over the lives of connectors, because n8n counts sign-ins and takes its time for each.
 */
export class N8nSession {
  readonly #secret: Secret;
  #signedIn: Promise<SignedIn> | undefined;
  #refused: { readonly until: number; readonly error: PlatformError } | undefined;

  /** @param secret `e-mail:password` */
  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /** True when it was made for this very secret. */
  isOf(secret: Secret): boolean {
    return this.#secret.reveal() === secret.reveal();
  }

  /** True for an owner or admin, who sees every workflow. @throws PlatformError when it is refused */
  async seesAll(api: N8nApi, signal: AbortSignal): Promise<boolean> {
    const { role } = await this.#enter(api);
    signal.throwIfAborted();
    return seesAll.has(role);
  }

  /** Reads below `/rest`; signs in again when n8n no longer knows the session. */
  async get(api: N8nApi, path: string, signal: AbortSignal): Promise<GuardedAnswer> {
    const entered = this.#enter(api);
    const { cookie } = await entered;
    const answer = await api.rest({ method: 'GET', url: path, answer: 'json' }, cookie, signal);
    if (answer.status !== 401) return answer;
    if (this.#signedIn === entered) this.#signedIn = undefined;
    const again = await this.#enter(api);
    return api.rest({ method: 'GET', url: path, answer: 'json' }, again.cookie, signal);
  }

  #enter(api: N8nApi): Promise<SignedIn> {
    if (this.#refused && this.#refused.until > api.now().getTime()) {
      return Promise.reject(this.#refused.error);
    }
    if (this.#signedIn) return this.#signedIn;
    const asked = this.#signIn(api);
    this.#signedIn = asked;
    asked.catch((error: unknown) => {
      if (this.#signedIn === asked) this.#signedIn = undefined;
      if (!(error instanceof PlatformError)) return;
      const isLasting = error.code === 'unauthorized' || error.code === 'rate_limited';
      const waitMs = error.retryAfterMs ?? refusedForMs;
      if (isLasting) this.#refused = { until: api.now().getTime() + waitMs, error };
    });
    return asked;
  }

  async #signIn(api: N8nApi): Promise<SignedIn> {
    const text = this.#secret.reveal();
    const colon = text.indexOf(':');
    const body = { emailOrLdapLoginId: text.slice(0, colon), password: text.slice(colon + 1) };
    const answer = await api.rest(
      { method: 'POST', url: '/login', answer: 'json', body },
      undefined,
      AbortSignal.timeout(signInWithinMs),
    );
    if (answer.status >= 300) throw signInRefusal(answer, api.now());
    const { data } = api.parse(signedIn, answer.body);
    const cookie = /(?:^|,\s*)(n8n-auth=[^;,\s]+)/.exec(answer.header('set-cookie') ?? '')?.[1];
    if (cookie === undefined) {
      throw new PlatformError('n8n', 'unreadable', 'n8n signed the session in and gave no cookie.');
    }
    return { cookie: new Secret(cookie), role: data.role };
  }
}

function signInRefusal(answer: GuardedAnswer, now: Date): PlatformError {
  const said = refused.safeParse(answer.body);
  if (answer.status === 401 && said.data?.code === asksSecondFactor) {
    const says =
      'The user of the session has a second factor, which Firebreak cannot give: take a user of ' +
      'Firebreak’s own, without one.';
    return new PlatformError('n8n', 'unauthorized', says, { status: 401 });
  }
  if (answer.status === 401 || answer.status === 400) {
    const says = 'n8n does not accept the e-mail and password of the session.';
    return new PlatformError('n8n', 'unauthorized', says, { status: answer.status });
  }
  return refusal(answer, { doing: 'sign in', scope: 'a session' }, now);
}
