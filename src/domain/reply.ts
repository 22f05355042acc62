import type { UserErrorCode } from '../errors.ts';
import type { Graph } from './graph.ts';
import type { JsonObject } from './json.ts';
import type { Text } from './spans.ts';

/**
 * A part of an answer. All text in it is data: each surface escapes it in its own way, so a
 * workflow may be called `<!channel>` or hold escape sequences.
 */
export type Block =
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'warning'; readonly text: Text }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'graph'; readonly graph: Graph };

/** How far the thing that was asked for has come; the CLI's exit code follows from it. */
export const outcomes = ['done', 'open', 'unverified', 'failed'] as const;
export type ReplyOutcome = (typeof outcomes)[number];

export type View = {
  readonly kind: 'view';
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Lines that a person is likely to type next. */
  readonly next: readonly string[];
  /** `room` for changes of state, `person` for help, lists, forms and errors. */
  readonly audience: 'room' | 'person';
  /** `open` means: not finished, ask again with `follow`. */
  readonly outcome: ReplyOutcome;
  /** The line that tells how it goes on. The CLI repeats it until the outcome is no longer `open`. */
  readonly follow?: string;
  /** The same answer for machines (`--json`). */
  readonly data: JsonObject;
};

export type Problem = {
  readonly kind: 'problem';
  readonly code: UserErrorCode | 'platform' | 'bug';
  readonly message: string;
  readonly hint?: string;
  /** The same line may do with a code, which a surface asks for where nobody else reads it. */
  readonly asks?: 'code';
  /** That line, for surfaces that no longer have it when the answer is read. */
  readonly again?: string;
  readonly candidates: readonly string[];
  /** Lines that would do, or the form of the line: to be pressed instead of typed. */
  readonly picks?: readonly Meant[];
  /** Short code that is also in the log, for platform failures and bugs. */
  readonly reference?: string;
};

/** What may have been meant: a candidate, and the whole line with it; or a line with a gap, for its form. */
export type Meant = { readonly label: string; readonly line: string };

export type Reply = View | Problem;
