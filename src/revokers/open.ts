import { stepsByHand } from './by-hand.ts';
import type { Revokers } from './revoker.ts';
import type { SandboxIssuer } from './sandbox/sandbox.ts';
import { SandboxRevoker } from './sandbox/sandbox.ts';

/** What the revokers are made with. */
export type OpenRevokersOptions = {
  /** The provider of the credentials of a simulated platform. */
  readonly sandboxIssuerAt: (baseUrl: string) => SandboxIssuer;
};

/** Knows every way to a provider that there is; what it does not know is done by hand. */
export function openRevokers({ sandboxIssuerAt }: OpenRevokersOptions): Revokers {
  const at: Revokers['at'] = (connection, { onlyReferenced }) => {
    if (onlyReferenced || connection.kind !== 'sandbox') return undefined;
    return new SandboxRevoker(sandboxIssuerAt(connection.baseUrl));
  };
  return {
    at,
    wayOf: (connection, credential) => {
      if (at(connection, credential)) {
        return { kind: 'firebreak', provider: 'the sandbox’s provider' };
      }
      const why = credential.onlyReferenced
        ? 'the platform does not list it, so nobody knows which key it was'
        : 'Firebreak has no way to its provider';
      return { kind: 'by_hand', why, steps: stepsByHand(credential.type) };
    },
  };
}
