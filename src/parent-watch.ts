import { setTimeout as pause } from 'node:timers/promises';

/** How often a server looks whether the npm that started it still lives, in ms. */
const lookEveryMs = 1_000;

/**
 * True when npm runs this very program as a script of the package, so that it ends with npm. What a
 * shell or a container started in the background lives on without its parent.
 */
export function belongsToNpm(env: Readonly<Record<string, string | undefined>>): boolean {
  return /\blaunch\.mjs\b/.test(env['npm_lifecycle_script'] ?? '');
}

/**
 * Resolves when the parent process has ended. Somebody who ends npm alone, or kills it, would
 * otherwise leave a server behind that holds the database and the port.
 *
 * @param parentOf the id of the parent as it is now; the system's first process adopts orphans
 */
export async function parentEnded(
  parentOf: () => number,
  wait = (ms: number): Promise<unknown> => pause(ms, undefined, { ref: false }),
): Promise<void> {
  const parent = parentOf();
  while (parentOf() === parent) await wait(lookEveryMs);
}
