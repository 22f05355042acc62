import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const block = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]{1,2000}-----END PUBLIC KEY-----/g;

/** The Ed25519 public keys in a PEM text, each with its key id. What is no such key is left out. */
export function publicKeysOf(pem: string): readonly (readonly [string, KeyObject])[] {
  return pem.match(block)?.flatMap((text) => withId(text)) ?? [];
}

function withId(pem: string): readonly (readonly [string, KeyObject])[] {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return [];
  }
  if (key.asymmetricKeyType !== 'ed25519') return [];
  const der = key.export({ type: 'spki', format: 'der' });
  return [[createHash('sha256').update(der).digest('hex').slice(0, 16), key]];
}
