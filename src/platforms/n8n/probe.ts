import type { Capabilities } from '../../domain/connection.ts';
import { aWorkingSession } from '../../domain/connection.ts';
import { PlatformError } from '../../errors.ts';
import type { ProbeResult } from '../platform.ts';
import type { N8nDiscovery } from './answers.ts';
import type { N8nClient, Tried } from './client.ts';
import { whoHolds } from './identity.ts';
import type { N8nSession } from './session.ts';

/** What Firebreak asks of a key, and what the lack of it costs. */
const needed = {
  'workflow:list': 'Nothing can be found, disabled or verified.',
  'workflow:read': 'Drift and evidence of single workflows cannot be read, so nothing is disabled.',
  'workflow:deactivate': 'Workflows cannot be disabled.',
  'workflow:activate': 'A containment cannot be undone from here.',
  'execution:list': 'What runs is not seen, so nothing that was stopped can be verified.',
  'execution:stop': 'What already runs or waits cannot be stopped.',
  'credential:list': 'Only credentials that a workflow names are known.',
  'user:list': 'Owners are known by name only where a workflow shows them.',
} as const;
/** What of it disabling needs: nothing is disabled that cannot be read before and after. */
const forDisabling = ['workflow:list', 'workflow:read', 'workflow:deactivate'] as const;

type Scope = keyof typeof needed | (typeof optional)[number];

/** Scopes without which only this cannot be done, so that nobody need give them. */
const optional = [
  'credential:update',
  'credential:delete',
  'workflow:delete',
  'workflow:move',
  'credential:move',
  'user:delete',
] as const;
/** What of it deleting a user needs, besides the lists that show what they own. */
const forRemoving = ['user:delete', 'workflow:move', 'credential:move'] as const;
const toSeeOwners = ['workflow:list', 'workflow:read', 'credential:list', 'user:list'] as const;

/** Scopes that do no harm: a key often has them together with those above. */
const harmless = new Set(['execution:read', 'user:read', 'tag:list', 'tag:read']);

/** Finds out what this key may do, by asking n8n, or by calls that cannot change anything. */
export async function probeAccount(
  client: N8nClient,
  signal: AbortSignal,
  session?: N8nSession,
): Promise<ProbeResult> {
  const discovery = await client.discover(signal);
  const access = discovery ? fromDiscovery(discovery) : await fromTrials(client, signal);
  // What this n8n does not have no key can be given.
  const missing = neededScopes.filter(
    (scope) => !access.scopes.has(scope) && !access.absent.has(scope),
  );
  const identity = await whoHolds(client, access.scopes.has('user:list'), signal);
  const lacking = session && (await lackOf(session, client, signal));
  return {
    identity,
    ...(access.version === undefined ? {} : { version: access.version }),
    capabilities: {
      ...capabilitiesOf(access),
      ...(session ? { publicationStatus: lacking === undefined } : {}),
    },
    missing: [
      ...missing.map((scope) => ({ permission: scope, consequence: needed[scope] })),
      ...(lacking === undefined ? [] : [{ permission: aWorkingSession, consequence: lacking }]),
    ],
    excess: access.excess,
    clockAheadMs: client.api.clockAheadMs,
  };
}

/** Why the session shows no publication status, in words; without one everything else goes on. */
async function lackOf(
  session: N8nSession,
  { api }: N8nClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    if (await session.seesAll(api, signal)) return undefined;
    return 'Its user is neither owner nor admin, so n8n shows it only what is shared with them.';
  } catch (error) {
    if (!(error instanceof PlatformError) || signal.aborted) throw error;
    return error.message;
  }
}

const neededScopes = Object.keys(needed).filter(isNeeded);

function isNeeded(text: string): text is keyof typeof needed {
  return Object.hasOwn(needed, text);
}

function isScope(text: string): text is Scope {
  return isNeeded(text) || optional.some((scope) => scope === text);
}

type Access = {
  readonly scopes: ReadonlySet<Scope>;
  /** Those of which this n8n has no endpoint. */
  readonly absent: ReadonlySet<Scope>;
  readonly excess: readonly string[];
  readonly version: string | undefined;
  /** Calls that only newer versions have. */
  readonly has: {
    readonly publish: boolean;
    readonly stop: boolean;
    readonly history: boolean;
    readonly archive: boolean;
    readonly changeCredential: boolean;
  };
};

function capabilitiesOf({ scopes: may, has }: Access): Capabilities {
  // n8n that can publish may answer before it has unpublished: by default it does from 2.40 on, but
  // an operator can switch that either way, and nothing tells. So the slower kind is assumed.
  const disable = has.publish ? 'async' : 'sync';
  return {
    ...(may.has('workflow:deactivate')
      ? { disable }
      : { disable: 'none', disableLacks: forDisabling.filter((scope) => !may.has(scope)) }),
    enable: may.has('workflow:activate'),
    stop: has.stop && may.has('execution:stop'),
    listExecutions: may.has('execution:list'),
    listCredentials: may.has('credential:list'),
    listUsers: may.has('user:list'),
    versions: has.history && may.has('workflow:read'),
    ...(has.archive && may.has('workflow:delete') ? { archive: true } : {}),
    ...(has.changeCredential && may.has('credential:update')
      ? { blockCredentials: 'http_steps', overwriteCredentials: true }
      : {}),
    ...(may.has('credential:delete') ? { deleteCredentials: true } : {}),
    ...([...forRemoving, ...toSeeOwners].every((scope) => may.has(scope))
      ? { removeUsers: true }
      : {}),
  };
}

function fromDiscovery({ scopes: granted, resources }: N8nDiscovery): Access {
  const endpoints = new Set(
    Object.values(resources)
      .flatMap((resource) => resource.endpoints)
      .map(({ method, path }) => `${method} ${path.replace(/^.*\/api\/v1/, '')}`),
  );
  const hasPath = (pattern: RegExp): boolean => [...endpoints].some((one) => pattern.test(one));
  const publish = hasPath(/^POST \/workflows\/[^/]+\/publish$/);
  const oneVersion = hasPath(/^GET \/workflows\/[^/]+\/versions\/[^/]+$/);
  return {
    scopes: new Set(granted.filter(isScope)),
    absent: new Set(),
    excess: granted.filter((scope) => !isScope(scope) && !harmless.has(scope)).toSorted(),
    version: oneVersion ? '2.40 or newer' : publish ? '2.35 or newer' : '2.20 or newer',
    has: {
      publish,
      stop: hasPath(/^POST \/executions\/([^/]+\/)?stop$/),
      history: hasPath(/^GET \/workflows\/[^/]+\/history$/),
      archive: hasPath(/^POST \/workflows\/[^/]+\/archive$/),
      changeCredential: hasPath(/^PATCH \/credentials\/[^/]+$/),
    },
  };
}

/** Ids that nothing has: n8n's own have 16 characters, and executions are counted from 1. */
const noWorkflow = 'firebreak-asks-whether-it-may';
const noExecution = '999999999999999';

/** For an n8n before 2.20, which does not say what a key may do. */
async function fromTrials(client: N8nClient, signal: AbortSignal): Promise<Access> {
  const trials: readonly (readonly [Scope | 'publish', 'GET' | 'POST', string])[] = [
    ['workflow:list', 'GET', '/workflows?limit=1'],
    ['workflow:read', 'GET', `/workflows/${noWorkflow}`],
    ['workflow:deactivate', 'POST', `/workflows/${noWorkflow}/deactivate`],
    ['workflow:activate', 'POST', `/workflows/${noWorkflow}/activate`],
    ['execution:list', 'GET', '/executions?limit=1'],
    ['execution:stop', 'POST', `/executions/${noExecution}/stop`],
    ['credential:list', 'GET', '/credentials?limit=1'],
    ['user:list', 'GET', '/users?limit=1'],
    ['publish', 'POST', `/workflows/${noWorkflow}/publish`],
  ];
  const found = new Map<Scope | 'publish', Tried>();
  for (const [what, method, path] of trials) {
    found.set(what, await client.tryOut(method, path, undefined, signal));
  }
  return {
    scopes: new Set(neededScopes.filter((scope) => found.get(scope) === 'offered')),
    absent: new Set(neededScopes.filter((scope) => found.get(scope) === 'absent')),
    excess: [],
    version: found.get('credential:list') === 'absent' ? 'older than 2.10' : 'older than 2.20',
    has: {
      publish: found.get('publish') !== 'absent',
      stop: found.get('execution:stop') !== 'absent',
      history: false,
      archive: false,
      // Trying it out would be a write.
      changeCredential: false,
    },
  };
}
