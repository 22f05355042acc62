import type { Connection } from '../domain/connection.ts';
import type { Credential } from '../domain/inventory.ts';
import type { Person } from '../domain/person.ts';
import { may } from '../domain/person.ts';
import type { ProviderGiven, ProviderSecrets } from '../domain/provider.ts';
import { checkProvider, providerWords, providerWarnings } from '../domain/provider.ts';
import { asOneSecret, giveProvider, providerBefore, providerText } from '../domain/providing.ts';
import type { View } from '../domain/reply.ts';
import type { Liveness } from '../domain/revocation.ts';
import type { Loosening, MakeOrAsk } from '../domain/security-leave.ts';
import type { TimelineSource } from '../domain/timeline.ts';
import { UserError } from '../errors.ts';
import type { OpenProvider } from '../revokers/revoker.ts';
import type { Store } from '../store/store.ts';

/** How long a provider may take to say whether it accepts the secret, in ms. */
const probeMs = 30_000;

export type ProviderRequest = {
  /** A reference (`c3`) or a whole name. */
  readonly credential: string;
  readonly given: ProviderGiven;
  readonly secrets: ProviderSecrets;
  readonly by: Person;
  readonly source: TimelineSource;
};

/**
 * Keeps the way to the provider of one credential, after a look there with a harmless call; or asks
 * another admin for it.
 *
 * A secret that the provider refuses now is not kept: mistyped or dead, a refusal after a revocation
 * would prove nothing.
 *
 * @throws UserError `not_allowed`, `bad_input`, `not_found`, `ambiguous`, `conflict`
 * @throws PlatformError when the provider does not answer
 */
export async function connectProvider(
  context: {
    readonly store: Store;
    readonly openProvider: OpenProvider;
    readonly makeOrAsk: MakeOrAsk;
    readonly now: () => Date;
  },
  request: ProviderRequest,
): Promise<View> {
  const { store } = context;
  const { by, secrets } = request;
  if (!may(by, 'admin')) {
    throw new UserError('not_allowed', 'Only an admin may give Firebreak a way to a provider.', {
      hint: 'An admin types: firebreak provider …',
    });
  }
  const { credential, connection } = await credentialOf(store, request.credential);
  const checked = checkProvider(request.given);
  const provider = { ...checked, revision: credential.provider?.revision ?? 0 };
  const revoker = context.openProvider(provider, () => Promise.resolve(secrets));
  const signal = AbortSignal.timeout(probeMs);
  await revoker.assertCanRevoke?.(credential.id, signal);
  const seen = await revoker.probe(credential.id, signal);
  if (seen === 'dead') throw deadAlready(checked.kind);
  const { connection: on, id, ref, name } = credential;
  const key = { connection: on, id };
  const secret = asOneSecret(secrets);
  const fingerprint = store.fingerprint(secret.reveal());
  const change = {
    kind: 'provider',
    key,
    ref,
    name,
    provider: checked,
    seen,
    fingerprint,
  } as const;
  const wanted: Loosening = {
    change,
    seen: providerBefore(credential),
    text: providerText(credential, change),
    secret,
    on: [connection],
  };
  const decider = { person: by, source: request.source, now: context.now() };
  return await context.makeOrAsk(decider, wanted, async (alone) => {
    const given = giveProvider(change, provider.revision, secrets, decider);
    await store.save({ ...given, notices: alone.notices });
    const answer = view(credential, checked.kind, seen);
    return { ...answer, blocks: [...answer.blocks, ...alone.blocks] };
  });
}

async function credentialOf(
  store: Store,
  typed: string,
): Promise<{ readonly credential: Credential; readonly connection: Connection }> {
  const found = await store.inventory.resolve('credential', typed);
  const folded = typed.trim().toLowerCase();
  const exact = found.filter((one) => one.ref === folded || one.name.toLowerCase() === folded);
  const [item, ...others] = exact;
  if (!item || others.length > 0) {
    throw new UserError(
      item ? 'ambiguous' : 'not_found',
      item ? `Several credentials are called “${typed}”.` : `There is no credential “${typed}”.`,
      {
        hint: 'Type its reference; `firebreak ir cred list` shows all.',
        candidates: (item ? exact : found).map(({ ref, name }) => `${ref} ${name}`),
      },
    );
  }
  const all = await store.inventory.credentials();
  const credential = all.find(({ ref }) => ref === item.ref);
  const connection = credential && (await store.connections.byId(credential.connection));
  if (!credential || !connection) {
    throw new UserError('not_found', 'The last look did not find this credential any more.');
  }
  if (connection.kind === 'sandbox') {
    throw new UserError('conflict', 'The sandbox has a provider of its own.');
  }
  return { credential, connection };
}

function view({ ref, name }: Credential, kind: ProviderGiven['kind'], seen: Liveness): View {
  return {
    kind: 'view',
    title: `Firebreak can revoke ${ref} “${name}” at ${providerWords[kind]}.`,
    blocks: [
      { kind: 'text', text: lookWords(kind, seen) },
      ...providerWarnings[kind].map((text) => ({ kind: 'warning' as const, text })),
    ],
    next: [`cred revoke ${ref}`],
    audience: 'person',
    outcome: 'done',
    data: { ref, provider: kind, seen },
  };
}

function lookWords(kind: ProviderGiven['kind'], seen: Liveness): string {
  if (seen !== 'alive') {
    return 'It does not say whether it accepts the secret: a revocation will stay unconfirmed.';
  }
  return kind === 'postgres'
    ? 'The role may sign in now, and the one that Firebreak signs in with may lock it: that it no longer can will be proof.'
    : 'It accepts the secret now, so a refusal will be proof.';
}

function deadAlready(kind: ProviderGiven['kind']): UserError {
  if (kind === 'postgres') {
    return new UserError('conflict', 'This role cannot sign in now, and has no session.', {
      hint: 'It is another one than you think, or locked already; nothing was kept.',
    });
  }
  return new UserError('conflict', 'The provider does not accept this secret now.', {
    hint: 'It is mistyped, of another account, or dead already; it was not kept.',
  });
}
