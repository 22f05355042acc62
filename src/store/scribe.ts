import type { Recorder, Signer } from '../record/record.ts';

/** What it takes to write into a timeline of this instance. */
export type Scribe = {
  readonly instanceId: string;
  readonly recorder: Recorder;
  readonly signer: Signer;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Takes known secrets out of a text, as the last net before it is written for good. */
  readonly redact: (text: string) => string;
};
