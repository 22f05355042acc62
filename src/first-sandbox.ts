import type { Desk } from './cli/cli.ts';
import { sandboxKey } from './domain/connection.ts';
import { Secret } from './domain/secret.ts';
import { PlatformError, UserError } from './errors.ts';
import type { Store } from './store/store.ts';

/** The simulated platforms that a newcomer finds. */
const estates = ['shop', 'office'] as const;

/**
 * Connects the sandbox to an instance that has no connection at all, so that there is something to
 * learn on. An instance with any connection is left as it is.
 *
 * @returns one line for the terminal; nothing when nothing was added
 */
export async function addFirstSandbox(parts: {
  readonly store: Store;
  /** The desk of an admin. */
  readonly desk: () => Promise<Pick<Desk, 'connect'>>;
}): Promise<string | undefined> {
  const { store } = parts;
  if ((await store.connections.list()).length > 0) return undefined;
  try {
    const desk = await parts.desk();
    for (const name of estates) {
      await desk.connect({
        kind: 'sandbox',
        name,
        baseUrl: `sandbox://${name}`,
        secret: new Secret(sandboxKey),
        environment: 'drill',
        privateHostAllowed: false,
      });
    }
  } catch (error) {
    // Another replica was faster, or the operator is no admin here: a server must start all the same.
    if (error instanceof UserError || error instanceof PlatformError) return undefined;
    throw error;
  }
  return `No platform is connected yet, so a simulated one was: ${estates.join(' and ')}, with a theft under way (SANDBOX=off leaves it out).\n`;
}
