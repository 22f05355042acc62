import { UserError } from '../errors.ts';
import type { Capabilities, Connection, Environment, PlatformKind } from './connection.ts';
import type { Json } from './json.ts';
import type { Person } from './person.ts';
import type { NewTimelineEvent, TimelineSource } from './timeline.ts';
import { instanceChain } from './timeline.ts';
import { listed } from './wording.ts';

/** What an admin gave to reach a platform, the secret apart. */
export type ConnectionGiven = {
  readonly kind: PlatformKind;
  readonly name: string;
  readonly baseUrl: string;
  readonly environment: Environment;
  readonly privateHostAllowed: boolean;
};

/** What the platform said of this account when it was asked. */
export type ConnectionFound = {
  readonly identity: string;
  readonly version?: string;
  readonly capabilities: Capabilities;
  readonly missing: readonly string[];
};

/**
 * Checks what was typed before anything is called.
 *
 * @returns the base URL without trailing slash, query, fragment or credentials
 * @throws UserError `bad_input`
 */
export function checkGiven(given: ConnectionGiven): ConnectionGiven {
  if (!/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(given.name)) {
    throw new UserError('bad_input', 'A connection’s name has letters, digits, ".", "_" or "-".', {
      hint: '--name prod',
    });
  }
  const url = URL.parse(given.baseUrl);
  if (given.kind === 'sandbox') return checkSandbox(given, url);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UserError('bad_input', 'The address must be a URL with https.', {
      hint: '--url https://n8n.example',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError('bad_input', 'The address holds a user name or password; leave them out.', {
      hint: 'The secret is asked for, or read from --secret-file.',
    });
  }
  return { ...given, baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}

/** A simulated platform is reached by no network, and never counts as production. */
function checkSandbox(given: ConnectionGiven, url: URL | null): ConnectionGiven {
  if (url?.protocol !== 'sandbox:') {
    throw new UserError('bad_input', 'The address of a sandbox begins with sandbox://.', {
      hint: '--url sandbox://shop',
    });
  }
  if (given.environment !== 'drill') {
    throw new UserError('bad_input', 'A sandbox is a drill, never production.', {
      hint: '--environment drill',
    });
  }
  return { ...given, baseUrl: `sandbox://${url.host}${url.pathname}`.replace(/\/+$/, '') };
}

/** What another admin agrees to about a connection holds for it as it is; null for one that is new. */
export function connectionBefore(known: Connection | undefined): Json {
  return known ? { id: known.id, epoch: known.epoch } : null;
}

/** True for what would let secrets and commands go where they could not go before. */
export function loosensConnection(known: Connection | undefined, given: ConnectionGiven): boolean {
  if (known === undefined || given.environment === 'drill') return false;
  const opens = given.privateHostAllowed && !known.privateHostAllowed;
  return known.baseUrl !== given.baseUrl || opens;
}

/** What is done to a connection, as another admin reads it: `move prod to n8n.example`. */
export function connectText(known: Connection | undefined, given: ConnectionGiven): string {
  const { host } = new URL(given.baseUrl);
  const inside = given.privateHostAllowed ? ', also in a private network' : '';
  const what = `${given.name} (${given.kind}, ${given.environment})`;
  if (!known) return `connect ${what} at ${host}${inside}`;
  return known.baseUrl === given.baseUrl
    ? `give ${what} at ${host} another key${inside}`
    : `move ${what} to ${host}${inside}, with another key`;
}

/**
 * A new connection, or a known one with another address or secret: then its epoch goes up, which
 * voids every plan made before.
 *
 * @throws UserError `not_allowed` for others than admins; `conflict` when the name belongs to
 *   another kind of platform, or a drill would become production
 */
export function connect(options: ConnectOptions): {
  readonly connection: Connection;
  readonly event: NewTimelineEvent;
} {
  const { given, found, known, now } = options;
  if (known) refuseOther(known, given);
  const connection: Connection = {
    id: known?.id ?? options.id,
    ...given,
    epoch: (known?.epoch ?? 0) + 1,
    addressSince: addressSince(known, given),
    capabilities: found.capabilities,
    missing: found.missing,
    ...(found.version === undefined ? {} : { version: found.version }),
    hasSecret: true,
    connectedAt: known?.connectedAt ?? now,
    ...(known?.syncedAt ? { syncedAt: known.syncedAt } : {}),
    ...(known?.coverage ? { coverage: known.coverage } : {}),
    revision: known?.revision ?? 0,
  };
  return { connection, event: eventOf(connection, options) };
}

/** Another key to the same address reaches the same platform: what was contained there stays watched. */
function addressSince(known: Connection | undefined, given: ConnectionGiven): number {
  if (known?.baseUrl === given.baseUrl) return known.addressSince ?? known.epoch;
  return (known?.epoch ?? 0) + 1;
}

/**
 * The connection as the platform describes the account now, when that has changed: a key was given
 * another permission, or the platform was upgraded. Plans stay valid: whom they reach has not changed.
 *
 * @returns undefined when nothing has changed
 */
export function describedAnew(
  known: Connection,
  found: ConnectionFound,
  now: Date,
): { readonly connection: Connection; readonly event: NewTimelineEvent } | undefined {
  const changes = changesOf(known, found);
  if (changes.length === 0) return undefined;
  const { version: _version, ...rest } = known;
  const connection: Connection = {
    ...rest,
    capabilities: found.capabilities,
    missing: found.missing,
    ...(found.version === undefined ? {} : { version: found.version }),
  };
  const event: NewTimelineEvent = {
    chain: instanceChain,
    kind: 'connection_changed',
    actor: { kind: 'firebreak' },
    source: 'job',
    occurredAt: now,
    text: `The platform describes the connection ${known.name} anew: ${changes.join('; ')}.`,
    data: {
      connection: known.id,
      name: known.name,
      kind: known.kind,
      epoch: known.epoch,
      missing: [...found.missing],
      capabilities: { ...found.capabilities },
      version: found.version ?? null,
    },
  };
  return { connection, event };
}

function changesOf(known: Connection, found: ConnectionFound): readonly string[] {
  const lost = found.missing.filter((one) => !known.missing.includes(one));
  const won = known.missing.filter((one) => !found.missing.includes(one));
  const before = new Map(Object.entries(known.capabilities));
  const after = new Map(Object.entries(found.capabilities));
  const moved = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)),
  );
  return [
    ...(known.version === found.version
      ? []
      : [`version ${known.version ?? 'unknown'} → ${found.version ?? 'unknown'}`]),
    ...(lost.length === 0 ? [] : [`the key now lacks ${listed(lost)}`]),
    ...(won.length === 0 ? [] : [`the key no longer lacks ${listed(won)}`]),
    ...moved.map(
      (name) =>
        `${name} ${capabilityWords(before.get(name))} → ${capabilityWords(after.get(name))}`,
    ),
  ];
}

function capabilityWords(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === false ? 'no' : 'yes';
}

/** The first look at a connection; named as `scope sync` names its own, which tells how it gets on. */
export function syncJob(connection: string, now: Date) {
  const id = `sync:${connection}:${now.toISOString()}`;
  return { kind: 'sync', id, data: { connection } } as const;
}

type ConnectOptions = {
  readonly id: string;
  readonly given: ConnectionGiven;
  readonly found: ConnectionFound;
  readonly known: Connection | undefined;
  readonly by: Person;
  readonly source: TimelineSource;
  readonly now: Date;
};

function refuseOther(known: Connection, given: ConnectionGiven): void {
  if (known.kind !== given.kind) {
    throw new UserError(
      'conflict',
      `“${given.name}” is already a connection to another platform.`,
      {
        hint: 'Give the new one another --name.',
      },
    );
  }
  if (known.environment !== given.environment) {
    throw new UserError(
      'conflict',
      `“${given.name}” is ${known.environment}; that is not changed.`,
      {
        hint: 'A drill must never turn into production or back: give it another --name.',
      },
    );
  }
}

function eventOf(connection: Connection, options: ConnectOptions): NewTimelineEvent {
  const { given, found, known, by } = options;
  return {
    chain: instanceChain,
    kind: known ? 'connection_changed' : 'connection_added',
    actor: { kind: 'person', id: by.id, name: by.name },
    source: options.source,
    occurredAt: options.now,
    text: `The connection ${given.name} (${given.kind}, ${given.environment}) ${changeOf(known, given)}.`,
    data: {
      connection: connection.id,
      name: given.name,
      kind: given.kind,
      host: new URL(given.baseUrl).host,
      environment: given.environment,
      privateHostAllowed: given.privateHostAllowed,
      epoch: connection.epoch,
      account: found.identity,
      missing: [...found.missing],
    },
  };
}

function changeOf(known: Connection | undefined, given: ConnectionGiven): string {
  if (!known) return 'was added';
  return known.baseUrl === given.baseUrl
    ? 'was given a new secret'
    : 'was moved to another address';
}
