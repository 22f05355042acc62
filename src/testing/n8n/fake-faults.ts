import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What may go wrong with one call, on the way or at the platform. */
export type Fault =
  /** A proxy says to come back later; `retryAfter` is the header as it is sent. */
  | { readonly kind: 'rate_limited'; readonly retryAfter?: string }
  | { readonly kind: 'status'; readonly status: number; readonly message: string }
  /** A proxy gives up waiting after n8n has done what it was asked. */
  | { readonly kind: 'given_up'; readonly status: 408 | 502 | 504 }
  /** The connection breaks before or after n8n has done what it was asked. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** n8n acts at once and answers late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** One byte at a time, so that no single wait is long. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  | { readonly kind: 'huge'; readonly bytes: number }
  /** A sign-in page of a proxy, with 200. */
  | { readonly kind: 'html' }
  | { readonly kind: 'redirect'; readonly to: string }
  /** 200, and JSON that ends in the middle. */
  | { readonly kind: 'garbled' }
  /** 200, and JSON that is not what this call answers. */
  | { readonly kind: 'odd'; readonly json: unknown };

/** Which calls a fault meets. Without a bound it stays until it is taken back. */
export type FaultRule = {
  readonly fault: Fault;
  readonly method?: string;
  /** Tested on the path with its query, e.g. `/api/v1/workflows/abc/unpublish`. */
  readonly path?: RegExp;
  readonly times?: number;
};

/** The faults that are switched on, newest first. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];

  /** Switches a fault on. Answers how to take it back. */
  add(rule: FaultRule): () => void {
    const held = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.unshift(held);
    return () => {
      this.#rules = this.#rules.filter((each) => each !== held);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that this call meets, if any; counts it. */
  meet(method: string, path: string): Fault | undefined {
    const met = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.method === undefined || rule.method === method) &&
        (rule.path === undefined || rule.path.test(path)),
    );
    if (!met) return undefined;
    met.left -= 1;
    return met.rule.fault;
  }
}

/** True for faults under which n8n never sees the call. */
export function staysOutside(fault: Fault): boolean {
  switch (fault.kind) {
    case 'rate_limited':
    case 'status':
    case 'html':
    case 'redirect':
      return true;
    case 'cut':
      return fault.when === 'before';
    case 'given_up':
    case 'slow':
    case 'drip':
    case 'huge':
    case 'garbled':
    case 'odd':
      return false;
    default:
      return fault satisfies never;
  }
}

/**
 * Answers as the fault does.
 *
 * @param ordinary what n8n would have answered, as text
 * @returns false when the ordinary answer is still to be sent
 */
export async function answerWith(
  fault: Fault,
  response: ServerResponse,
  ordinary: string,
  signal: AbortSignal,
): Promise<boolean> {
  switch (fault.kind) {
    case 'rate_limited': {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      send(response, 429, '{"message":"Too many requests"}');
      return true;
    }
    case 'status':
      send(response, fault.status, JSON.stringify({ message: fault.message }));
      return true;
    case 'given_up':
      send(response, fault.status, '<h1>Gateway Time-out</h1>', 'text/html');
      return true;
    case 'cut':
      response.destroy();
      return true;
    case 'slow':
      await waited(fault.ms, signal);
      return false;
    case 'drip':
      await drip(response, ordinary, fault.everyMs, signal);
      return true;
    case 'huge':
      send(response, 200, `{"data":[],"nextCursor":null,"more":"${'x'.repeat(fault.bytes)}"}`);
      return true;
    case 'html':
      send(response, 200, '<!doctype html><title>Sign in</title>', 'text/html; charset=utf-8');
      return true;
    case 'redirect':
      response.setHeader('location', fault.to);
      send(response, 302, '');
      return true;
    case 'garbled':
      send(response, 200, ordinary.slice(0, Math.max(1, Math.floor(ordinary.length / 2))));
      return true;
    case 'odd':
      send(response, 200, JSON.stringify(fault.json));
      return true;
    default:
      return fault satisfies never;
  }
}

async function drip(
  response: ServerResponse,
  text: string,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  for (const byte of Buffer.from(text)) {
    if (response.destroyed || signal.aborted) return;
    response.write(Buffer.of(byte));
    await waited(everyMs, signal);
  }
  response.end();
}

/** Waits, or stops waiting when the fake ends; never throws. */
export async function waited(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // The fake ended: whoever waits finds that out from the signal.
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'application/json; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(text);
}
