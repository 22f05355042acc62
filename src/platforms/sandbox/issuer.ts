import { PlatformError } from '../../errors.ts';
import type { Estate } from './estate.ts';
import { executionsSince } from './executions.ts';
import { failBefore } from './faults.ts';

const dayMs = 86_400_000;

/** Who gave out an estate's credentials, and can withdraw them: another party than the platform. */
export class Issuer {
  readonly #estate: Estate;

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  /** Whether it still accepts a credential; undefined for those that it never gave out. */
  async accepts(credential: string): Promise<boolean | undefined> {
    const { base, changes } = await this.#estate.look();
    if (!base.credentials.some(({ id }) => id === credential)) return undefined;
    return changes.withdrawn[credential] === undefined;
  }

  /** How often a credential was shown to it within a day, as its own log says. */
  async uses(credential: string): Promise<number> {
    const look = await this.#estate.look();
    const until = look.changes.withdrawn[credential] ?? look.now;
    const users = look
      .workflows()
      .filter(({ versions }) =>
        versions.some(({ steps }) => steps.some((step) => step.credential?.id === credential)),
      );
    const runs = users.flatMap((user) => executionsSince(user, look.now - dayMs, look.now));
    return runs.filter(({ startedAt }) => startedAt <= until).length;
  }

  /**
   * Accepts a credential no longer. Idempotent.
   *
   * @throws PlatformError `not_found`, and as faults of the call `withdraw` say
   */
  async withdraw(credential: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const met = await this.#estate.meet('withdraw', []);
    failBefore(met, { reads: false });
    if ((await this.accepts(credential)) === undefined) {
      const says = 'The sandbox’s provider does not know this credential.';
      throw new PlatformError('sandbox', 'not_found', says);
    }
    if (!met.some(({ kind }) => kind === 'lies')) {
      await this.#estate.change(({ changes, now }) => {
        changes.withdrawn[credential] ??= now;
      });
    }
    await this.#estate.answer(met, signal, { reads: false });
  }
}
