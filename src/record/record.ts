import type { Json } from '../domain/json.ts';

/** The first value of an exported timeline; another one is another format. */
export const bundleFormat = 'firebreak-timeline-v1';

/** Hex, lower case, of SHA-256. */
export type Sha256 = string;

/** What the record needs of cryptography; made in `record/`, passed to whoever writes or reads. */
export interface Recorder {
  /** RFC 8785 text. @throws Error when the value holds what the timeline format forbids. */
  canonical(value: Json): string;
  sha256(bytes: string | Uint8Array): Sha256;
  /** base64url(SHA-256(salt ‖ JCS(value))). @param salt 32 random bytes, base64url */
  commit(salt: string, value: Json): string;
  /** The hash that a chain's first entry names as its predecessor. */
  genesis(genesis: Genesis): Sha256;
  /**
   * The RFC 8785 text of an entry around the four neighbours that only the database knows:
   * `before ‖ prev ‖ '","recorded_at":"' ‖ recorded_at ‖ '","seq":' ‖ seq [‖ ',"skew_ms":' ‖ skew_ms] ‖ after`.
   * The hash of an entry is SHA-256 over `entryDomain` ‖ that text.
   */
  splitEntry(facts: EntryFacts): { readonly before: string; readonly after: string };
}

/** What SHA-256 reads before an entry's text. */
export const entryDomain = 'timeline-entry-v1\n';
/** What SHA-256 reads before a genesis' text. */
export const genesisDomain = 'timeline-genesis-v1\n';
/** What Ed25519 signs before a checkpoint's text. */
export const checkpointDomain = 'timeline-checkpoint-v1\n';

/** The first link of a chain. */
export type Genesis = {
  readonly tenant: string;
  readonly incident: string;
  readonly created_at: string;
  readonly key_id: string;
  readonly nonce: string;
};

/** An entry before it has its place in the chain. Instants are `2026-11-22T08:17:44.123Z`. */
export type EntryFacts = {
  readonly tenant: string;
  readonly incident: string;
  readonly id: string;
  readonly kind: string;
  readonly occurred_at: string;
  readonly source: string;
  readonly actor_commit: string;
  readonly body_commit: string;
  readonly attachments: readonly {
    readonly sha256: string;
    readonly size: number;
    readonly type: string;
  }[];
};

/** Holds the instance's private signing key. */
export interface Signer {
  readonly keyId: string;
  readonly publicKeyPem: string;
  /** Ed25519 over `timeline-checkpoint-v1\n` ‖ canonical, base64url. */
  signCheckpoint(canonical: string): string;
}

/** An entry exactly as it is chained (docs/timeline-format.md), with its salted values beside it. */
export type StoredEntry = {
  /** RFC 8785 text of the entry: the bytes that were hashed, after the domain prefix. */
  readonly canonical: string;
  readonly hash: string;
  /** Absent when erased. */
  readonly actor?: { readonly salt: string; readonly value: unknown };
  readonly body?: { readonly salt: string; readonly value: unknown };
};

export type StoredCheckpoint = {
  /** RFC 8785 text of the checkpoint. */
  readonly canonical: string;
  /** Ed25519, base64url. */
  readonly signature: string;
};

/** The kind of the entry that an export ends with: that it was exported. */
export const exportedKind = 'record_exported';

/** A public key that checkpoints are signed with. */
export type SigningKey = { readonly keyId: string; readonly publicKeyPem: string };

/** The bytes of an exported timeline, in pieces of any size: a file's read stream will do. */
export type BundleSource = AsyncIterable<Uint8Array | string>;

/**
 * What the verifier found in an exported timeline.
 *
 * Text that stands here came from the file and may be hostile; `describeReport` shows it safely.
 */
export type VerifyReport = {
  readonly good: boolean;
  /** The first thing that is wrong. */
  readonly problem?: VerifyProblem;
  /** Entries that hang together, from the first on, before what is wrong. */
  readonly entries: number;
  /** Entries that a signature vouches for, from the first on; all of them when it is good. */
  readonly vouched: number;
  /** Hash of the last entry that is vouched for. */
  readonly head?: Sha256;
  readonly firstRecordedAt?: string;
  readonly lastRecordedAt?: string;
  readonly tenant?: string;
  readonly incident?: string;
  /** The title in the first entry, which is chained and signed like every other. */
  readonly declared?: string;
  /** What the header says of the incident; no signature covers it. */
  readonly name?: string;
  readonly title?: string;
  readonly exportedAt?: string;
  readonly omissions: readonly string[];
  /** Entries with an erased actor or body: how many, and the first of them by seq. */
  readonly redacted: { readonly count: number; readonly first: readonly number[] };
  readonly checkpoints: {
    /** Whose signature was checked and matches. */
    readonly good: number;
    /** Signed with a key that is not in the key file, hence not checked. */
    readonly unchecked: number;
    /** Who made the good ones, in the order of the chain: more than one where the key changed. */
    readonly signers: readonly Signature[];
    /** The newest good one. */
    readonly last?: { readonly seq: number; readonly time: string; readonly keyId: string };
  };
  /** What the digests of plans cover, as far as the entries hold it. */
  readonly plans: FrozenReport;
  /** `file`: the keys came with the timeline itself, so they prove only that it is of one piece. */
  readonly keysFrom: 'file' | 'key file';
};

/** How many plans froze exactly what their digest covers, and the entries that say otherwise, by seq. */
export type FrozenReport = { readonly checked: number; readonly differ: readonly number[] };

/** Heads in a row that one key signed. */
export type Signature = {
  readonly keyId: string;
  readonly good: number;
  /** The last entry that it signed the head of. */
  readonly last: number;
};

export type VerifyProblem = {
  /** A sentence. */
  readonly reason: string;
  /** The first bad entry, when one can be named. */
  readonly seq?: number;
  /** The bad entry is one of `seq` to `through`: they were re-chained, and only the last is signed. */
  readonly through?: number;
  /** Nothing stands at `seq`: the file ends before it. */
  readonly isMissing?: boolean;
};

/** Checks an exported timeline without database or network. */
export type VerifyBundle = (
  source: BundleSource,
  options?: {
    /** One or more public keys from another place than the file; only their signatures count then. */
    readonly keyPem?: string;
    /** Any signed head may be the end; without it, an end that is not the export's own entry is cut off. */
    readonly endsAnywhere?: boolean;
  },
) => Promise<VerifyReport>;
