import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Secret } from '../../domain/secret.ts';
import type { SurfaceAnswer, SurfaceRequest } from '../chat.ts';
import type { Receive } from './listener.ts';

/** So far may Slack's clock and ours be apart, either way, in seconds. */
const skewSeconds = 300;

/**
 * Slack over HTTP: only what Slack signed, just now, and once.
 *
 * @source api.slack.com/authentication/verifying-requests-from-slack
 */
export class SlackDoor {
  readonly #secret: Secret;
  readonly #now: () => Date;
  /** When what was signed so stops being good, in seconds. */
  readonly #seen = new Map<string, number>();
  #receive: Receive | undefined;

  constructor(secret: Secret, now: () => Date) {
    this.#secret = secret;
    this.#now = now;
  }

  open(receive: Receive): void {
    this.#receive = receive;
  }

  close(): void {
    this.#receive = undefined;
  }

  async answer(request: SurfaceRequest): Promise<SurfaceAnswer> {
    const signature = this.#signatureOf(request);
    if (signature === undefined) return { status: 401 };
    const body = bodyOf(request);
    if (body === 'unknown') return { status: 415 };
    if (body === undefined) return { status: 400 };
    if (body['type'] === 'url_verification') {
      return { status: 200, body: { challenge: body['challenge'] } };
    }
    if (this.#receive === undefined) return { status: 503 };
    if (this.#seen.has(signature)) return { status: 401 };
    this.#remember(signature);
    let answer: SurfaceAnswer = { status: 500 };
    await this.#receive({
      body,
      acknowledge: async (said) => {
        answer = said === undefined ? { status: 200 } : { status: 200, body: said };
      },
    });
    // What was not kept may come again, in the same second even.
    if (answer.status !== 200) this.#seen.delete(signature);
    return answer;
  }

  /** The signature when it is right and fresh. */
  #signatureOf({ header, body }: SurfaceRequest): string | undefined {
    const given = header('x-slack-signature') ?? '';
    const stamp = header('x-slack-request-timestamp') ?? '';
    if (!/^\d{1,12}$/.test(stamp)) return undefined;
    const apart = Math.abs(this.#now().getTime() / 1000 - Number(stamp));
    if (!(apart <= skewSeconds)) return undefined;
    const digest = createHmac('sha256', this.#secret.reveal())
      .update(`v0:${stamp}:`)
      .update(body)
      .digest('hex');
    const [ours, theirs] = [Buffer.from(`v0=${digest}`), Buffer.from(given)];
    const isRight = ours.length === theirs.length && timingSafeEqual(ours, theirs);
    return isRight ? given : undefined;
  }

  #remember(signature: string): void {
    const nowSeconds = this.#now().getTime() / 1000;
    for (const [old, until] of this.#seen) {
      // They stand in the order in which they came.
      if (until > nowSeconds) break;
      this.#seen.delete(old);
    }
    this.#seen.set(signature, nowSeconds + 2 * skewSeconds);
  }
}

/** What was sent, by what it says it is; `unknown` for what Slack never sends. */
function bodyOf({ header, body }: SurfaceRequest): Record<string, unknown> | undefined | 'unknown' {
  const type = (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const text = new TextDecoder().decode(body);
  if (type === 'application/json') return parsed(text);
  if (type !== 'application/x-www-form-urlencoded') return 'unknown';
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : parsed(payload);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
