/** Why a person's request was refused; the CLI's exit code and the console's colour follow from it. */
export const userErrorCodes = [
  'bad_input',
  'unknown_command',
  'not_found',
  'ambiguous',
  'not_allowed',
  'conflict',
  'not_ready',
] as const;
export type UserErrorCode = (typeof userErrorCodes)[number];

/**
 * The person can fix it. The message is shown as it is, in their words, with the next step.
 *
 * @param options.hint       an example to type, or the next step, shown apart from the message
 * @param options.asks       what would help: the same again with a code of the person's factor
 * @param options.candidates what an ambiguous or unknown name may have meant
 */
export class UserError extends Error {
  readonly code: UserErrorCode;
  readonly hint: string | undefined;
  readonly asks: 'code' | undefined;
  readonly candidates: readonly string[];
  /** What was typed that may mean several things, when each candidate begins with its reference. */
  readonly typed: string | undefined;

  constructor(
    code: UserErrorCode,
    message: string,
    options: {
      hint?: string;
      asks?: 'code';
      candidates?: readonly string[];
      typed?: string;
    } = {},
  ) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.hint = options.hint;
    this.asks = options.asks;
    this.candidates = options.candidates ?? [];
    this.typed = options.typed;
  }
}

/** What a platform did to us. After `timed_out`, `cut` or `unreadable` the call may have happened: read back. */
export const platformErrorCodes = [
  'unauthorized',
  'refused',
  'not_found',
  'conflict',
  'rate_limited',
  'unavailable',
  'timed_out',
  'cut',
  'unreachable',
  'unreadable',
  'blocked',
] as const;
export type PlatformErrorCode = (typeof platformErrorCodes)[number];

/**
 * The platform failed, or our guard refused to call it.
 *
 * The message is a whole sentence for the responder. It never holds a URL, token, header or body,
 * because webhook addresses are secrets and bodies hold anything.
 *
 * @param options.retryAfterMs set when the platform said when to come back
 * @param options.status       the HTTP status, when that is what says what happened
 */
export class PlatformError extends Error {
  readonly platform: string;
  readonly code: PlatformErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  /** What it was asked, where that only reads: `list executions`. */
  readonly asking: string | undefined;

  constructor(
    platform: string,
    code: PlatformErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; status?: number; asking?: string } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'PlatformError';
    this.platform = platform;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    const { cause } = options;
    this.asking = options.asking ?? (cause instanceof PlatformError ? cause.asking : undefined);
  }

  /** True when the call may have taken effect although no answer came, or none that can be read. */
  get mayHaveHappened(): boolean {
    return this.code === 'timed_out' || this.code === 'cut' || this.code === 'unreadable';
  }

  /** True when the platform itself asks us to come back: no other call is welcome now either. */
  get asksForPatience(): boolean {
    return this.code === 'rate_limited' || this.retryAfterMs !== undefined;
  }
}

/** The stored state was changed by somebody else since it was loaded: load again and decide again. */
export class StaleError extends UserError {
  constructor(what: string) {
    super('conflict', `${what} was changed by somebody else a moment ago. Look again and repeat.`);
    this.name = 'StaleError';
  }
}
