import type { Fields } from './fields.ts';

/** A refusal in Slack's own word for it: `channel_not_found`. It leaves with status 200. */
export class SlackError extends Error {
  readonly details: Fields;

  constructor(error: string, details: Fields = {}) {
    super(error);
    this.name = 'SlackError';
    this.details = details;
  }
}

/** 429, with when to come back. */
export class TooFast extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('ratelimited');
    this.name = 'TooFast';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
