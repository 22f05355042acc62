import { UserError } from '../errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { Secret } from './secret.ts';

/** Providers that Firebreak can ask itself to make a secret worthless. */
export const providerKinds = ['oauth', 'github', 'slack', 'postgres'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/**
 * The way to the provider of one credential. A platform gives no secret away, so somebody gives the
 * secret here; it is stored apart, encrypted, and is never part of this.
 */
export type Provider = {
  readonly kind: ProviderKind;
  /** Without a trailing slash: the OAuth issuer; `postgres://` with who locks the role. */
  readonly baseUrl: string;
  /** An admin said that this host is private and may be called. */
  readonly privateHostAllowed: boolean;
  /** For OAuth the client to which the token was given out; for PostgreSQL the role. */
  readonly account?: string;
  /** Goes up whenever anything of it changes, the secret too: plans made before are void for it. */
  readonly revision: number;
};

/** What goes with a way to a provider, sealed. */
export type ProviderSecrets = {
  /** What is to be made worthless, or what gives the right to do it. */
  readonly secret: Secret;
  /** For OAuth: of the client, unless it is a public one. */
  readonly clientSecret?: Secret;
};

/** What an admin typed of a provider. */
export type ProviderGiven = Omit<Provider, 'revision' | 'baseUrl'> & { readonly baseUrl?: string };

/** The provider as people call it. */
export const providerWords: Readonly<Record<ProviderKind, string>> = {
  oauth: 'its OAuth issuer',
  github: 'GitHub',
  slack: 'Slack',
  postgres: 'its PostgreSQL server',
};

/** Where exactly it is revoked and whose it is: who approves it must see that it is the right one. */
export function providerAt({ kind, baseUrl, account }: Provider): string {
  const { host } = new URL(baseUrl);
  return `at ${providerWords[kind]} (${[host, account].filter(Boolean).join(', ')})`;
}

/** What a revocation there does not reach, to be known before it is planned. */
export const providerWarnings: Readonly<Record<ProviderKind, readonly string[]>> = {
  oauth: [
    'Parents first: an access token dies with its refresh token, and comes back with it too. Give the refresh token if there is one.',
    'Whoever checks access tokens without asking the issuer accepts them until they expire.',
  ],
  github: [
    'For personal tokens and those of OAuth and GitHub apps for a person. GitHub mails their owner.',
    'Not reached: keys of GitHub apps, deploy keys, and copies in secrets of Actions.',
  ],
  slack: [
    'Parents first: where tokens rotate, whoever has the refresh token makes new ones. Remove the app from the workspace by hand.',
    'Not reached: incoming webhooks. The bot of a revoked bot token loses its places in channels.',
  ],
  postgres: [
    'Not reached: other roles that may act as this one, functions that it owns and that run with its rights, its replication slots. Look at them by hand.',
    'Behind a pooler, sessions of others that share its role end as well.',
  ],
};

const gitHub = 'https://api.github.com';
const slack = 'https://slack.com/api';

/**
 * Checks what was typed before anything is called.
 *
 * @throws UserError `bad_input`
 */
export function checkProvider(given: ProviderGiven): Omit<Provider, 'revision'> {
  const { kind, account, privateHostAllowed } = given;
  switch (kind) {
    case 'oauth': {
      if (account !== undefined) {
        return { kind, account, privateHostAllowed, baseUrl: webAddress(given.baseUrl) };
      }
      throw new UserError('bad_input', 'Which client was the token given out to?', {
        hint: 'Only that client may revoke it: --client-id ID',
      });
    }
    case 'github':
      return { kind, privateHostAllowed, baseUrl: webAddress(given.baseUrl ?? gitHub) };
    case 'slack':
      return { kind, privateHostAllowed, baseUrl: webAddress(given.baseUrl ?? slack) };
    case 'postgres': {
      if (account !== undefined) {
        return { kind, account, privateHostAllowed, baseUrl: serverAddress(given.baseUrl) };
      }
      throw new UserError('bad_input', 'Which role is to be locked?', { hint: '--role ROLE' });
    }
  }
}

function serverAddress(typed: string | undefined): string {
  const url = typed === undefined ? null : URL.parse(typed);
  const isServer = url && ['postgres:', 'postgresql:'].includes(url.protocol);
  if (!isServer || url.hostname === '' || url.username === '' || url.password !== '') {
    throw new UserError(
      'bad_input',
      'The address of the server must name who locks the role, without a password.',
      { hint: '--url postgres://locker@db.example/app; the password is asked for.' },
    );
  }
  return `postgres://${url.username}@${url.host}${url.pathname}`.replace(/\/+$/, '');
}

function webAddress(typed: string | undefined): string {
  const url = typed === undefined ? null : URL.parse(typed);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UserError('bad_input', 'The address of the provider must be a URL with https.', {
      hint: '--url https://issuer.example',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UserError('bad_input', 'The address holds a user name or password; leave them out.', {
      hint: 'Secrets are asked for, or read from files.',
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** A way to a provider as it was kept with what was asked there. */
export function keptProvider(json: Json | undefined): Provider | undefined {
  const { kind, baseUrl, privateHostAllowed, account, revision } = isObject(json) ? json : {};
  const known = providerKinds.find((one) => one === kind);
  if (!known || typeof baseUrl !== 'string' || typeof revision !== 'number') return undefined;
  return {
    kind: known,
    baseUrl,
    privateHostAllowed: privateHostAllowed === true,
    revision,
    ...(typeof account === 'string' ? { account } : {}),
  };
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
