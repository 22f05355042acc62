import type { Liveness } from '../../domain/revocation.ts';
import type { Revoker } from '../revoker.ts';

/** What the sandbox's provider knows of the credentials it gave out. */
export interface SandboxIssuer {
  /** @returns undefined for credentials that it never gave out */
  accepts(credential: string): Promise<boolean | undefined>;
  /** @throws PlatformError `not_found`, or as the sandbox's faults say */
  withdraw(credential: string, signal: AbortSignal): Promise<void>;
}

/** The provider of the sandbox's credentials. */
export class SandboxRevoker implements Revoker {
  readonly #issuer: SandboxIssuer;

  constructor(issuer: SandboxIssuer) {
    this.#issuer = issuer;
  }

  async probe(credential: string, signal: AbortSignal): Promise<Liveness> {
    signal.throwIfAborted();
    const accepted = await this.#issuer.accepts(credential);
    return accepted === undefined ? 'unknown' : accepted ? 'alive' : 'dead';
  }

  async revoke(credential: string, signal: AbortSignal): Promise<void> {
    await this.#issuer.withdraw(credential, signal);
  }
}
