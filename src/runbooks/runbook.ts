import type { Finding, Runbook } from '../domain/runbook.ts';

/** A runbook's text as it was read: the runbook when nothing is wrong, else what is. */
export type ReadRunbook =
  | { readonly kind: 'good'; readonly runbook: Runbook }
  | { readonly kind: 'bad'; readonly findings: readonly Finding[] };

/** A file of the runbooks' folder. */
export type RunbookFile = {
  /** As the folder holds it: `leaked-credential.md`. */
  readonly file: string;
  readonly content: string;
  /** Hex, of the content. */
  readonly sha256: string;
  readonly read: ReadRunbook;
};

/** Where runbooks come from. */
export interface Runbooks {
  /** Every file as it is now, by name. Broken ones are among them. */
  list(this: void): Promise<readonly RunbookFile[]>;
  /** Reads a text that a run has pinned. */
  read(this: void, content: string, file: string): ReadRunbook;
}
