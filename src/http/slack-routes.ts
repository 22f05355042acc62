import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { TakesRequests } from '../chat/chat.ts';
import type { DoorEnv } from './server-env.ts';

/** Answers what Slack sends; whether it is from Slack is for it to tell. */
export type AnswerSlack = TakesRequests['answer'];

/** Slack sends what people wrote, with all that it was about. */
const bodyBytesAtMost = 4 * 1024 * 1024;

/** Where Slack's requests come in: `POST /slack/events`, signed. */
export function slackRoutes(answer: AnswerSlack): Hono<DoorEnv> {
  const routes = new Hono<DoorEnv>();
  routes.use(
    bodyLimit({
      maxSize: bodyBytesAtMost,
      onError: (context) => context.text('Too much at once.', 413),
    }),
  );
  routes.post('/events', async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    const header = (name: string) => context.req.header(name);
    const { status, body: said } = await answer({ header, body });
    return said === undefined ? context.body(null, status) : context.json(said, status);
  });
  return routes;
}
