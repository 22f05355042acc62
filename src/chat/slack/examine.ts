import { z } from 'zod';

import type { Finding } from '../../domain/doctor.ts';
import { clockFinding } from '../../domain/doctor.ts';
import type { Secret } from '../../domain/secret.ts';
import { slackScopes } from './manifest.ts';

/** What is looked at from outside, without a connection and without Slack's packages. */
export type Examined = {
  readonly botToken: Secret;
  /** For Socket Mode. */
  readonly appToken?: Secret;
  readonly apiUrl?: string;
};

type Around = { readonly fetch: typeof fetch; readonly now: () => Date };

const usualApi = 'https://slack.com/api/';
const askMs = 10_000;
const about = 'Slack';

const whoWeAre = z.object({
  ok: z.literal(true),
  team: z.string().default(''),
  team_id: z.string(),
  user: z.string().default('the app'),
});

/** Says of the app in Slack whether it works, and what does not where something is missing. */
export async function examineSlack(
  examined: Examined,
  around: Around,
): Promise<readonly Finding[]> {
  const { botToken: token } = examined;
  const asked = await ask({ ...examined, token, method: 'auth.test' }, around);
  if (asked === undefined) return [unreachable];
  const { data: we } = whoWeAre.safeParse(asked.json);
  if (we === undefined) return [refused(asked.json)];
  const works = `Reachable; the token is accepted as ${we.user} in “${we.team}” (${we.team_id}).`;
  return [
    { about, state: 'works', text: works },
    ...(asked.aheadMs === undefined
      ? []
      : [clockFinding(`${about}, clock`, about, asked.aheadMs, whatClocksBreak)]),
    ...scopeFindings(asked.scopes),
    ...(await socketFindings(examined, around)),
  ];
}

const whatClocksBreak =
  'Its messages are off by as much on the timeline; beyond 5 min all that it sends over HTTP is refused as too old or too new.';

const unreachable: Finding = {
  about,
  state: 'fix',
  text: 'It cannot be reached from here: nothing is heard or said there.',
  next: 'Look at the network, a proxy, and https://slack-status.com',
};

const opened = z.object({ ok: z.literal(true) });
const hearsNothing = 'nothing is heard by Socket Mode';

/** Whether Socket Mode would open. The address that Slack gives is not used: nothing is taken from it. */
async function socketFindings(
  { appToken, ...rest }: Examined,
  around: Around,
): Promise<readonly Finding[]> {
  if (appToken === undefined) return [];
  const asked = await ask({ ...rest, token: appToken, method: 'apps.connections.open' }, around);
  if (opened.safeParse(asked?.json).success) return [];
  const error = problem.safeParse(asked?.json).data?.error ?? 'no answer that can be read';
  // It is called at most once a minute, and the server that runs may just have done so.
  if (error === 'ratelimited') return [];
  const refusal = {
    about: `${about}, Socket Mode`,
    state: 'fix',
    text: `SLACK_APP_TOKEN opens no connection (${error}): ${hearsNothing}.`,
  } as const;
  return [{ ...refusal, next: nextFor[error] ?? 'Ask again in a moment' }];
}

const newToken =
  'Your app, Basic Information, App-Level Tokens: make one with connections:write, set it and start anew';
const nextFor: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['invalid_auth', 'not_authed', 'token_revoked', 'not_allowed_token_type', 'missing_scope'].map(
      (error) => [error, newToken],
    ),
  ),
  forbidden_team: 'Install the app in this workspace again',
  socket_mode_not_enabled: 'Your app, Socket Mode: switch it on',
};

const problem = z.object({ ok: z.literal(false), error: z.string().regex(/^[a-z0-9_]{1,60}$/) });
const tokenErrors = ['invalid_auth', 'not_authed', 'token_revoked', 'account_inactive'];

function refused(json: unknown): Finding {
  const error = problem.safeParse(json).data?.error ?? 'an answer that cannot be read';
  if (!tokenErrors.includes(error) && error !== 'not_allowed_token_type') {
    const text = `It answers with ${error}: whether the app works there cannot be told.`;
    return { about, state: 'fix', text, next: 'Ask again in a moment' };
  }
  return {
    about,
    state: 'fix',
    text: `SLACK_BOT_TOKEN is not accepted (${error}): nothing is heard or said there.`,
    next: 'Your app, OAuth & Permissions: copy the Bot User OAuth Token, set it and start anew',
  };
}

/** Without these, more is broken than the one thing that they are for. */
const worse: Readonly<Record<string, string>> = {
  'users:read': ', and hears nobody: who may be a stranger is not let in',
};

/** What each permission that was not granted breaks. */
function scopeFindings(granted: readonly string[]): readonly Finding[] {
  return Object.entries(slackScopes)
    .filter(([scope]) => !granted.includes(scope))
    .map(([scope, use]) => ({
      about: `${about}, ${scope}`,
      state: 'fix',
      text: `It was not granted, so Firebreak cannot ${use}${worse[scope] ?? ''}.`,
      next: 'Your app, OAuth & Permissions: add it, then install the app again (docs/slack.md)',
    }));
}

type Asked = {
  readonly json: unknown;
  readonly scopes: readonly string[];
  /** Slack's clock minus ours. */
  readonly aheadMs?: number;
};

async function ask(
  call: { readonly token: Secret; readonly method: string; readonly apiUrl?: string },
  around: Around,
): Promise<Asked | undefined> {
  const { token, method, apiUrl = usualApi } = call;
  try {
    const answer = await around.fetch(new URL(method, withSlash(apiUrl)), {
      method: 'POST',
      headers: { authorization: `Bearer ${token.reveal()}` },
      redirect: 'error',
      signal: AbortSignal.timeout(askMs),
    });
    const said = Date.parse(answer.headers.get('date') ?? '');
    const json: unknown = await answer.json().catch(() => undefined);
    const scopes = (answer.headers.get('x-oauth-scopes') ?? '').split(/\s*,\s*/);
    const skew = Number.isNaN(said) ? {} : { aheadMs: said - around.now().getTime() };
    return { json, scopes, ...skew };
  } catch {
    // Why is for nobody's eyes: the address may hold a secret, where it is a proxy's.
    return undefined;
  }
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
