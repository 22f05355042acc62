import { WebClient } from '@slack/web-api';
import type { WebClientOptions } from '@slack/web-api';

import type { Secret } from '../../domain/secret.ts';
import { quietLogger } from './quiet-logger.ts';

/** So long may a call take that somebody waits for: a trigger is good for 3 s. */
const interactiveMs = 2_500;
const bulkMs = 10_000;

/**
 * Slack's clients, two of them: one that is told to come back later would otherwise hold up what a
 * person waits for. Each call is tried once; who sends knows when to try again.
 */
export type SlackClients = {
  /** Modals, who somebody is: what an ack or a trigger waits for. */
  readonly interactive: WebClient;
  /** Messages. */
  readonly bulk: WebClient;
};

export function slackClients(token: Secret, apiUrl?: string): SlackClients {
  const of = (timeout: number) => new WebClient(token.reveal(), clientOptions(timeout, apiUrl));
  return { interactive: of(interactiveMs), bulk: of(bulkMs) };
}

/** Fresh each time, because Slack's packages write into what they are given. */
export function clientOptions(timeoutMs: number, apiUrl?: string): WebClientOptions {
  return {
    logger: quietLogger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  };
}
