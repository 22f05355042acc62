import { z } from 'zod';

import type { Liveness } from '../../domain/revocation.ts';
import { PlatformError } from '../../errors.ts';
import type { GuardedAnswer, GuardedRequest } from '../../platforms/guarded-fetch.ts';
import type { HttpRevokerOptions, Revoker } from '../revoker.ts';
import { puttingOff } from '../revoker.ts';

const metadataAnswer = z.object({
  issuer: z.string(),
  revocation_endpoint: z.string().exactOptional(),
  revocation_endpoint_auth_methods_supported: z.array(z.string()).exactOptional(),
  introspection_endpoint: z.string().exactOptional(),
});
type Metadata = z.output<typeof metadataAnswer>;

const introspectionAnswer = z.object({
  active: z.boolean(),
  /** To whom the token was given out; an issuer may leave it out. */
  client_id: z.string().optional(),
});

/**
 * An issuer of OAuth tokens that revokes them (RFC 7009) and says whether they live (RFC 7662).
 *
 * It answers 200 to a token that it does not know as well, so only introspection shows anything:
 * without it nothing is ever called dead.
 */
export class OAuthRevoker implements Revoker {
  readonly #options: HttpRevokerOptions;

  constructor(options: HttpRevokerOptions) {
    this.#options = options;
  }

  async assertCanRevoke(credential: string, signal: AbortSignal): Promise<void> {
    const metadata = await this.#metadata(signal);
    if (metadata.revocation_endpoint === undefined) throw refused(noEndpoint);
    const url = metadata.introspection_endpoint;
    if (url === undefined) return;
    const answer = await this.#ask(metadata, { credential, url, answer: 'json' }, signal);
    if (answer.status === 401) throw unknownClient();
    const { data } = introspectionAnswer.safeParse(answer.body);
    const { account } = this.#options.provider;
    if (data?.client_id === undefined || data.client_id === account) return;
    throw refused(
      'This token was given out to another client, and an issuer lets only that one revoke it.',
    );
  }

  async probe(credential: string, signal: AbortSignal): Promise<Liveness> {
    const metadata = await this.#metadata(signal);
    const url = metadata.introspection_endpoint;
    if (url === undefined) return 'unknown';
    const answer = await this.#ask(metadata, { credential, url, answer: 'json' }, signal);
    const parsed = introspectionAnswer.safeParse(answer.body);
    if (answer.status !== 200 || !parsed.success) return 'unknown';
    return parsed.data.active ? 'alive' : 'dead';
  }

  async revoke(credential: string, signal: AbortSignal): Promise<void> {
    const metadata = await this.#metadata(signal);
    const url = metadata.revocation_endpoint;
    if (url === undefined) throw refused(noEndpoint);
    const answer = await this.#ask(metadata, { credential, url, answer: 'none' }, signal);
    const { status } = answer;
    if (status === 200) return;
    if (status === 401) {
      throw unknownClient();
    }
    if (status === 429) {
      throw puttingOff('oauth', 'rate_limited', 'The issuer asks for a pause.', answer);
    }
    if (status >= 500) {
      throw puttingOff('oauth', 'unavailable', 'The issuer could not revoke it now.', answer);
    }
    throw refused('The issuer does not let this client revoke this token.');
  }

  /** Where it revokes, as it says itself: OpenID Connect first, then RFC 8414. */
  async #metadata(signal: AbortSignal): Promise<Metadata> {
    const { fetch, provider } = this.#options;
    const { baseUrl } = provider;
    const { origin, pathname } = new URL(baseUrl);
    const path = pathname.replace(/\/+$/, '');
    for (const url of [
      `${baseUrl}/.well-known/openid-configuration`,
      `${origin}/.well-known/oauth-authorization-server${path}`,
    ]) {
      const answer = await fetch({ method: 'GET', url, answer: 'json' }, signal);
      if (answer.status === 404) continue;
      // Nothing was asked yet, so it can be asked again.
      if (answer.status >= 500 || answer.status === 429) {
        const code = answer.status === 429 ? 'rate_limited' : 'unavailable';
        throw puttingOff('oauth', code, 'The issuer cannot answer now.', answer);
      }
      const parsed = metadataAnswer.safeParse(answer.body);
      if (answer.status !== 200 || !parsed.success) break;
      if (parsed.data.issuer.replace(/\/+$/, '') === baseUrl) return parsed.data;
      throw refused('The issuer at this address calls itself by another one.');
    }
    throw refused('The issuer does not say where it revokes tokens.');
  }

  async #ask(
    metadata: Metadata,
    call: Pick<GuardedRequest, 'url' | 'answer'> & { readonly credential: string },
    signal: AbortSignal,
  ): Promise<GuardedAnswer> {
    const { provider, secretsOf, fetch } = this.#options;
    const { secret, clientSecret } = await secretsOf(call.credential);
    const client = provider.account ?? '';
    const form = { token: secret.reveal() };
    const { url, answer } = call;
    const request = { method: 'POST', url, answer } as const;
    if (clientSecret === undefined) {
      return fetch({ ...request, form: { ...form, client_id: client } }, signal);
    }
    // RFC 8414: basic where nothing is said.
    const methods = metadata.revocation_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    if (methods.includes('client_secret_basic')) {
      const headers = { authorization: basic(client, clientSecret.reveal()) };
      return fetch({ ...request, headers, form }, signal);
    }
    const own = { client_id: client, client_secret: clientSecret.reveal() };
    return fetch({ ...request, form: { ...form, ...own } }, signal);
  }
}

/** RFC 6749, section 2.3.1: each is form-encoded before both are put together. */
function basic(client: string, secret: string): string {
  const encoded = [client, secret].map((part) =>
    new URLSearchParams([['', part]]).toString().slice(1),
  );
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

const noEndpoint = 'The issuer names no address at which it revokes tokens.';

function unknownClient(): PlatformError {
  return new PlatformError('oauth', 'unauthorized', 'The issuer does not know this client.');
}

function refused(message: string): PlatformError {
  return new PlatformError('oauth', 'refused', message);
}
