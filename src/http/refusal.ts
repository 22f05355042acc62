import { PlatformError, UserError } from '../errors.ts';

export type Refusal = {
  readonly status: 400 | 403 | 404 | 409 | 500 | 502;
  readonly body: {
    readonly refused: {
      readonly code: UserError['code'];
      readonly message: string;
      readonly hint?: string;
      readonly candidates: readonly string[];
    };
  };
};

const statuses = {
  bad_input: 400,
  unknown_command: 400,
  not_found: 404,
  ambiguous: 409,
  not_allowed: 403,
  conflict: 409,
  not_ready: 409,
} as const;

/** An error as the caller may see it: theirs in full, a platform's as its sentence, ours as a reference. */
export function refusalOf(error: unknown, onFailure: (error: unknown) => string): Refusal {
  if (error instanceof UserError) {
    const { code, message, hint, candidates } = error;
    const body = {
      refused: { code, message, ...(hint === undefined ? {} : { hint }), candidates },
    };
    return { status: statuses[code], body };
  }
  const reference = onFailure(error);
  const isPlatform = error instanceof PlatformError;
  const message = isPlatform ? error.message : 'Something went wrong in Firebreak itself.';
  return {
    status: isPlatform ? 502 : 500,
    body: {
      refused: {
        code: 'not_ready',
        message,
        hint: `The server’s log has it under ${reference}.`,
        candidates: [],
      },
    },
  };
}
