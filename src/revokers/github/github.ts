import type { Provider } from '../../domain/provider.ts';
import type { Liveness } from '../../domain/revocation.ts';
import { PlatformError } from '../../errors.ts';
import type { GuardedFetch } from '../../platforms/guarded-fetch.ts';
import type { Revoker, SecretsOf } from '../revoker.ts';

/**
 * GitHub, which takes leaked tokens from anybody: the token alone is authority enough.
 *
 * It answers before the token is dead, and mails its owner. A call with a token of its own would be
 * refused. Source: docs.github.com, REST API, revocation of credentials.
 */
export class GitHubRevoker implements Revoker {
  readonly #provider: Provider;
  readonly #secretsOf: SecretsOf;
  readonly #fetch: GuardedFetch;

  constructor(options: {
    readonly provider: Provider;
    readonly secretsOf: SecretsOf;
    readonly fetch: GuardedFetch;
  }) {
    this.#provider = options.provider;
    this.#secretsOf = options.secretsOf;
    this.#fetch = options.fetch;
  }

  async probe(credential: string, signal: AbortSignal): Promise<Liveness> {
    const { secret } = await this.#secretsOf(credential);
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    const url = `${this.#provider.baseUrl}/user`;
    const { status } = await this.#fetch({ method: 'GET', url, headers, answer: 'none' }, signal);
    if (status === 200) return 'alive';
    return status === 401 ? 'dead' : 'unknown';
  }

  async revoke(credential: string, signal: AbortSignal): Promise<void> {
    const { secret } = await this.#secretsOf(credential);
    const url = `${this.#provider.baseUrl}/credentials/revoke`;
    const body = { credentials: [secret.reveal()] };
    const { status } = await this.#fetch({ method: 'POST', url, body, answer: 'none' }, signal);
    if (status === 202) return;
    if (status === 429 || status === 403) {
      const message = 'GitHub takes no more revocations from here now. Try again in an hour.';
      throw new PlatformError('github', 'rate_limited', message);
    }
    if (status >= 500) {
      throw new PlatformError('github', 'unavailable', 'GitHub could not revoke it now.');
    }
    const message = 'GitHub does not revoke tokens of this kind; its owner deletes it by hand.';
    throw new PlatformError('github', 'refused', message);
  }
}
