import type { Json } from '../domain/json.ts';

/** Hex, lower case, of SHA-256. */
export type Sha256 = string;

/** What the record needs of cryptography; made in `record/`, passed to whoever writes or reads. */
export interface Recorder {
  /** RFC 8785 text. @throws Error when the value holds what the timeline format forbids. */
  canonical(value: Json): string;
  sha256(bytes: string | Uint8Array): Sha256;
  /** base64url(SHA-256(salt ‖ JCS(value))). @param salt 32 random bytes, base64url */
  commit(salt: string, value: Json): string;
}

/** Holds the instance's private signing key. */
export interface Signer {
  readonly keyId: string;
  readonly publicKeyPem: string;
  /** Ed25519 over `timeline-checkpoint-v1\n` ‖ canonical, base64url. */
  signCheckpoint(canonical: string): string;
}
