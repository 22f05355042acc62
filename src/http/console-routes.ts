import type { Context } from 'hono';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { z } from 'zod';

import type { Caller } from '../chat/chat.ts';
import type { Panel, Said } from '../chat/console/console.ts';
import {
  answerFragment,
  homePage,
  homePanels,
  incidentPage,
  incidentPanels,
  missingPage,
  sessionsPage,
} from '../chat/console/console.ts';
import type { Incident } from '../domain/incident.ts';
import type { Problem, Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { Answers } from './answers.ts';
import type { ConsoleHost } from './console-host.ts';
import { isSameOrigin } from './doors.ts';
import type { Visitor } from './gate.ts';
import { Streams, watch } from './live.ts';
import type { VisitorEnv } from './server-env.ts';
import { cookieNameAt, dropCookie, signInRoutes } from './sign-in-routes.ts';

const pageName = z.string().max(40).default('');
const lineForm = z.object({ line: z.string().max(10_000), page: pageName });
const lineQuery = z.object({ line: z.string().max(4_000).default(''), page: pageName });
const declareForm = z.object({
  title: z.string().max(1_000),
  severity: z.string().max(10),
  private: z.literal('yes').optional(),
  drill: z.literal('yes').optional(),
});

type Parts = {
  readonly host: ConsoleHost;
  readonly onFailure: (error: unknown) => string;
  /** Ends the streams when the server stops. */
  readonly stopping: AbortSignal;
};

/** The pages of the console. Each but the sign-in page needs a session. */
export function consoleRoutes(parts: Parts): Hono<VisitorEnv> {
  const { host } = parts;
  const answers = new Answers(host.newId);
  const routes = new Hono<VisitorEnv>();
  routes.use(async (context, next) => {
    const reading = context.req.method === 'GET' || context.req.method === 'HEAD';
    const { origin } = context.get('door') ?? { origin: '' };
    if (!reading && !isSameOrigin(origin, (name) => context.req.header(name))) {
      return context.text('This did not come from a page of Firebreak.', 403);
    }
    return next();
  });
  routes.route('/', signInRoutes(host.gate));
  routes.use(async (context, next) => {
    const visitor = await visitorOf(host, context, context.req.path === '/live' ? 'watch' : 'act');
    if (visitor === undefined) {
      return wantsJson(context) ? context.json({}, 401) : context.redirect('/enter', 303);
    }
    context.set('visitor', visitor);
    return next();
  });

  routes.get('/', async (context) => {
    const { look } = await lookOf(host, answers, context, undefined);
    return context.html(homePage(look));
  });

  routes.get('/incidents/:name', async (context) => {
    const incident = await incidentNamed(host, context, context.req.param('name'));
    if (incident === undefined) return missing(context);
    const { look } = await lookOf(host, answers, context, incident);
    return context.html(incidentPage(incident.name, look));
  });

  routes.post('/say', async (context) => {
    const form = lineForm.safeParse(await context.req.parseBody());
    if (!form.success) return context.text('A line is needed.', 400);
    const { line, page } = form.data;
    return answer(host, answers, context, { line, page });
  });

  routes.post('/declare', async (context) => {
    const form = declareForm.safeParse(await context.req.parseBody());
    if (!form.success) return context.text('A title and a severity are needed.', 400);
    return answer(host, answers, context, { line: declareLine(form.data), page: '' });
  });

  routes.get('/complete', async (context) => {
    const query = lineQuery.safeParse(context.req.query());
    if (!query.success) return context.json([]);
    const incident = await pageIncident(host, context, query.data.page);
    const caller = callerOf(context.get('visitor'), incident);
    return context.json(await host.complete(caller, query.data.line));
  });

  sessionRoutes(host, routes);
  liveRoute(parts, routes);
  return routes;
}

function sessionRoutes(host: ConsoleHost, routes: Hono<VisitorEnv>): void {
  routes.get('/sessions', async (context) => {
    const { person, session } = context.get('visitor');
    const sessions = await host.gate.sessionsOf(context.get('visitor'));
    return context.html(sessionsPage(person, sessions, session.id, host.now()));
  });

  routes.post('/sessions/end', async (context) => {
    const visitor = context.get('visitor');
    const { id } = await context.req.parseBody();
    if (typeof id !== 'string') return context.text('Which one?', 400);
    await (id === 'all' ? host.gate.end(visitor) : host.gate.end(visitor, id));
    return context.redirect('/sessions', 303);
  });

  routes.post('/leave', async (context) => {
    const visitor = context.get('visitor');
    await host.gate.end(visitor, visitor.session.id);
    dropCookie(context);
    return context.redirect('/enter', 303);
  });
}

function liveRoute({ host, onFailure, stopping }: Parts, routes: Hono<VisitorEnv>): void {
  const streams = new Streams();
  routes.get('/live', async (context) => {
    const query = lineQuery.safeParse(context.req.query());
    const page = query.success ? query.data.page : '';
    const { session } = context.get('visitor');
    const release = streams.take(session.id);
    if (release === undefined) {
      return context.text('Too many pages are open. Close some.', 503, { 'retry-after': '10' });
    }
    const look = makeLook(host, page, () => visitorOf(host, context, 'watch'));
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

/**
 * One look of a stream. All that people do and Firebreak finds is an event of the incident: while
 * there is none, only the ages go on, and ten watchers must not slow down the work they watch.
 */
function makeLook(host: ConsoleHost, page: string, who: () => Promise<Visitor | undefined>) {
  let seen: number | undefined;
  return async (round: number): Promise<readonly Panel[] | undefined> => {
    const visitor = await who();
    if (visitor === undefined) return undefined;
    if (page === '') return panelsOf(host, visitor, undefined);
    const incident = await host.incident(page, visitor.person.id);
    if (incident === undefined) return undefined;
    const newest = await host.newestEvent(incident.id);
    if (newest === seen && round % agesEvery !== 0) return [];
    const panels = await panelsOf(host, visitor, incident, round);
    seen = newest;
    return panels;
  };
}

async function visitorOf(
  { gate }: ConsoleHost,
  context: Context<VisitorEnv>,
  use: 'act' | 'watch',
): Promise<Visitor | undefined> {
  const cookie = getCookie(context, cookieNameAt(context));
  return cookie === undefined ? undefined : gate.visitor(new Secret(cookie), use);
}

function callerOf({ person }: Visitor, incident: Incident | undefined): Caller {
  const caller = { person, room: `console:${person.id}`, source: 'console' } as const;
  return incident === undefined ? caller : { ...caller, incident: incident.id };
}

function incidentNamed(
  host: ConsoleHost,
  context: Context<VisitorEnv>,
  name: string,
): Promise<Incident | undefined> {
  return host.incident(name, context.get('visitor').person.id);
}

async function pageIncident(host: ConsoleHost, context: Context<VisitorEnv>, page: string) {
  return page === '' ? undefined : incidentNamed(host, context, page);
}

async function panelsOf(
  host: ConsoleHost,
  visitor: Visitor,
  incident: Incident | undefined,
  round = 0,
): Promise<readonly Panel[]> {
  const say = (line: string) => host.dispatch(callerOf(visitor, incident), line);
  if (incident === undefined) return homePanels(say);
  return incidentPanels(incident.name, say, host.knows, round);
}

async function lookOf(
  host: ConsoleHost,
  answers: Answers,
  context: Context<VisitorEnv>,
  incident: Incident | undefined,
) {
  const visitor = context.get('visitor');
  const query = lineQuery.safeParse(context.req.query());
  const said = answers.of(visitor.session.id, context.req.query('said') ?? '');
  const look = {
    person: visitor.person,
    panels: await panelsOf(host, visitor, incident),
    line: query.success ? query.data.line : '',
    ...(said === undefined ? {} : { said }),
  };
  return { look };
}

/** Says a line as the person, and shows the answer where it belongs. */
async function answer(
  host: ConsoleHost,
  answers: Answers,
  context: Context<VisitorEnv>,
  { line, page }: { readonly line: string; readonly page: string },
): Promise<Response> {
  const visitor = context.get('visitor');
  const incident = await pageIncident(host, context, page);
  if (page !== '' && incident === undefined) return missing(context);
  const reply = await host.dispatch(callerOf(visitor, incident), line);
  const said: Said = { line, reply };
  const about = page === '' ? incidentIn(reply) : undefined;
  const place = `/${page === '' ? '' : `incidents/${page}`}`;
  const next = about === undefined ? place : `/incidents/${about}`;
  if (wantsJson(context) && about === undefined) {
    return context.json({ html: answerFragment(line, reply) });
  }
  const go = `${next}?said=${answers.keep(visitor.session.id, said)}`;
  return wantsJson(context) ? context.json({ go }) : context.redirect(go, 303);
}

/** The incident that an answer is about: whoever types on the home page is taken to it. */
function incidentIn(reply: Reply): string | undefined {
  if (reply.kind === 'problem') return undefined;
  const about = z
    .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
    .safeParse(reply.data['incident']);
  return about.success && /^INC-[A-Z0-9]+$/.test(about.data) ? about.data : undefined;
}

/** The form's line, as a person would type it. */
function declareLine(form: z.output<typeof declareForm>): string {
  const title = form.title.replaceAll(/\s+/g, ' ').trim();
  const flags = [form.private && '--private', form.drill && '--drill'].filter(Boolean);
  const words = title.includes('"') ? title : `"${title}"`;
  return ['declare', words, `severity:${form.severity}`, ...flags].join(' ');
}

function wantsJson(context: Context<VisitorEnv>): boolean {
  return context.req.header('accept') === 'application/json';
}

/** One answer for what is not there and for what is not for these eyes. */
function missing(context: Context<VisitorEnv>): Response | Promise<Response> {
  const problem: Problem = {
    kind: 'problem',
    code: 'not_found',
    message: 'There is no such incident that you can see.',
    hint: '`list` shows the open ones, `list closed:yes` all.',
    candidates: [],
  };
  if (wantsJson(context)) return context.json({ html: answerFragment('', problem) }, 404);
  return context.html(missingPage(context.get('visitor').person, problem), 404);
}
