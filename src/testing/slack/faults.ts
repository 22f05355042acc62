/** What may go wrong with a call, on its way or at Slack. */
export type SlackFault =
  | { readonly kind: 'status'; readonly status: number }
  /** The connection breaks before or after Slack did what it was asked. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** 200, and not JSON. */
  | { readonly kind: 'garbled' }
  /** Slack's own word for it: `fatal_error`, `channel_not_found`. */
  | { readonly kind: 'error'; readonly error: string };

/** The faults that the next calls meet, by method. */
export class SlackFaults {
  readonly #next = new Map<string, SlackFault[]>();
  #isDown = false;

  /** The next call of this method meets it; the one after that the next one given. */
  next(method: string, ...faults: readonly SlackFault[]): void {
    this.#next.set(method, [...(this.#next.get(method) ?? []), ...faults]);
  }

  /** Slack cannot be reached any more, or again. */
  down(isDown: boolean): void {
    this.#isDown = isDown;
  }

  meet(method: string): SlackFault | undefined {
    if (this.#isDown) return { kind: 'cut', when: 'before' };
    return this.#next.get(method)?.shift();
  }
}
