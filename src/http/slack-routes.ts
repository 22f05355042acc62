import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { TakesRequests } from '../chat/chat.ts';
import type { DoorEnv } from './server-env.ts';

/** Answers what Slack sends; whether it is from Slack is for it to tell. */
export type AnswerSlack = TakesRequests['answer'];

/** Slack sends what people wrote, with all that it was about. */
const bodyBytesAtMost = 4 * 1024 * 1024;

const tooMuch = (context: Context) => context.text('Too much at once.', 413);

/** Where Slack's requests come in: `POST /slack/events`, signed. */
export function slackRoutes(answer: AnswerSlack): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  const bounded = bodyLimit({ maxSize: bodyBytesAtMost, onError: tooMuch });
  routes.use(async (context, next) => {
    const length = context.req.header('content-length');
    // Slack says how much it sends, and Node reads no more. The middleware would look at the body
    // itself, which makes a stream of it: a tenth of the time until Slack is answered.
    if (length === undefined || context.req.header('transfer-encoding') !== undefined) {
      return bounded(context, next);
    }
    return Number(length) > bodyBytesAtMost ? tooMuch(context) : next();
  });
  routes.post('/events', async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    const header = (name: string) => context.req.header(name);
    const { status, body: said } = await answer({ header, body });
    return said === undefined ? context.body(null, status) : context.json(said, status);
  });
  return routes;
}
