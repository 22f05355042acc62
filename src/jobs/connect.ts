import type { ConnectionGiven } from '../domain/connecting.ts';
import {
  checkGiven,
  connect,
  connectionBefore,
  connectText,
  syncJob,
} from '../domain/connecting.ts';
import type { Capabilities, Connection } from '../domain/connection.ts';
import type { Person } from '../domain/person.ts';
import { may } from '../domain/person.ts';
import type { View } from '../domain/reply.ts';
import type { Secret } from '../domain/secret.ts';
import type { Loosening, MakeOrAsk } from '../domain/security-leave.ts';
import type { TimelineSource } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import type { OpenPlatform, ProbeResult } from '../platforms/platform.ts';
import type { Store } from '../store/store.ts';

/** How long a platform may take to say who we are, in ms. */
const probeMs = 30_000;

export type ConnectRequest = {
  readonly given: ConnectionGiven;
  readonly secret: Secret;
  readonly by: Person;
  readonly source: TimelineSource;
};

/**
 * Adds a connection after asking the platform who we are there, then orders its first sync; or asks
 * another admin for it.
 *
 * A secret is only ever sent to the address with which it was given: a known connection that moves
 * needs its secret again, so nobody can have the old one sent somewhere else.
 *
 * @throws UserError `not_allowed`, `bad_input`, `conflict`
 * @throws PlatformError when the platform does not answer or refuses the secret
 */
export async function connectPlatform(
  context: {
    readonly store: Store;
    readonly openPlatform: OpenPlatform;
    readonly makeOrAsk: MakeOrAsk;
    readonly now: () => Date;
    readonly newId: () => string;
  },
  request: ConnectRequest,
): Promise<View> {
  const { store } = context;
  if (!may(request.by, 'admin')) {
    throw new UserError('not_allowed', 'Only an admin may add or change a connection.', {
      hint: 'An admin types: firebreak connect …',
    });
  }
  const given = checkGiven(request.given);
  const known = await store.connections.byName(given.name);
  const id = known?.id ?? context.newId();
  const platform = context.openPlatform({ ...draft(given, id, context.now()) }, request.secret);
  const probed = await platform.probe(AbortSignal.timeout(probeMs));
  const found = { ...probed, missing: probed.missing.map((lack) => lack.permission) };
  const now = context.now();
  const { connection, event } = connect({ ...request, id, given, found, known, now });
  const { secret, source } = request;
  const fingerprint = store.fingerprint(secret.reveal());
  const wanted: Loosening = {
    change: { kind: 'connect', connection: id, given, found, fingerprint },
    seen: connectionBefore(known),
    text: connectText(known, given),
    secret,
    on: [given],
  };
  return await context.makeOrAsk({ person: request.by, source, now }, wanted, async (alone) => {
    await store.save({
      connections: [connection],
      connectionSecrets: [{ connection: connection.id, secret }],
      events: [event],
      jobs: [syncJob(connection.id, now)],
      notices: alone.notices,
    });
    const answer = view(connection, probed, known !== undefined);
    const told = { ...answer, blocks: [...answer.blocks, ...alone.blocks] };
    if (!may(request.by, 'responder')) return told;
    return { ...told, outcome: 'open', follow: `scope sync since:${now.toISOString()}` };
  });
}

/** Enough of a connection to ask the platform; it is not stored. */
function draft(given: ConnectionGiven, id: string, now: Date): Connection {
  return {
    ...given,
    id,
    epoch: 0,
    capabilities: {
      disable: 'none',
      enable: false,
      stop: false,
      listExecutions: false,
      listCredentials: false,
      listUsers: false,
      versions: false,
    },
    missing: [],
    hasSecret: true,
    connectedAt: now,
    revision: 0,
  };
}

function stopInWords(stop: Capabilities['stop']): string {
  if (stop === 'with_disable') return 'only with their workflow';
  return stop ? 'yes' : 'no';
}

/** Whether a session shows what is really published, where a platform has such a thing. */
function publicationIn({ kind, capabilities }: Connection): readonly (readonly [string, string])[] {
  if (kind !== 'n8n') return [];
  if (capabilities.publicationStatus === undefined) return [['publication status', 'no session']];
  const words = capabilities.publicationStatus ? 'read by its session' : 'its session is refused';
  return [['publication status', words]];
}

function view(connection: Connection, probed: ProbeResult, known: boolean): View {
  const { name, kind, environment } = connection;
  return {
    kind: 'view',
    title: `${known ? 'Changed' : 'Connected'} ${name} (${kind}, ${environment}).`,
    blocks: [
      {
        kind: 'fields',
        fields: [
          ['account', probed.identity],
          ...(probed.version === undefined ? [] : ([['version', probed.version]] as const)),
          ['disable', connection.capabilities.disable],
          ['stop executions', stopInWords(connection.capabilities.stop)],
          ['list credentials', connection.capabilities.listCredentials ? 'yes' : 'no'],
          ...publicationIn(connection),
        ],
      },
      ...probed.missing.map((lack) => ({
        kind: 'warning' as const,
        text: `The key lacks ${lack.permission}: ${lack.consequence}`,
      })),
      ...(probed.excess.length > 0
        ? [{ kind: 'text' as const, text: `Not needed: ${probed.excess.join(', ')}.` }]
        : []),
    ],
    next: ['scope find <query>'],
    audience: 'person',
    outcome: 'done',
    data: {
      connection: name,
      kind,
      environment,
      account: probed.identity,
      missing: probed.missing.map((lack) => lack.permission),
      excess: [...probed.excess],
      capabilities: { ...connection.capabilities },
    },
  };
}
