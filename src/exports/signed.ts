import type { StoredCheckpoint, StoredEntry } from '../record/record.ts';
import type { ExportSource } from './export.ts';

/** The newest signed head: where an export ends. */
export type SignedHead = {
  readonly seq: number;
  readonly head: string;
  readonly time: string;
  readonly key_id: string;
};

/** @throws Error when nothing was signed: an export without a signature could be cut in silence */
export function signedHead(checkpoints: readonly StoredCheckpoint[]): SignedHead {
  const last = checkpoints.at(-1);
  if (last === undefined) throw new Error('Sign the head of the chain before it is exported.');
  return headIn(last);
}

/** The signed heads up to an entry. */
export function signedUpTo(
  checkpoints: readonly StoredCheckpoint[],
  seq: number,
): readonly StoredCheckpoint[] {
  return checkpoints.filter((one) => headIn(one).seq <= seq);
}

function headIn({ canonical }: StoredCheckpoint): SignedHead {
  const value: unknown = JSON.parse(canonical);
  if (!isSignedHead(value)) throw new Error('A checkpoint is not readable.');
  return value;
}

function isSignedHead(value: unknown): value is SignedHead {
  return (
    typeof value === 'object' &&
    value !== null &&
    'seq' in value &&
    typeof value.seq === 'number' &&
    ['head', 'time', 'key_id'].every((key) => typeof Reflect.get(value, key) === 'string')
  );
}

/** Counts what went by, for what an export says of itself. */
export class SignedEntries {
  /** Entries with an erased actor or body. */
  erased = 0;
  /** Entries that the signed head vouches for and the database no longer has. */
  missing: number;
  readonly #pages: AsyncIterable<readonly StoredEntry[]>;

  constructor({ timeline }: ExportSource, head: SignedHead) {
    this.#pages = timeline.entries;
    this.missing = head.seq;
  }

  /**
   * Pages of the chain up to the signed head, also while others append behind it.
   *
   * A chain that was cut is exported as it is: whoever investigates needs the rest, and the
   * verifier names what is missing.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly StoredEntry[]> {
    for await (const page of this.#pages) {
      const signed = page.slice(0, this.missing);
      this.missing -= signed.length;
      this.erased += signed.filter((entry) => !entry.actor || !entry.body).length;
      if (signed.length > 0) yield signed;
      if (this.missing === 0) return;
    }
  }
}

/** What every format leaves out, in whole sentences; each format adds its own. */
export function commonOmissions(
  source: ExportSource,
  { erased, missing }: SignedEntries,
): readonly string[] {
  const omissions = [...source.omissions];
  if (missing > 0) {
    omissions.push(
      `${count(missing, 'entry is', 'entries are')} missing from the database although the head was signed with them: the record was tampered with or damaged.`,
    );
  }
  if (erased > 0) {
    const [what, shown] = erased === 1 ? ['was', 'it is'] : ['were', 'they are'];
    omissions.push(
      `The actor or text of ${count(erased, 'entry', 'entries')} ${what} erased; ${shown} shown as redacted.`,
    );
  }
  return omissions;
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
