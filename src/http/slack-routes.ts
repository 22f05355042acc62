import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

import type { DoorEnv } from './server-env.ts';

/** Answers what Slack sends; whether it is from Slack is for it to tell. */
export type AnswerSlack = (request: {
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}) => Promise<{
  readonly status: 200 | 400 | 401 | 415 | 500 | 503;
  readonly body?: Readonly<Record<string, unknown>>;
}>;

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
