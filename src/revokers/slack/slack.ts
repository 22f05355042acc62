import { z } from 'zod';

import type { Liveness } from '../../domain/revocation.ts';
import { PlatformError } from '../../errors.ts';
import type { HttpRevokerOptions, Revoker } from '../revoker.ts';
import { puttingOff } from '../revoker.ts';

const slackAnswer = z.object({
  ok: z.boolean(),
  revoked: z.boolean().optional(),
  error: z.string().optional(),
});
type SlackAnswer = z.output<typeof slackAnswer>;

/**
 * What Slack says of a token that it accepts no more. Everything else shows nothing of the token,
 * `invalid_auth` neither: that is also its answer to addresses which a workspace shuts out, and an
 * allow-list may have been switched on in the middle of the incident.
 */
const saysDead: ReadonlySet<string> = new Set([
  'token_revoked',
  'token_expired',
  'account_inactive',
]);

/** Slack, where whoever has a token may revoke it. It answers 200 to refusals as well. */
export class SlackRevoker implements Revoker {
  readonly #options: HttpRevokerOptions;

  constructor(options: HttpRevokerOptions) {
    this.#options = options;
  }

  async probe(credential: string, signal: AbortSignal): Promise<Liveness> {
    const { ok, error } = await this.#call('auth.test', credential, signal);
    if (ok) return 'alive';
    return error !== undefined && saysDead.has(error) ? 'dead' : 'unknown';
  }

  async revoke(credential: string, signal: AbortSignal): Promise<void> {
    const { ok, revoked, error } = await this.#call('auth.revoke', credential, signal);
    if (ok && revoked === true) return;
    // Somebody else was quicker; that it is dead is for the next look to show.
    if (error !== undefined && saysDead.has(error)) return;
    if (error === 'invalid_auth') {
      const message =
        'Slack takes neither this token nor perhaps this address: where the workspace allows only some, the token may live elsewhere. Remove the app by hand.';
      throw new PlatformError('slack', 'refused', message);
    }
    const message = 'Slack does not let this token revoke itself; remove the app by hand.';
    throw new PlatformError('slack', 'refused', message);
  }

  async #call(method: string, credential: string, signal: AbortSignal): Promise<SlackAnswer> {
    const { provider, secretsOf, fetch } = this.#options;
    const { secret } = await secretsOf(credential);
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    const url = `${provider.baseUrl}/${method}`;
    const answer = await fetch({ method: 'POST', url, headers, form: {}, answer: 'json' }, signal);
    if (answer.status === 429) {
      throw puttingOff('slack', 'rate_limited', 'Slack asks for a pause. Try again soon.', answer);
    }
    const parsed = slackAnswer.safeParse(answer.body);
    if (answer.status === 200 && parsed.success) return parsed.data;
    throw puttingOff('slack', 'unavailable', 'Slack could not answer now.', answer);
  }
}
