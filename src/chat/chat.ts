import type { Caller, Complete, Dispatch, Suggestion } from '../commands/command.ts';
import type { Reply } from '../domain/reply.ts';

/**
 * One place where people talk to Firebreak: a chat platform, the console.
 *
 * A surface verifies what comes in, drops what it has seen, turns it into `(caller, line)` and says
 * it; what comes back it renders in its own markup. It decides nothing and stores nothing.
 */
export interface Surface {
  /** `slack`, `discord`, `console`. */
  readonly name: string;
  /** Begins to listen. Resolves once lines can arrive. */
  start(say: Dispatch): Promise<void>;
  /** Stops taking lines, lets those under way be answered, and lets go of everything. */
  stop(signal: AbortSignal): Promise<void>;
}

/** Shows a reply in a surface's own markup. Total: a new kind of block does not compile until shown. */
export type Render<Shown> = (reply: Reply) => Shown;

export type { Caller, Complete, Dispatch, Reply, Suggestion };
