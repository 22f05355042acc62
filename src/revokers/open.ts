import type { ItemKey } from '../domain/inventory.ts';
import type { Provider, ProviderSecrets } from '../domain/provider.ts';
import { providerWords } from '../domain/provider.ts';
import { PlatformError } from '../errors.ts';
import type { GuardedFetch } from '../platforms/guarded-fetch.ts';
import { guardedFetch } from '../platforms/guarded-fetch.ts';
import { providerOfType, stepsByHand } from './by-hand.ts';
import { GitHubRevoker } from './github/github.ts';
import { OAuthRevoker } from './oauth/oauth.ts';
import { PostgresRevoker } from './postgres/postgres.ts';
import type { OpenProvider, Revoker, Revokers, SecretsOf } from './revoker.ts';
import type { SandboxIssuer } from './sandbox/sandbox.ts';
import { SandboxRevoker } from './sandbox/sandbox.ts';
import { SlackRevoker } from './slack/slack.ts';

/** What the revokers are made with. */
export type OpenRevokersOptions = {
  /** The provider of the credentials of a simulated platform. */
  readonly sandboxIssuerAt: (baseUrl: string) => SandboxIssuer;
  readonly openProvider: OpenProvider;
  /** What was given with the way to the provider of a credential. */
  readonly secretsOf: (key: ItemKey) => Promise<ProviderSecrets | undefined>;
};

/** Knows every way to a provider that there is; what it does not know is done by hand. */
export function openRevokers(options: OpenRevokersOptions): Revokers {
  const { sandboxIssuerAt, openProvider } = options;
  const at: Revokers['at'] = (connection, { onlyReferenced, provider }) => {
    if (connection.kind === 'sandbox') {
      return onlyReferenced ? undefined : new SandboxRevoker(sandboxIssuerAt(connection.baseUrl));
    }
    if (!provider) return undefined;
    return openProvider(provider, async (id) => {
      const secrets = await options.secretsOf({ connection: connection.id, id });
      if (secrets) return secrets;
      throw new PlatformError(provider.kind, 'unauthorized', 'The secret of it is kept no longer.');
    });
  };
  return {
    at,
    wayOf: (connection, credential) => {
      if (at(connection, credential)) {
        const { provider } = credential;
        const words = provider ? providerWords[provider.kind] : 'the sandbox’s provider';
        return { kind: 'firebreak', provider: words };
      }
      const why = credential.onlyReferenced
        ? 'the platform does not list it, so nobody knows which key it was'
        : 'Firebreak has no way to its provider';
      const couldLearn = providerOfType(credential.type);
      const steps = stepsByHand(credential.type);
      return { kind: 'by_hand', why, steps, ...(couldLearn ? { couldLearn } : {}) };
    },
  };
}

/** Opens ways to providers of every kind, each behind a guard of its own origin, which is kept. */
export function openProviders(): OpenProvider {
  const guards = new Map<string, GuardedFetch>();
  const guardOf = ({ kind, baseUrl, privateHostAllowed: isPrivate }: Provider): GuardedFetch => {
    const { origin } = new URL(baseUrl);
    const key = `${kind} ${isPrivate} ${origin}`;
    const fetch = guards.get(key) ?? guardedFetch({ platform: kind, origin, isPrivate });
    guards.set(key, fetch);
    return fetch;
  };
  return (provider: Provider, secretsOf: SecretsOf): Revoker => {
    switch (provider.kind) {
      case 'oauth':
        return new OAuthRevoker({ provider, secretsOf, fetch: guardOf(provider) });
      case 'github':
        return new GitHubRevoker({ provider, secretsOf, fetch: guardOf(provider) });
      case 'slack':
        return new SlackRevoker({ provider, secretsOf, fetch: guardOf(provider) });
      case 'postgres':
        return new PostgresRevoker({ provider, secretsOf });
    }
  };
}
