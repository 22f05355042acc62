import { span } from '../domain/wording.ts';

/** Time-boxes for collecting evidence of one workflow, in ms: a shorter one after each in vain. */
const boxesMs = [60_000, 10_000, 5_000, 2_000] as const;
/** Who fails sooner than in this part of a box held nothing up. */
const longPart = 0.5;

/**
 * How long evidence of one workflow may take while a plan acts on a connection. A platform that does
 * not give it in time would be waited for at each workflow, and everything behind it stays on.
 */
export class CaptureBox {
  #ranOut = 0;

  get ms(): number {
    return boxesMs[Math.min(this.#ranOut, boxesMs.length - 1)] ?? boxesMs[0];
  }

  /**
   * Tells of one that was not collected.
   *
   * @param boxMs the box that it had; of several that ran out beside each other one counts
   * @returns in a sentence what the others get from here on; empty where nothing changes
   */
  failed(boxMs: number, tookMs: number): string {
    if (tookMs < boxMs * longPart || boxMs !== this.ms || boxMs === boxesMs.at(-1)) return '';
    this.#ranOut += 1;
    return `From here on evidence of a workflow gets ${span(this.ms)}.`;
  }
}
