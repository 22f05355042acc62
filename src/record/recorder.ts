import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

import type { Json } from '../domain/json.ts';
import { checkJson } from './allowed.ts';
import type { EntryFacts, Genesis, Recorder, Sha256 } from './record.ts';
import { genesisDomain } from './record.ts';

/** The digests of the timeline format (docs/timeline-format.md), for whoever writes a chain. */
export function makeRecorder(): Recorder {
  return { canonical, sha256, commit, genesis, splitEntry };
}

const saltBytes = 32;

function canonical(value: Json): string {
  checkJson(value);
  const text = canonicalize(value);
  if (text === undefined) throw new Error('The timeline cannot hold this value.');
  return text;
}

function sha256(bytes: string | Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex');
}

function commit(salt: string, value: Json): string {
  const bytes = Buffer.from(salt, 'base64url');
  if (bytes.length !== saltBytes || bytes.toString('base64url') !== salt) {
    throw new Error(`A salt is ${saltBytes} bytes in base64url.`);
  }
  return createHash('sha256').update(bytes).update(canonical(value)).digest('base64url');
}

function genesis({ tenant, incident, created_at, key_id, nonce }: Genesis): Sha256 {
  return sha256(genesisDomain + canonical({ tenant, incident, created_at, key_id, nonce }));
}

// What stands between `"prev":"` and `,"source"` is filled in by the database in one statement;
// the placeholders only mark the place.
const prevMark = '"prev":"';
const seqMark = '","recorded_at":"","seq":0';

function splitEntry(facts: EntryFacts): { readonly before: string; readonly after: string } {
  const text = canonical({
    v: 1,
    tenant: facts.tenant,
    incident: facts.incident,
    seq: 0,
    id: facts.id,
    kind: facts.kind,
    recorded_at: '',
    occurred_at: facts.occurred_at,
    source: facts.source,
    actor_commit: facts.actor_commit,
    body_commit: facts.body_commit,
    attachments: facts.attachments.map(({ sha256: hash, size, type }) => ({
      sha256: hash,
      size,
      type,
    })),
    prev: '',
  });
  // A quote inside a string is escaped, so the marks match at the top level only; and an
  // attachment has no `prev`.
  const cut = text.indexOf(prevMark + seqMark);
  if (cut === -1) throw new Error('An entry has lost its place for `prev`.');
  return {
    before: text.slice(0, cut + prevMark.length),
    after: text.slice(cut + prevMark.length + seqMark.length),
  };
}
