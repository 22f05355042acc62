import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

/** SHA-256 of the RFC 8785 form of any JSON, in hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(textOf(value)).digest('hex');
}

function textOf(value: unknown): string {
  try {
    return canonicalize(value) ?? 'undefined';
  } catch {
    // RFC 8785 has no form for half a surrogate pair. A name may hold one; drift must still show.
    return JSON.stringify(value);
  }
}
