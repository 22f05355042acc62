import { createHmac } from 'node:crypto';

import type { Acked, Envelope, Line } from './envelope.ts';
import type { Fields } from './fields.ts';
import type { Clock } from './hand-clock.ts';
import { slackLimits } from './limits.ts';

/** One signed request, as Slack sends it and as a thief would replay it. */
export type SignedRequest = {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Signs a body as Slack does. @source api.slack.com/authentication/verifying-requests-from-slack */
export function signed(secret: string, body: string, at: Date): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${digest}` };
}

/** Signed requests to the address that the app named. */
export class HttpLine implements Line {
  readonly #url: string;
  readonly #secret: string;
  readonly #clock: Clock;

  constructor(url: string, secret: string, clock: Clock) {
    this.#url = url;
    this.#secret = secret;
    this.#clock = clock;
  }

  /** The request that an envelope is sent as. */
  request({ kind, body, retry }: Envelope): SignedRequest {
    const isEvent = kind === 'events_api';
    const text = isEvent ? JSON.stringify(body) : formOf(kind, body);
    return {
      body: text,
      headers: {
        ...signed(this.#secret, text, this.#clock.now()),
        'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
        ...(retry === undefined
          ? {}
          : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
      },
    };
  }

  async deliver(envelope: Envelope): Promise<Acked> {
    const late = new AbortController();
    const stop = this.#clock.after(slackLimits.ackMs, () => late.abort());
    try {
      const { body, headers } = this.request(envelope);
      const response = await fetch(this.#url, {
        method: 'POST',
        body,
        headers,
        signal: late.signal,
      });
      const text = await response.text();
      if (response.status !== 200) return { kind: 'refused', status: response.status };
      return { kind: 'acked', payload: readAs(response.headers.get('content-type'), text) };
    } catch {
      return { kind: 'none' };
    } finally {
      stop();
    }
  }
}

function formOf(kind: Envelope['kind'], body: Fields): string {
  const form = new URLSearchParams();
  if (kind === 'interactive') form.set('payload', JSON.stringify(body));
  else for (const [name, value] of Object.entries(body)) form.set(name, String(value));
  return form.toString();
}

function readAs(type: string | null, text: string): unknown {
  if (text === '') return undefined;
  return type?.includes('json') === true ? JSON.parse(text) : { text };
}
