import type { Reply, View } from '../domain/reply.ts';

/** How often a line that is not finished is asked for again, in ms. */
const pollMs = 400;

/**
 * Repeats a reply's `follow` line until it is no longer `open`.
 *
 * @param onProgress hears each answer that differs from the one before
 * @param until      an instant after which the last answer is given as it is, still `open`
 */
export async function follow(
  first: View,
  options: {
    readonly say: (line: string) => Promise<Reply>;
    readonly wait: (ms: number) => Promise<void>;
    readonly now: () => Date;
    readonly until: Date;
    readonly onProgress: (reply: Reply) => void;
  },
): Promise<Reply> {
  let last: Reply = first;
  let told = JSON.stringify(first.data);
  while (last.kind === 'view' && last.outcome === 'open' && last.follow !== undefined) {
    if (options.now() >= options.until) return last;
    await options.wait(pollMs);
    last = await options.say(last.follow);
    const data = last.kind === 'view' ? JSON.stringify(last.data) : last.message;
    if (data !== told) options.onProgress(last);
    told = data;
  }
  return last;
}
