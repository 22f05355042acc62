import bolt from '@slack/bolt';
import type { Receiver } from '@slack/bolt';

import type { Secret } from '../../domain/secret.ts';
import { PlatformError } from '../../errors.ts';
import type { Ears } from '../chat.ts';
import { notAllowedToHear, notKept } from '../not-kept.ts';
import { clientOptions } from './clients.ts';
import { codeIn } from './forms.ts';
import { hearings, payloadKind } from './hearing.ts';
import { quietLogger } from './quiet-logger.ts';
import type { HearingContext } from './spoken.ts';

/** One payload as it came, and how it is acknowledged. */
export type Delivery = {
  readonly body: Record<string, unknown>;
  readonly acknowledge: (answer?: Record<string, unknown>) => Promise<void>;
};

/** Takes in one payload: keeps it, then acknowledges. What is not kept is not acknowledged. */
export type Receive = (delivery: Delivery) => Promise<void>;

/**
 * A Bolt app with one listener for everything, which finds its way by the payload's kind: Bolt asks
 * each of many listeners in turn, and the ack waits for them.
 */
export function listenerOf(options: {
  readonly token: Secret;
  readonly apiUrl?: string;
  readonly context: HearingContext;
  readonly ears: Ears;
  /** Hears of payloads that could not be kept. */
  readonly onFailure: (error: unknown) => void;
}): Receive {
  const { token, apiUrl, context, ears, onFailure } = options;
  const app = new bolt.App({
    receiver: passive,
    authorize: async () => ({
      botToken: token.reveal(),
      botId: context.home.botId,
      botUserId: context.home.botUser,
    }),
    logger: quietLogger,
    clientOptions: clientOptions(10_000, apiUrl),
    convoStore: false,
    ignoreSelf: false,
  });
  app.use(async ({ body }) => {
    const heard = await hearings.get(payloadKind(body))?.(context, body);
    if (heard !== undefined) await ears.hear(heard, codeIn(body));
  });
  app.error(async (error) => {
    throw error;
  });
  return async ({ body, acknowledge }) => {
    try {
      // Bolt acknowledges an event before anybody has heard it: so it is given nothing to do it with.
      await app.processEvent({ body, ack: async () => {} });
    } catch (error) {
      onFailure(error);
      const isShutOut = error instanceof PlatformError && error.code === 'refused';
      const text = isShutOut ? notAllowedToHear : notKept;
      if (typeof body['command'] === 'string') await acknowledge({ text });
      return;
    }
    await acknowledge();
  };
}

/** Bolt asks for a receiver; ours hand over through `Receive`. */
const passive: Receiver = {
  init: () => {},
  start: async () => undefined,
  stop: async () => undefined,
};
