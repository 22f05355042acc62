import type { Problem, Reply } from '../domain/reply.ts';
import { PlatformError, UserError } from '../errors.ts';
import { exitCodeOf } from './exit-code.ts';
import { render } from './render.ts';
import type { Terminal } from './terminal.ts';

/** Prints a reply, as one JSON value when asked, and answers the exit code that follows from it. */
export function answer(terminal: Terminal, reply: Reply, json: boolean): number {
  if (json) terminal.print(`${JSON.stringify(jsonOf(reply))}\n`);
  else if (reply.kind === 'problem') terminal.tell(render(reply, terminal));
  else terminal.print(render(reply, terminal));
  return exitCodeOf(reply);
}

function jsonOf(reply: Reply): unknown {
  if (reply.kind === 'problem') return reply;
  return { outcome: reply.outcome, title: reply.title, ...reply.data };
}

/** What a person can do something about; undefined for our bugs, which belong into the log. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof PlatformError) {
    const hint = error.mayHaveHappened
      ? 'It may have happened all the same: look first.'
      : undefined;
    return {
      kind: 'problem',
      code: 'platform',
      message: error.message,
      ...(hint === undefined ? {} : { hint }),
      candidates: [],
    };
  }
  if (!(error instanceof UserError)) return undefined;
  return {
    kind: 'problem',
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    candidates: error.candidates,
  };
}

/** What is said of a bug where nothing else could be; the log has the rest. */
export const bug: Problem = {
  kind: 'problem',
  code: 'bug',
  message: 'Something went wrong in Firebreak itself.',
  hint: 'Standard error has the details.',
  candidates: [],
};
