import type { Liveness } from '../../domain/revocation.ts';
import { PlatformError } from '../../errors.ts';
import type { HttpRevokerOptions, Revoker } from '../revoker.ts';
import { puttingOff } from '../revoker.ts';

/**
 * GitHub, which takes leaked tokens from anybody: the token alone is authority enough.
 *
 * It answers before the token is dead, and mails its owner. A call with a token of its own would be
 * refused. Source: docs.github.com, REST API, revocation of credentials.
 */
export class GitHubRevoker implements Revoker {
  readonly #options: HttpRevokerOptions;

  constructor(options: HttpRevokerOptions) {
    this.#options = options;
  }

  async probe(credential: string, signal: AbortSignal): Promise<Liveness> {
    const { provider, secretsOf, fetch } = this.#options;
    const { secret } = await secretsOf(credential);
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    const url = `${provider.baseUrl}/user`;
    const { status } = await fetch({ method: 'GET', url, headers, answer: 'none' }, signal);
    if (status === 200) return 'alive';
    return status === 401 ? 'dead' : 'unknown';
  }

  async revoke(credential: string, signal: AbortSignal): Promise<void> {
    const { provider, secretsOf, fetch } = this.#options;
    const { secret } = await secretsOf(credential);
    const url = `${provider.baseUrl}/credentials/revoke`;
    const body = { credentials: [secret.reveal()] };
    const answer = await fetch({ method: 'POST', url, body, answer: 'none' }, signal);
    const { status } = answer;
    if (status === 202) return;
    if (status === 429 || status === 403) {
      const message = 'GitHub takes no more revocations from here now. Try again in an hour.';
      throw puttingOff('github', 'rate_limited', message, answer);
    }
    if (status >= 500) {
      throw puttingOff('github', 'unavailable', 'GitHub could not revoke it now.', answer);
    }
    const message = 'GitHub does not revoke tokens of this kind; its owner deletes it by hand.';
    throw new PlatformError('github', 'refused', message);
  }
}
