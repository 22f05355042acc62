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

/** What a stream looks at. */
export type Watching = {
  /** The panels as they are now, or undefined once the session has ended; `round` counts from 0. */
  readonly look: (round: number) => Promise<readonly Panel[] | undefined>;
  readonly onFailure: (error: unknown) => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Ends the stream: the browser left, or the server stops. */
  readonly signal: AbortSignal;
  readonly release: () => void;
};

/** Server-sent events: each panel when it is first seen and whenever it changed, then `ended`. */
export async function* watch(watching: Watching): AsyncIterable<Uint8Array> {
  const { signal, wait, release } = watching;
  const known = new Map<string, string>();
  let quiet = 0;
  try {
    for (let round = 0; !signal.aborted; round += 1) {
      const found = await lookOnce(watching, round);
      if (found === 'ended') {
        yield eventOf('ended', '');
        return;
      }
      const news = found === 'failed' ? [] : found.filter(({ id, html }) => known.get(id) !== html);
      for (const panel of news) {
        known.set(panel.id, panel.html);
        yield eventOf('panel', JSON.stringify(panel));
      }
      quiet = news.length > 0 ? 0 : quiet + 1;
      if (quiet % quietLooks === 1) yield bytesOf(':\n\n');
      await wait(found === 'failed' ? lookAgainMs : lookEveryMs, signal).catch(() => {});
    }
  } finally {
    release();
  }
}

async function lookOnce(
  { look, onFailure }: Watching,
  round: number,
): Promise<readonly Panel[] | 'ended' | 'failed'> {
  try {
    return (await look(round)) ?? 'ended';
  } catch (error) {
    onFailure(error);
    return 'failed';
  }
}

/** JSON has no line breaks, so one event is one line of data. */
function eventOf(name: string, text: string): Uint8Array {
  return bytesOf(`event: ${name}\ndata: ${text}\n\n`);
}

const encoder = new TextEncoder();

function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}
