import type { Credential } from './inventory.ts';
import type { Json } from './json.ts';
import type { Decider } from './plan-change.ts';
import { actorFor } from './plan-change.ts';
import type { Provider, ProviderSecrets } from './provider.ts';
import { providerAt, providerWords } from './provider.ts';
import { Secret } from './secret.ts';
import type { ProviderChange } from './security-request.ts';
import type { NewTimelineEvent } from './timeline.ts';
import { instanceChain } from './timeline.ts';

/** The way that is there already, as a request for another one saw it. */
export function providerBefore({ provider }: Pick<Credential, 'provider'>): Json {
  return provider ? { revision: provider.revision } : null;
}

/** What is wanted, as another admin reads it: `give Firebreak a way to revoke c3 …`. */
export function providerText(before: Pick<Credential, 'provider'>, change: ProviderChange): string {
  const { ref, name, provider } = change;
  const which = before.provider ? 'another' : 'a';
  const inside = provider.privateHostAllowed ? ', also in a private network' : '';
  const at = providerAt({ ...provider, revision: 0 });
  return `give Firebreak ${which} way to revoke ${ref} “${name}” ${at}${inside}`;
}

/** Its secrets as one, to be kept sealed until another admin has agreed. */
export function asOneSecret({ secret, clientSecret }: ProviderSecrets): Secret {
  const both = { secret: secret.reveal(), clientSecret: clientSecret?.reveal() };
  return new Secret(JSON.stringify(both));
}

/** The same apart again; undefined when it is something else. */
export function secretsApart(one: Secret): ProviderSecrets | undefined {
  const json: unknown = JSON.parse(one.reveal());
  if (typeof json !== 'object' || json === null || !('secret' in json)) return undefined;
  const { secret } = json;
  if (typeof secret !== 'string') return undefined;
  const client = 'clientSecret' in json ? json.clientSecret : undefined;
  return {
    secret: new Secret(secret),
    ...(typeof client === 'string' ? { clientSecret: new Secret(client) } : {}),
  };
}

/** What is stored when Firebreak is given a way to a provider. */
export function giveProvider(
  change: ProviderChange,
  revision: number,
  secrets: ProviderSecrets,
  by: Decider,
): {
  readonly providers: readonly [
    {
      readonly key: ProviderChange['key'];
      readonly provider: Provider;
      readonly secrets: ProviderSecrets;
    },
  ];
  readonly events: readonly [NewTimelineEvent];
} {
  const { key, ref, name, provider, seen } = change;
  const event: NewTimelineEvent = {
    chain: instanceChain,
    kind: 'provider_given',
    actor: actorFor(by.person),
    source: by.source,
    occurredAt: by.now,
    text: `Firebreak was given a way to revoke ${ref} “${name}” at ${providerWords[provider.kind]}.`,
    data: {
      connection: key.connection,
      credential: key.id,
      ref,
      kind: provider.kind,
      host: new URL(provider.baseUrl).host,
      account: provider.account ?? null,
      seen,
    },
  };
  return { providers: [{ key, provider: { ...provider, revision }, secrets }], events: [event] };
}
