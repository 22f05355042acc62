import type { Connection } from '../domain/connection.ts';
import type { Provider, ProviderSecrets } from '../domain/provider.ts';
import type {
  Liveness,
  Revocable,
  Revocation,
  RevocationState,
  WayOf,
} from '../domain/revocation.ts';
import { PlatformError } from '../errors.ts';
import type { GuardedAnswer, GuardedFetch } from '../platforms/guarded-fetch.ts';
import { retryAfterMs } from '../platforms/retry-after.ts';

/**
 * One provider of credentials: who issued them, and can make them worthless.
 *
 * All methods throw PlatformError; `timed_out`, `cut` and `unavailable` mean that it may have happened.
 */
export interface Revoker {
  /**
   * Refuses where a revocation would be refused, and changes nothing: asked when the way is given, so
   * that nobody counts on one that cannot work. Absent where only a revocation would show it.
   */
  assertCanRevoke?(credential: string, signal: AbortSignal): Promise<void>;

  /** Does the provider still accept it? Asked by another path than the revocation. */
  probe(credential: string, signal: AbortSignal): Promise<Liveness>;

  /** Asks the provider to accept it no longer. Its answer is not proof. Idempotent. */
  revoke(credential: string, signal: AbortSignal): Promise<void>;
}

/** Who revokes what: one answer for planning and for acting. */
export interface Revokers {
  readonly wayOf: WayOf;
  /** Absent where `wayOf` says that people do it by hand. */
  at(connection: Connection, credential: Revocable): Revoker | undefined;
}

/** Opens the secrets that go with the way to the provider of this credential, when they are needed. */
export type SecretsOf = (credential: string) => Promise<ProviderSecrets>;

/** Makes the revoker of a way to a provider. */
export type OpenProvider = (provider: Provider, secretsOf: SecretsOf) => Revoker;

/** What a revoker is made with whose provider speaks HTTP. */
export type HttpRevokerOptions = {
  readonly provider: Provider;
  readonly secretsOf: SecretsOf;
  readonly fetch: GuardedFetch;
};

/** The error of a provider that puts us off, with how long it asks us to wait where it says so. */
export function puttingOff(
  provider: string,
  code: 'rate_limited' | 'unavailable',
  message: string,
  answer: GuardedAnswer,
): PlatformError {
  // A date to come back at is on the provider's clock, and so is the date of its answer.
  const now = new Date(answer.header('date') ?? Number.NaN);
  const ms = retryAfterMs(answer.header('retry-after'), now);
  return new PlatformError(provider, code, message, ms === undefined ? {} : { retryAfterMs: ms });
}

/** Pauses before each look after a revocation, in ms: a provider needs a moment to tell all its doors. */
const looksAfterMs = [0, 500, 2_000, 5_000];

/** Pause before one that seems dead before anything was asked is believed to be, in ms. */
const deadAgainAfterMs = 5_000;

/**
 * Revokes a credential, which cannot be taken back, and proves it: the provider is asked before,
 * so that nobody calls dead what never lived, and after, because its yes is not proof.
 *
 * @param revoker absent when Firebreak has no way to this provider
 * A call that failed in between may have done it all the same: then it is never called failed, and
 * before the provider is asked again it is looked whether it refuses the credential by now.
 *
 * @param around.ask makes the call, and again where the provider put us off or could not answer
 */
export async function revokeAndProve(
  revoker: Revoker | undefined,
  credential: string,
  around: {
    readonly now: () => Date;
    readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
    readonly signal: AbortSignal;
    readonly ask?: (call: () => Promise<void>) => Promise<void>;
  },
): Promise<Revocation> {
  const { signal, ask = (call) => call() } = around;
  const ended = (state: RevocationState, text: string): Revocation => ({
    state,
    text,
    at: around.now(),
  });
  if (!revoker) {
    return ended('manual_required', 'Revoke it at its provider by hand; Firebreak cannot see it.');
  }
  const looked = () => look(revoker, credential, signal);
  if ((await looked()) === 'dead') {
    // Whoever answers 401 to everything for a moment refuses what lives as well.
    await around.wait(deadAgainAfterMs, signal);
    if ((await looked()) === 'dead') {
      return ended('already_dead', 'The provider refused it already, twice; nothing was asked.');
    }
  }
  let isPerhapsDone = false;
  const call = async (): Promise<void> => {
    if (isPerhapsDone && (await looked()) === 'dead') return;
    try {
      await revoker.revoke(credential, signal);
    } catch (error) {
      if (error instanceof PlatformError && mayHaveRevoked(error)) isPerhapsDone = true;
      throw error;
    }
  };
  const refusal = await refusalOf(() => ask(call), signal);
  if (refusal !== undefined && !isPerhapsDone) return ended('failed', refusal);
  let seen: Liveness = 'unknown';
  for (const ms of looksAfterMs) {
    if (ms > 0) await around.wait(ms, signal);
    seen = await looked();
    if (seen === 'dead') return ended('confirmed_dead', 'The provider refuses it now.');
  }
  const text =
    seen === 'alive'
      ? 'The provider was asked to revoke it and still accepts it.'
      : 'The provider was asked to revoke it, and nothing shows whether it still accepts it.';
  return ended('requested_unconfirmed', refusal === undefined ? text : `${text} ${refusal}`);
}

/** One look at the provider. One that fails shows nothing either way. */
export async function look(
  revoker: Revoker,
  credential: string,
  signal: AbortSignal,
): Promise<Liveness> {
  try {
    return await revoker.probe(credential, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PlatformError) return 'unknown';
    throw error;
  }
}

/** True for what a provider, or a gateway before it, may answer although the revocation was taken. */
function mayHaveRevoked({ mayHaveHappened, code }: PlatformError): boolean {
  return mayHaveHappened || code === 'unavailable';
}

/** @returns why the provider did not say that it did it; nothing when it did */
async function refusalOf(
  revoke: () => Promise<void>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await revoke();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PlatformError)) throw error;
    return error.message;
  }
}
