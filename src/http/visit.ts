import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

import type { Caller } from '../chat/chat.ts';
import type { Panel } from '../chat/console/console.ts';
import { homePanels, incidentPanels } from '../chat/console/console.ts';
import type { Incident } from '../domain/incident.ts';
import { Secret } from '../domain/secret.ts';
import type { ConsoleHost } from './console-host.ts';
import type { Visitor } from './gate.ts';
import type { VisitorEnv } from './server-env.ts';
import { cookieNameAt } from './sign-in-routes.ts';

/** Who it is that asks, or undefined when nobody is signed in. */
export async function visitorOf(
  { gate }: ConsoleHost,
  context: Context<VisitorEnv>,
  use: 'act' | 'watch',
): Promise<Visitor | undefined> {
  const cookie = getCookie(context, cookieNameAt(context));
  return cookie === undefined ? undefined : gate.visitor(new Secret(cookie), use);
}

/** Whoever says a line on a page says it about its incident. */
export function callerOf({ person, session }: Visitor, incident: Incident | undefined): Caller {
  const said = { person, room: `console:${person.id}`, source: 'console' } as const;
  const caller = { ...said, session: session.id };
  return incident === undefined ? caller : { ...caller, incident: incident.id };
}

/** The incident of this name, unless this visitor may not see it. */
export function incidentNamed(
  host: ConsoleHost,
  context: Context<VisitorEnv>,
  name: string,
): Promise<Incident | undefined> {
  return host.incident(name, context.get('visitor').person.id);
}

/** The incident whose page it is; the home page has none. */
export async function pageIncident(
  host: ConsoleHost,
  context: Context<VisitorEnv>,
  page: string,
): Promise<Incident | undefined> {
  return page === '' ? undefined : incidentNamed(host, context, page);
}

/** What a page shows, as it is now. @param isDue whether its picture is to be drawn */
export async function panelsOf(
  host: ConsoleHost,
  visitor: Visitor,
  incident: Incident | undefined,
  isDue?: (plans: string) => boolean,
): Promise<readonly Panel[]> {
  const say = (line: string) => host.dispatch(callerOf(visitor, incident), line);
  if (incident === undefined) return homePanels(say);
  return incidentPanels(incident.name, say, host.knows, isDue);
}

/** True when the console's script asks, and not a form. */
export function wantsJson(context: Context<VisitorEnv>): boolean {
  return context.req.header('accept') === 'application/json';
}
