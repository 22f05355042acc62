import type { Estate } from './estate.ts';
import type { SandboxFault } from './model.ts';

/**
 * What goes wrong on an estate: the hand of a test, as `SandboxStage` is a drill’s. Faults are stored with the estate, so
 * whichever process calls it meets them.
 *
 * No connector, command or job may hold one; `trouble.test.ts` looks.
 */
export class Trouble {
  readonly #estate: Estate;

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  /** Lets calls meet a fault from now on; a fault of the same id gives way to it. */
  async make(id: string, fault: SandboxFault): Promise<void> {
    return this.#estate.change(({ changes }) => {
      changes.faults = [...changes.faults.filter((one) => one.id !== id), { id, fault }];
    });
  }

  /** Takes a fault back; what was held back by it takes effect now. */
  async end(id: string): Promise<void> {
    return this.#estate.change(({ changes, now }) => {
      changes.faults = changes.faults.filter((one) => one.id !== id);
      if (changes.faults.some(({ fault }) => fault.does.kind === 'holds')) return;
      for (const { switches } of Object.values(changes.touched)) {
        for (const one of switches) {
          if (!one.isHeld) continue;
          one.effectAt = now;
          delete one.isHeld;
        }
      }
    });
  }
}
