import type { Hono } from 'hono';
import { z } from 'zod';

import type { ConsoleHost } from './console-host.ts';
import type { Visitor } from './gate.ts';
import type { Look, StreamEnd } from './live.ts';
import { Streams, watch } from './live.ts';
import type { VisitorEnv } from './server-env.ts';
import { panelsOf, visitorOf } from './visit.ts';

const pageQuery = z.object({ page: z.string().max(40).default('') });
const eventNumber = z.coerce.number().int().positive();

/** What the live stream is served from. */
export type LiveParts = {
  readonly host: ConsoleHost;
  readonly onFailure: (error: unknown) => string;
  /** Ends the streams when the server stops. */
  readonly stopping: AbortSignal;
};

/** The stream that keeps a page up to date. */
export function liveRoute(
  { host, onFailure, stopping }: LiveParts,
  routes: Hono<VisitorEnv>,
): void {
  const streams = new Streams();
  routes.get('/live', async (context) => {
    const query = pageQuery.safeParse(context.req.query());
    const page = query.success ? query.data.page : '';
    const { session } = context.get('visitor');
    const release = streams.take(session.id);
    if (release === undefined) {
      return context.text('Too many pages are open. Close some.', 503, { 'retry-after': '10' });
    }
    const known = eventNumber.safeParse(context.req.header('last-event-id')).data;
    const look = makeLook(host, page, known, () => visitorOf(host, context, 'watch'));
    const signal = AbortSignal.any([stopping, context.req.raw.signal]);
    const events = watch({ look, onFailure, wait: host.wait, signal, release });
    context.header('content-type', 'text/event-stream');
    // Proxies that gather answers would make the page late.
    context.header('x-accel-buffering', 'no');
    return context.body(ReadableStream.from(events));
  });
}

/** What is told as time passes (ages) is looked at each time after so many looks. */
const agesEvery = 5;
/** What another incident contained shows in the picture after so many looks at the latest. */
const pictureEvery = 10;

/**
 * One look of a stream. All that people do and Firebreak finds is an event of the incident: while
 * there is none, only the ages go on, and ten watchers must not slow down the work they watch.
 *
 * @param known the newest event that the browser has seen, when it comes back after a cut
 */
function makeLook(
  host: ConsoleHost,
  page: string,
  known: number | undefined,
  who: () => Promise<Visitor | undefined>,
) {
  let seen = known;
  let drawn = { from: '', round: 0 };
  return async (round: number): Promise<Look | StreamEnd> => {
    const visitor = await who();
    if (visitor === undefined) return 'ended';
    if (page === '') return { panels: await panelsOf(host, visitor, undefined) };
    const incident = await host.incident(page, visitor.person.id);
    if (incident === undefined) return 'gone';
    const event = await host.newestEvent(incident.id);
    const aged = round > 0 && round % agesEvery === 0;
    if (event === seen && !aged) return { panels: [] };
    const around = await host.seenOf(incident.id);
    let drawing = drawn;
    const panels = await panelsOf(host, visitor, incident, (plans) => {
      const from = `${around} ${plans}`;
      const isDue = from !== drawn.from || round - drawn.round >= pictureEvery;
      if (isDue) drawing = { from, round };
      return isDue;
    });
    seen = event;
    drawn = drawing;
    return { panels, event };
  };
}
