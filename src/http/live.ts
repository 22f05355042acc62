import type { Panel } from '../chat/console/console.ts';

/** Between two looks, in ms. */
const lookEveryMs = 1_000;
/** After a look that failed, in ms, so that trouble is not made worse by looking. */
const lookAgainMs = 10_000;
/** A sign of life after so many looks without news, so that a browser that left is noticed. */
const quietLooks = 15;

/** Streams that are open at once, over all, and for one session: its tabs. */
const streamsAtMost = 64;
const streamsOfOneAtMost = 6;

/** Counts open streams, so that browsers cannot use up the server. */
export class Streams {
  readonly #open = new Map<string, number>();

  /** Takes a place, or answers undefined when there is none; call what it answers to give it back. */
  take(session: string): (() => void) | undefined {
    const own = this.#open.get(session) ?? 0;
    const all = [...this.#open.values()].reduce((sum, one) => sum + one, 0);
    if (own >= streamsOfOneAtMost || all >= streamsAtMost) return undefined;
    this.#open.set(session, own + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.#open.get(session) ?? 1) - 1;
      if (left === 0) this.#open.delete(session);
      else this.#open.set(session, left);
    };
  }
}

/** Why a stream ends for good: nobody is signed in any more, or there is nothing to see. */
export type StreamEnd = 'ended' | 'gone';

/** What changed of a page, and the number of the newest event that it tells of. */
export type Look = { readonly panels: readonly Panel[]; readonly event?: number };

/** What a stream looks at. */
export type Watching = {
  /** The panels as they are now, or why the stream is over; `round` counts from 0. */
  readonly look: (round: number) => Promise<Look | StreamEnd>;
  readonly onFailure: (error: unknown) => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the stream: the browser left, or the server stops. */
  readonly signal: AbortSignal;
  readonly release: () => void;
};

/**
 * Server-sent events: `panel` when one is first seen and whenever it changed, `alive` when there is
 * no news, `behind` while it cannot be looked, and at last `ended` or `gone`.
 */
export async function* watch(watching: Watching): AsyncIterable<Uint8Array> {
  const { signal, wait, release } = watching;
  const known = new Map<string, string>();
  let quiet = 0;
  try {
    for (let round = 0; !signal.aborted; round += 1) {
      const found = await lookOnce(watching, round);
      if (found === 'ended' || found === 'gone') {
        yield eventOf(found, '');
        return;
      }
      if (found === 'failed') {
        yield eventOf('behind', '');
        quiet = 0;
        await wait(lookAgainMs, signal).catch(() => {});
        continue;
      }
      const news = found.panels.filter(({ id, html }) => known.get(id) !== html);
      for (const panel of news) {
        known.set(panel.id, panel.html);
        // The number stands with the last panel alone: a browser that lost some of them before that
        // one must not be taken to have seen them.
        yield eventOf(
          'panel',
          JSON.stringify(panel),
          panel === news.at(-1) ? found.event : undefined,
        );
      }
      quiet = news.length > 0 ? 0 : quiet + 1;
      if (quiet % quietLooks === 1) yield eventOf('alive', '');
      await wait(lookEveryMs, signal).catch(() => {});
    }
  } finally {
    release();
  }
}

async function lookOnce(
  { look, onFailure }: Watching,
  round: number,
): Promise<Look | StreamEnd | 'failed'> {
  try {
    return await look(round);
  } catch (error) {
    onFailure(error);
    return 'failed';
  }
}

const encoder = new TextEncoder();

/** JSON has no line breaks, so one event is one line of data. */
function eventOf(name: string, text: string, id?: number): Uint8Array {
  const number = id === undefined ? '' : `id: ${id}\n`;
  return encoder.encode(`${number}event: ${name}\ndata: ${text}\n\n`);
}
