import type { Context } from 'hono';
import { Hono } from 'hono';
import { z } from 'zod';

import type { Said } from '../chat/console/console.ts';
import {
  answerFragment,
  homePage,
  incidentPage,
  missingPage,
  troublePage,
} from '../chat/console/console.ts';
import type { Incident } from '../domain/incident.ts';
import type { Problem, Reply } from '../domain/reply.ts';
import { Secret } from '../domain/secret.ts';
import { Answers } from './answers.ts';
import type { ConsoleHost } from './console-host.ts';
import { isSameOrigin } from './doors.ts';
import { factorRoutes } from './factor-routes.ts';
import type { LiveParts } from './live-routes.ts';
import { liveRoute } from './live-routes.ts';
import { refusalOf } from './refusal.ts';
import { runbookRoutes } from './runbook-routes.ts';
import type { VisitorEnv } from './server-env.ts';
import { sessionRoutes } from './session-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { callerOf, incidentNamed, pageIncident, panelsOf, visitorOf, wantsJson } from './visit.ts';

const pageName = z.string().max(40).default('');
const lineForm = z.object({
  // How long a line may be is said by who reads it; the size of a request is bounded already.
  line: z.string(),
  page: pageName,
  code: z.string().trim().min(1).max(100).optional(),
});
const lineQuery = z.object({ line: z.string().max(4_000).default(''), page: pageName });
const declareForm = z.object({
  title: z.string().max(1_000),
  severity: z.string().max(10),
  private: z.literal('yes').optional(),
  drill: z.literal('yes').optional(),
});

/** The pages of the console. Each but the sign-in page needs a session. */
export function consoleRoutes(parts: LiveParts): Hono<VisitorEnv> {
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
      const byScript = wantsJson(context) || context.req.path === '/live';
      return byScript ? context.json({}, 401) : context.redirect('/enter', 303);
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
    return answer(host, answers, context, form.data);
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

  runbookRoutes(host, routes);
  sessionRoutes(host, routes);
  factorRoutes(host, routes);
  liveRoute(parts, routes);
  tellTrouble(parts, routes);
  return routes;
}

/** What went wrong while a page was made is told on a page, or to the script. */
function tellTrouble({ onFailure }: LiveParts, routes: Hono<VisitorEnv>): void {
  routes.onError((error, context) => {
    const { status, body } = refusalOf(error, onFailure);
    const problem: Problem = { kind: 'problem', ...body.refused };
    if (wantsJson(context)) return context.json({ html: answerFragment('', problem) }, status);
    return context.html(troublePage(problem), status);
  });
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
    at: host.now(),
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
  {
    line,
    page,
    code,
  }: { readonly line: string; readonly page: string; readonly code?: string | undefined },
): Promise<Response> {
  const visitor = context.get('visitor');
  const incident = await pageIncident(host, context, page);
  if (page !== '' && incident === undefined) return missing(context);
  const caller = callerOf(visitor, incident);
  const proved = code === undefined ? caller : { ...caller, code: new Secret(code) };
  const saidAt = host.now();
  const reply = await host.dispatch(proved, line);
  const said: Said = { line, reply };
  const next = await nextPage(host, context, { page, reply, saidAt });
  if (wantsJson(context) && next === page) {
    return context.json({ html: answerFragment(line, reply, page) });
  }
  const place = next === '' ? '/' : `/incidents/${next}`;
  const go = `${place}?said=${answers.keep(visitor.session.id, said)}`;
  return wantsJson(context) ? context.json({ go }) : context.redirect(go, 303);
}

/**
 * The page on which an answer is shown: what its buttons say is about the incident of that page.
 * Whoever types on the home page is taken to the incident that the answer is about, and whoever
 * declares one on the page of another goes on in the new one.
 */
async function nextPage(
  host: ConsoleHost,
  context: Context<VisitorEnv>,
  { page, reply, saidAt }: { readonly page: string; readonly reply: Reply; readonly saidAt: Date },
): Promise<string> {
  const about = incidentIn(reply);
  if (about === undefined || page === '') return about ?? page;
  const incident = await incidentNamed(host, context, about);
  return incident !== undefined && incident.declaredAt >= saidAt ? about : page;
}

/** The incident that an answer is about, if it is about one. */
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
