import { hash as hashOf } from 'node:crypto';

import canonicalize from 'canonicalize';

import type { BundleEntry, BundleGenesis, SaltedText } from './bundle.ts';
import type { VerifyProblem, VerifyReport } from './record.ts';

/** What is wrong with a timeline, and where. */
export class BadTimeline extends Error {
  readonly problem: VerifyProblem;

  constructor(problem: VerifyProblem) {
    super(problem.reason);
    this.problem = problem;
  }
}

const shownRedacted = 20;

/** Follows a chain from its genesis, entry by entry, with flat memory. */
export class ChainCheck {
  readonly genesis: BundleGenesis;
  #seq = 0;
  #head: string;
  #prev = '';
  #firstRecordedAt: string | undefined;
  #recordedAt = '';
  #redactedCount = 0;
  readonly #firstRedacted: number[] = [];

  constructor(genesis: BundleGenesis) {
    this.genesis = genesis;
    this.#head = sha256(`timeline-genesis-v1\n${canonicalize(genesis)}`);
  }

  /** Of the last good entry; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  get head(): string {
    return this.#head;
  }

  /** @throws BadTimeline */
  take(entry: BundleEntry): void {
    const { fields, hash } = entry;
    if (sha256(`timeline-entry-v1\n${entry.canonical}`) !== hash) {
      throw this.#bad('Its bytes do not give its hash: it was changed.');
    }
    this.#checkPlace(entry);
    if (fields.prev !== this.#head) {
      throw this.#bad(
        'It does not follow the entry before it: the chain was broken or rewritten here.',
      );
    }
    if (fields.recorded_at < this.#recordedAt) {
      throw this.#bad('It was recorded before the entry that stands before it.');
    }
    checkCommitment(entry.actor, fields.actor_commit, () =>
      this.#bad('Its actor is not the one that was recorded.'),
    );
    checkCommitment(entry.body, fields.body_commit, () =>
      this.#bad('Its text or data is not what was recorded.'),
    );
    this.#seq += 1;
    this.#prev = fields.prev;
    this.#head = hash;
    this.#firstRecordedAt ??= fields.recorded_at;
    this.#recordedAt = fields.recorded_at;
    if (entry.actor === undefined || entry.body === undefined) this.#noteRedacted();
  }

  get summary(): Pick<
    VerifyReport,
    'redacted' | 'tenant' | 'incident' | 'entries' | 'firstRecordedAt' | 'lastRecordedAt'
  > {
    return {
      tenant: this.genesis.tenant,
      incident: this.genesis.incident,
      entries: this.#seq,
      redacted: { count: this.#redactedCount, first: this.#firstRedacted },
      ...(this.#firstRecordedAt !== undefined && {
        firstRecordedAt: this.#firstRecordedAt,
        lastRecordedAt: this.#recordedAt,
      }),
    };
  }

  #checkPlace({ fields, hash }: BundleEntry): void {
    const expected = this.#seq + 1;
    if (fields.tenant !== this.genesis.tenant || fields.incident !== this.genesis.incident) {
      throw this.#bad('It belongs to another timeline.');
    }
    if (fields.seq === expected) return;
    if (fields.seq > expected) {
      throw this.#bad(`It is missing: entry ${fields.seq} stands in its place.`);
    }
    if (fields.seq === this.#seq && fields.prev === this.#prev && hash !== this.#head) {
      throw new BadTimeline({
        seq: fields.seq,
        reason: 'The chain forks: two entries claim this place, both after the same predecessor.',
      });
    }
    throw new BadTimeline({
      seq: fields.seq,
      reason: `It stands here a second time, or out of order, where entry ${expected} belongs.`,
    });
  }

  #noteRedacted(): void {
    this.#redactedCount += 1;
    if (this.#firstRedacted.length < shownRedacted) this.#firstRedacted.push(this.#seq);
  }

  #bad(reason: string): BadTimeline {
    return new BadTimeline({ seq: this.#seq + 1, reason });
  }
}

function checkCommitment(
  part: SaltedText | undefined,
  committed: string,
  bad: () => BadTimeline,
): void {
  if (part === undefined) return;
  const salt = Buffer.from(part.salt, 'base64url');
  const bytes = Buffer.concat([salt, Buffer.from(part.canonical)]);
  const commitment = hashOf('sha256', bytes, 'base64url');
  if (commitment !== committed) throw bad();
}

function sha256(text: string): string {
  return hashOf('sha256', text, 'hex');
}
