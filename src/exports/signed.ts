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
  const value: unknown = JSON.parse(last.canonical);
  if (!isSignedHead(value)) throw new Error('The last checkpoint is not readable.');
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

/** Pages of the chain up to the signed head, also while others append behind it. */
export async function* signedEntries(
  pages: AsyncIterable<readonly StoredEntry[]>,
  seq: number,
): AsyncGenerator<readonly StoredEntry[]> {
  let left = seq;
  for await (const page of pages) {
    const signed = page.slice(0, left);
    if (signed.length > 0) yield signed;
    left -= signed.length;
    if (left === 0) return;
  }
  if (left > 0) throw new Error(`The chain ends ${left} entries before its signed head.`);
}

/** What every format leaves out, in whole sentences; each format adds its own. */
export function commonOmissions(source: ExportSource, erased: number): readonly string[] {
  if (erased === 0) return source.omissions;
  const what =
    erased === 1
      ? 'The actor or text of 1 entry was erased; it is shown as redacted.'
      : `The actor or text of ${erased} entries was erased; they are shown as redacted.`;
  return [...source.omissions, what];
}
