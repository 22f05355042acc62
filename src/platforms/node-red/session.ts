import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import { WrongPassword, lockedForMs } from './refusal.ts';

/** A user name and password, for which Node-RED gives out a token. */
export type Password = { readonly username: string; readonly password: string };

/** Asks Node-RED for a token. @returns undefined when it asks nobody to sign in */
export type SignIn = (given: Password) => Promise<string | undefined>;

/**
 * How an account signs in: by a token as it is, or by `user:password`, for which Node-RED gives out
 * a token that lasts a week.
 *
 * Kept over the lives of connectors, because each sign-in leaves a token behind in Node-RED, and
 * because it locks a user name, also for the right password, after five wrong ones: a refused
 * password, and a locked name, is not tried again before the lock has ended.
 */
export class NodeRedSession {
  readonly #secret: Secret;
  #token: Promise<string | undefined> | undefined;
  #refused: { readonly until: number; readonly error: PlatformError } | undefined;

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /** True when it was made for this very secret. */
  isOf(secret: Secret): boolean {
    return this.#secret.reveal() === secret.reveal();
  }

  /** True when a new token can be had for the old one. */
  get canRenew(): boolean {
    return passwordIn(this.#secret) !== undefined;
  }

  /** The token to send. @returns undefined when Node-RED asks nobody to sign in */
  async token(signIn: SignIn, now: () => Date): Promise<string | undefined> {
    const given = passwordIn(this.#secret);
    if (!given) return this.#secret.reveal();
    if (this.#refused && this.#refused.until > now().getTime()) throw this.#refused.error;
    const asked = (this.#token ??= signIn(given));
    try {
      return await asked;
    } catch (error) {
      if (this.#token === asked) this.#token = undefined;
      if (isLasting(error)) {
        this.#refused = { until: now().getTime() + (error.retryAfterMs ?? lockedForMs), error };
      }
      throw error;
    }
  }

  /** Node-RED no longer knows this token, so the next call signs in anew. */
  async forget(token: string | undefined): Promise<void> {
    const known = this.#token;
    if (known && (await known.catch(() => undefined)) === token && this.#token === known) {
      this.#token = undefined;
    }
  }
}

/** Asking again would get the same answer, and lock the user's name for longer. */
function isLasting(error: unknown): error is PlatformError {
  if (error instanceof WrongPassword) return true;
  return error instanceof PlatformError && error.code === 'rate_limited';
}

/** Tokens of Node-RED hold no colon, so one tells the two kinds apart. */
function passwordIn(secret: Secret): Password | undefined {
  const text = secret.reveal();
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
